public import SocketModel

/// A request for the one socket of a TCP connection, as a netlink message: `SOCK_DIAG_BY_FAMILY` without
/// `NLM_F_DUMP` (sock_diag(7)). The kernel finds it by its hash, without a walk; of several that listen
/// on one port it gives one of them.
public struct InetDiagLookup: Hashable, Sendable {
  public let socket: Socket
  /// As in `InetDiagRequest`.
  public let extensions: UInt8

  /// Of the socket its ends and its interface count.
  public init(_ socket: Socket, extensions: UInt8 = 0) {
    self.socket = socket
    self.extensions = extensions
  }

  static let size = NetlinkMessage.headerSize + InetDiagRequest.byFamilySize

  /// Appends the message. Several may be sent in one datagram.
  public func append(to bytes: inout [UInt8], sequence: UInt32) {
    bytes += [UInt8](capacity: Self.size) { out in
      out.append(native: UInt32(Self.size))
      out.append(native: NetlinkMessage.Kind.socketsByFamily.rawValue)
      out.append(native: NetlinkMessage.Flags.request.rawValue)
      out.append(native: sequence)
      out.append(native: UInt32(0))
      let family =
        socket.family == .ipv4 ? InetDiagMessage.inet : InetDiagMessage.inet6
      let protocolNumber = UInt8(truncatingIfNeeded: socket.kind.ipProtocol ?? 0)
      for byte in [family, protocolNumber, extensions, 0] { out.append(byte) }
      out.append(native: StateSet.all.rawValue)
      appendIdentity(to: &out)
    }
  }

  /// `struct inet_diag_sockid`, without a cookie (`INET_DIAG_NOCOOKIE`).
  private func appendIdentity(to out: inout OutputSpan<UInt8>) {
    out.append(native: socket.local.port.bigEndian)
    out.append(native: socket.remote.port.bigEndian)
    for end in [socket.local, socket.remote] {
      // An IPv4 address is the first of four words.
      let bits = end.address?.bits ?? 0
      let words = end.kind == .ipv4 ? [bits, 0, 0, 0] : [bits >> 96, bits >> 64, bits >> 32, bits]
      for word in words { out.append(native: UInt32(truncatingIfNeeded: word).bigEndian) }
    }
    out.append(native: socket.interface)
    for _ in 0..<2 { out.append(native: UInt32.max) }
  }
}
