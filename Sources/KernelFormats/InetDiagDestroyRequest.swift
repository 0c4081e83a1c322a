public import SocketModel

/// A request that the kernel destroys one socket: `SOCK_DESTROY` with a `struct inet_diag_req_v2`
/// (include/uapi/linux/sock_diag.h, tcp_abort and udp_abort). The kernel looks for it by its ends and
/// then compares the cookie: no other socket can be meant.
public struct InetDiagDestroyRequest: Hashable, Sendable {
  private let socket: Socket
  private let family: IPAddress.Family
  private let ipProtocol: UInt8
  private let addresses: [IPAddress]
  /// The remote port by which the kernel looks. Of several sockets that share a port (`SO_REUSEPORT`)
  /// it picks one by a hash of both ends: for one that has no other end any number will do, and each
  /// may lead to another of them.
  public var remotePort: UInt16

  /// Nil for what can't be named so: no socket of the internet, or one without a cookie.
  public init?(_ socket: Socket) {
    guard let local = socket.local.address, let remote = socket.remote.address,
      let number = socket.kind.ipProtocol.flatMap({ UInt8(exactly: $0) }), socket.cookie != 0
    else { return nil }
    self.socket = socket
    family = local.family
    ipProtocol = number
    addresses = [local, remote]
    remotePort = socket.remote.port
  }

  /// The whole message, to be sent; an `error` message answers it, with 0 where it is done.
  public func message(sequence: UInt32) -> [UInt8] {
    let length = NetlinkMessage.headerSize + InetDiagRequest.byFamilySize
    return [UInt8](capacity: length) { out in
      out.append(native: UInt32(truncatingIfNeeded: length))
      out.append(native: NetlinkMessage.Kind.destroySocket.rawValue)
      out.append(native: NetlinkMessage.Flags([.request, .acknowledge]).rawValue)
      out.append(native: sequence)
      out.append(native: UInt32(0))
      out.append(family == .ipv4 ? InetDiagMessage.inet : InetDiagMessage.inet6)
      out.append(ipProtocol)
      out.append(0)
      out.append(0)
      out.append(native: StateSet.all.rawValue)
      // struct inet_diag_sockid
      out.append(native: socket.local.port.bigEndian)
      out.append(native: remotePort.bigEndian)
      for address in addresses { Self.append(address, to: &out) }
      out.append(native: socket.interface)
      out.append(native: UInt32(truncatingIfNeeded: socket.cookie))
      out.append(native: UInt32(truncatingIfNeeded: socket.cookie >> 32))
    }
  }

  /// 16 bytes in network order, of which an IPv4 address takes the first four.
  private static func append(_ address: IPAddress, to out: inout OutputSpan<UInt8>) {
    let width = address.family.bitWidth
    for index in 0..<16 {
      let shift = width - 8 - index * 8
      out.append(shift < 0 ? 0 : UInt8(truncatingIfNeeded: address.bits >> UInt128(shift)))
    }
  }
}

extension NetlinkMessage.Kind {
  /// `SOCK_DESTROY`.
  public static let destroySocket = NetlinkMessage.Kind(rawValue: 21)
}

extension NetlinkMessage.Flags {
  /// `NLM_F_ACK`: an answer is wanted also where all went well.
  public static let acknowledge = NetlinkMessage.Flags(rawValue: 0x4)
}
