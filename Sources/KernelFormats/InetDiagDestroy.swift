public import SocketModel

/// The kernel's notice that a socket was destroyed (`SKNLGRP_INET_TCP_DESTROY` and its like,
/// include/uapi/linux/sock_diag.h): an `inet_diag_msg` with the last `tcp_info`.
public enum InetDiagDestroy {
  /// The multicast groups, by protocol and family; nil where there is none.
  public static func group(_ kind: SocketKind, _ family: IPAddress.Family) -> UInt32? {
    switch (kind, family) {
    case (.tcp, .ipv4): 1
    case (.udp, .ipv4): 2
    case (.tcp, .ipv6): 3
    case (.udp, .ipv6): 4
    case (.unixStream, _), (.unixDatagram, _), (.unixSeqpacket, _), (.mptcp, _), (.udpLite, _),
      (.raw, _), (.ping, _), (.packetRaw, _), (.packetDatagram, _), (.netlink, _):
      nil
    }
  }

  /// The socket as it was at its end (state closed, inode 0), and what TCP knew of it.
  public static func decode(
    _ message: NetlinkMessage, in bytes: Span<UInt8>
  ) throws(MalformedMessage) -> (socket: Socket, tcpInfo: TCPInfo?) {
    let payload = message.payload
    guard payload.count >= InetDiagMessage.size else {
      throw MalformedMessage(at: payload.lowerBound, .shortPayload(payload.count))
    }
    var kind = SocketKind.tcp
    if let number = try InetDiagAttributes.value(of: .ipProtocol, in: bytes, at: payload)?.first {
      guard let known = SocketKind(ipProtocol: UInt16(bytes[number])) else {
        throw MalformedMessage(at: number, .ipProtocol(UInt32(bytes[number])))
      }
      kind = known
    }
    let info = try InetDiagAttributes.value(of: .tcpInfo, in: bytes, at: payload)
    return (
      try InetDiagMessage.socket(kind, in: bytes, at: payload, boundAsked: false),
      info.flatMap { range in
        range.isEmpty ? nil : TCPInfo(bytes.extracting(range))
      }
    )
  }
}
