public import LinuxSystem
public import SocketModel

/// Whether a server could have a port now: one bind(2), and the end of it at once. It never listens.
///
/// It is not harmless. A TCP socket is bound with `SO_REUSEADDR`, as servers do it: one that binds in that
/// very moment without the option is refused. A UDP socket with it, or with `SO_REUSEPORT`, would take
/// others' datagrams, and one at a port that nobody has would be in a server's way: it is bound
/// without any option, and only for who has seen that a row has the port. So it is asked once, at the end.
public enum BindTrial {
  /// nil where it worked. No address is every address of both families. Each socket is closed before the
  /// next one is made.
  public static func run(
    _ kind: SocketKind = .tcp, port: UInt16, at addresses: [SocketAddress]
  ) -> Errno? {
    if !addresses.isEmpty {
      for address in addresses {
        if let error = bind(kind, address) { return error }
      }
      return nil
    }
    let error = bind(kind, SocketAddress(.unspecified(.ipv6), port))
    guard error == .familyNotSupported || error == .addressNotAvailable else { return error }
    return bind(kind, SocketAddress(.unspecified(.ipv4), port))
  }

  private static func bind(_ kind: SocketKind, _ address: SocketAddress) -> Errno? {
    do throws(Errno) {
      if kind == .udp {
        let socket = try UDPSocket(address.family)
        try bind(socket.socket, address)
      } else {
        let socket = try TCPSocket(address.family)
        try socket.socket.set(.reuseAddress, 1)
        try bind(socket.socket, address)
      }
      return nil
    } catch {
      return error
    }
  }

  private static func bind(
    _ socket: borrowing SocketDescriptor, _ address: SocketAddress
  ) throws(Errno) {
    if address.endpoint.address == .unspecified(.ipv6) { try socket.set(.v6Only, 0) }
    try socket.bind(to: address)
  }
}
