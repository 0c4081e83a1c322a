public import SocketModel

/// The kernel's notice that a socket was destroyed (`SKNLGRP_INET_TCP_DESTROY` and its like,
/// include/uapi/linux/sock_diag.h): an `inet_diag_msg` with the last `tcp_info`.
public enum InetDiagDestroy {
  /// The multicast groups, by protocol and family.
  public static func group(_ transport: TransportProtocol, _ family: IPAddress.Family) -> UInt32 {
    switch (transport, family) {
    case (.tcp, .ipv4): 1
    case (.udp, .ipv4): 2
    case (.tcp, .ipv6): 3
    case (.udp, .ipv6): 4
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
    var transport = TransportProtocol.tcp
    var info: TCPInfo?
    var attributes = NetlinkAttributes(
      payload.lowerBound + InetDiagMessage.size..<payload.upperBound)
    while let attribute = try attributes.next(in: bytes) {
      guard !attribute.value.isEmpty else { continue }
      let start = attribute.value.lowerBound
      if attribute.kind == InetDiagAttribute.transport {
        guard let known = TransportProtocol(rawValue: bytes[start]) else {
          throw MalformedMessage(at: start, .transport(bytes[start]))
        }
        transport = known
      } else if attribute.kind == InetDiagAttribute.info {
        info = TCPInfoBytes.decode(bytes, at: attribute.value)
      }
    }
    return (
      try InetDiagMessage.socket(transport, in: bytes, at: payload, boundAsked: false), info
    )
  }
}
