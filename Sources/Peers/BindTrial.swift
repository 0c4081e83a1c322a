public import LinuxSystem
internal import SocketModel

/// Whether a server could have a TCP port now: one bind(2) with `SO_REUSEADDR`, as servers do it,
/// and the end of it at once.
///
/// It is not harmless: a server that binds in that very moment without the option is refused. So it
/// is asked once, at the end, and never of UDP, where the socket would take others' datagrams.
public enum BindTrial {
  /// nil where it worked. No address is every address of both families.
  public static func run(port: UInt16, at addresses: [SocketAddress]) -> Errno? {
    if !addresses.isEmpty {
      for address in addresses {
        if let error = bind(address) { return error }
      }
      return nil
    }
    let error = bind(SocketAddress(.unspecified(.ipv6), port))
    guard error == .familyNotSupported || error == .addressNotAvailable else { return error }
    return bind(SocketAddress(.unspecified(.ipv4), port))
  }

  private static func bind(_ address: SocketAddress) -> Errno? {
    do throws(Errno) {
      let socket = try TCPSocket(address.family)
      if address.endpoint.address == .unspecified(.ipv6) { try socket.socket.set(.v6Only, 0) }
      try socket.socket.set(.reuseAddress, 1)
      try socket.socket.bind(to: address)
      return nil
    } catch {
      return error
    }
  }
}
