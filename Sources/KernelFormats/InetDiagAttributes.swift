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

  /// The id of the socket's cgroup (v2); nil where it has none.
  public static func cgroup(
    in bytes: Span<UInt8>, at payload: Range<Int>
  ) throws(MalformedMessage) -> UInt64? {
    guard let id = try value(of: .cgroup, in: bytes, at: payload), id.count >= 8 else {
      return nil
    }
    return bytes.uint64(at: id.lowerBound)
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
