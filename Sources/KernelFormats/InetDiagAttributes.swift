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

  /// What they tell of a connection's traffic, without reading the rest of its `tcp_info`, and on the way
  /// the id of the socket's cgroup (v2).
  public static func traffic(
    of state: TCPState, in bytes: Span<UInt8>, at payload: Range<Int>
  ) throws(MalformedMessage) -> (traffic: SocketTraffic, cgroup: UInt64?) {
    let range = range(of: payload)
    var cgroup: UInt64?
    // A live view does this for every row at every refresh: half the time that a walk takes which
    // gives each attribute as a value.
    let (tcpInfo, cgroupID) = (SocketAttribute.tcpInfo.rawValue, SocketAttribute.cgroup.rawValue)
    var at = range.lowerBound
    while at + NetlinkAttribute.headerSize <= range.upperBound {
      let length = Int(bytes.uint16(at: at))
      guard length >= NetlinkAttribute.headerSize, at + length <= range.upperBound else { break }
      let kind = bytes.uint16(at: at + 2) & 0x3fff
      if kind == tcpInfo {
        let info = bytes.extracting(at + NetlinkAttribute.headerSize..<at + length)
        return (SocketTraffic(info: info, in: state), cgroup)
      }
      if kind == cgroupID, length >= 12 { cgroup = bytes.uint64(at: at + 4) }
      at += (length + 3) & ~3
    }
    // None, or one that is not whole: what is wrong is said where it is looked for in full.
    _ = try value(of: .tcpInfo, in: bytes, at: payload)
    return (SocketTraffic(), cgroup)
  }

  /// The id of the socket's cgroup (v2); nil where it has none, or what comes before it is not whole:
  /// one walk a row of a large table, in which nothing else is looked at.
  public static func cgroup(in bytes: Span<UInt8>, at payload: Range<Int>) -> UInt64? {
    let range = range(of: payload)
    let cgroup = SocketAttribute.cgroup.rawValue
    var at = range.lowerBound
    while at + 4 <= range.upperBound {
      let length = Int(bytes.uint16(at: at))
      if length < 4 || at + length > range.upperBound { return nil }
      if bytes.uint16(at: at + 2) == cgroup {
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
