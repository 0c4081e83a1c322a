internal import SocketModel

/// A request for a dump of all sockets of a family that is not the internet's (sock_diag(7)): the
/// families' own structures differ in what they ask for and agree in size and order.
public struct SockDiagRequest: Hashable, Sendable {
  let family: UInt8
  /// Of netlink one protocol or `allProtocols`; 0 for the others.
  let protocolNumber: UInt8
  /// Which attributes are asked for (`UDIAG_SHOW_…`, `PACKET_SHOW_…`, `NDIAG_SHOW_…`).
  public let show: UInt32
  /// Of unix and virtual sockets alone.
  private let states: UInt32?

  /// `NDIAG_PROTO_ALL`.
  private static let allProtocols: UInt8 = 0xff

  /// `struct unix_diag_req`: name, peer, waiting clients, queues, user, and memory and files. All states:
  /// those of the other ends are needed for their names.
  public static func unix(asksMemory: Bool = false, asksFiles: Bool = false) -> SockDiagRequest {
    SockDiagRequest(
      family: UnixDiagMessage.family, protocolNumber: 0,
      show: 0x1 | 0x4 | 0x8 | 0x10 | 0x40 | (asksMemory ? 0x20 : 0) | (asksFiles ? 0x2 : 0),
      states: .max)
  }

  /// `struct packet_diag_req`: interface and user, and memory.
  public static let packet = SockDiagRequest(
    family: PacketDiagMessage.family, protocolNumber: 0, show: 0x1 | 0x10, states: nil)

  /// `struct vsock_diag_req`: all states.
  public static let vsock = SockDiagRequest(
    family: VsockDiagMessage.family, protocolNumber: 0, show: 0, states: .max)

  /// `struct netlink_diag_req`: memory.
  public static let netlink = SockDiagRequest(
    family: NetlinkDiagMessage.family, protocolNumber: allProtocols, show: 0x1, states: nil)

  /// The whole message, to be sent.
  public func message(sequence: UInt32) -> [UInt8] {
    let length = NetlinkMessage.headerSize + (states == nil ? 20 : 24)
    return [UInt8](capacity: length) { out in
      out.append(native: UInt32(length))
      out.append(native: NetlinkMessage.Kind.socketsByFamily.rawValue)
      out.append(native: NetlinkMessage.Flags([.request, .dump]).rawValue)
      out.append(native: sequence)
      out.append(native: UInt32(0))
      for byte in [family, protocolNumber, 0, 0] { out.append(byte) }
      if let states { out.append(native: states) }
      // No inode in particular.
      out.append(native: UInt32(0))
      out.append(native: show)
      // No cookie in particular.
      out.append(native: UInt32.max)
      out.append(native: UInt32.max)
    }
  }
}
