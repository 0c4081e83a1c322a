public import SocketModel

/// The attributes after an `inet_diag_msg`: kept as they are where details are asked for.
public enum InetDiagAttributes {
  /// Where they are in a message's payload, once it is known that each is whole.
  public static func checked(
    in bytes: Span<UInt8>, at payload: Range<Int>
  ) throws(MalformedMessage) -> Range<Int> {
    let range = range(of: payload)
    var attributes = NetlinkAttributes(range)
    while try attributes.next(in: bytes) != nil {}
    return range
  }

  /// What they tell of a connection's traffic, without reading the rest of its `tcp_info`.
  public static func traffic(
    of state: TCPState, in bytes: Span<UInt8>, at payload: Range<Int>
  ) throws(MalformedMessage) -> SocketTraffic {
    guard let info = try value(of: .tcpInfo, in: bytes, at: payload) else { return SocketTraffic() }
    return SocketTraffic(info: bytes.extracting(info), in: state)
  }

  /// The id of the socket's cgroup (v2); nil where it has none, or what comes before it is not whole:
  /// one walk a row of a large table, in which nothing else is looked at.
  public static func cgroup(in bytes: Span<UInt8>, at payload: Range<Int>) -> UInt64? {
    let range = range(of: payload)
    var at = range.lowerBound
    while at + 4 <= range.upperBound {
      let length = Int(bytes.uint16(at: at))
      if length < 4 || at + length > range.upperBound { return nil }
      if bytes.uint16(at: at + 2) == SocketAttribute.cgroup.rawValue {
        return length >= 12 ? bytes.uint64(at: at + 4) : nil
      }
      at += (length + 3) & ~3
    }
    return nil
  }

  /// The value of the first attribute of a kind; nil where there is none.
  static func value(
    of attribute: SocketAttribute, in bytes: Span<UInt8>, at payload: Range<Int>
  ) throws(MalformedMessage) -> Range<Int>? {
    var attributes = NetlinkAttributes(range(of: payload))
    while let found = try attributes.next(in: bytes) {
      if found.kind == attribute.rawValue { return found.value }
    }
    return nil
  }

  private static func range(of payload: Range<Int>) -> Range<Int> {
    min(payload.lowerBound + InetDiagMessage.size, payload.upperBound)..<payload.upperBound
  }
}
