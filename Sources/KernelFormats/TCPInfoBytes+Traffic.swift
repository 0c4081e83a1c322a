public import SocketModel

extension TCPInfoBytes {
  /// What the attributes behind `inet_diag_msg` tell of a connection's traffic, without reading the
  /// rest of its `tcp_info`. `payload` is that of a message of at least `InetDiagMessage.size` bytes.
  public static func traffic(
    of state: TCPState, in bytes: Span<UInt8>, at payload: Range<Int>
  ) throws(MalformedMessage) -> SocketTraffic {
    var attributes = NetlinkAttributes(
      min(payload.lowerBound + InetDiagMessage.size, payload.upperBound)..<payload.upperBound)
    while let attribute = try attributes.next(in: bytes) {
      if attribute.kind == InetDiagAttribute.info {
        return traffic(of: state, in: bytes, info: attribute.value)
      }
    }
    return SocketTraffic()
  }

  private static func traffic(
    of state: TCPState, in bytes: Span<UInt8>, info: Range<Int>
  ) -> SocketTraffic {
    // A shorter one, of an older kernel, has not all that is needed.
    guard info.count >= 216, state != .listening else {
      return SocketTraffic(decode(bytes, at: info), in: state)
    }
    let start = info.lowerBound
    let received = bytes.uint64(at: start + 128)
    let sent = bytes.uint64(at: start + 200)
    let again = bytes.uint64(at: start + 208)
    return SocketTraffic(
      received: TCPInfo.payload(ofReceived: received, in: state),
      sent: sent >= again ? sent - again : 0, rtt: UInt64(bytes.uint32(at: start + 68)),
      retransmits: UInt64(bytes.uint32(at: start + 100)))
  }
}
