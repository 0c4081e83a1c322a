public import SocketModel

/// Reads the attributes behind `inet_diag_msg` into `SocketDetails`. The names of congestion control
/// algorithms are gathered here and counted into.
public struct InetDiagDetails: Sendable {
  /// The names that `SocketDetails.congestion` counts into.
  public private(set) var congestionNames: [String] = []
  private var congestionBytes: [[UInt8]] = []

  public init() {}

  /// What the attributes tell; unknown kinds and values that are too short are passed over.
  /// `payload` is that of a message of at least `InetDiagMessage.size` bytes.
  public mutating func decode(
    in bytes: Span<UInt8>, at payload: Range<Int>
  ) throws(MalformedMessage) -> SocketDetails {
    var details = SocketDetails()
    var attributes = NetlinkAttributes(
      min(payload.lowerBound + InetDiagMessage.size, payload.upperBound)..<payload.upperBound)
    while let attribute = try attributes.next(in: bytes) {
      let value = attribute.value
      let start = value.lowerBound
      switch (attribute.kind, value.count) {
      case (InetDiagAttribute.info, 1...):
        details.tcpInfo = TCPInfoBytes.decode(bytes, at: value)
      case (InetDiagAttribute.memory, 4...):
        details.memory = Self.memory(in: bytes, at: value)
      case (InetDiagAttribute.congestion, 1...):
        details.congestion = congestion(in: bytes, at: value)
      case (InetDiagAttribute.tos, 1...): details.tos = bytes[start]
      case (InetDiagAttribute.trafficClass, 1...): details.trafficClass = bytes[start]
      case (InetDiagAttribute.shutdown, 1...): details.shutdown = bytes[start]
      case (InetDiagAttribute.mark, 4...): details.mark = bytes.uint32(at: start)
      case (InetDiagAttribute.cgroup, 8...): details.cgroup = bytes.uint64(at: start)
      default: continue
      }
    }
    return details
  }

  /// `SK_MEMINFO_…`: 32-bit numbers, fewer on older kernels.
  private static func memory(in bytes: Span<UInt8>, at value: Range<Int>) -> SocketMemory {
    var memory = SocketMemory()
    for field in SocketMemory.Field.allCases where (field.rawValue + 1) * 4 <= value.count {
      memory[field] = UInt64(bytes.uint32(at: value.lowerBound + field.rawValue * 4))
    }
    return memory
  }

  /// The name's index; nil where there are more names than it can count.
  private mutating func congestion(in bytes: Span<UInt8>, at value: Range<Int>) -> UInt8? {
    var end = value.lowerBound
    while end < value.upperBound && bytes[end] != 0 { end += 1 }
    let name = value.lowerBound..<end
    if name.isEmpty { return nil }
    if let known = congestionBytes.firstIndex(where: { Self.equal($0, bytes, name) }) {
      return UInt8(exactly: known)
    }
    guard let index = UInt8(exactly: congestionBytes.count) else { return nil }
    let copy = name.map { bytes[$0] }
    congestionBytes.append(copy)
    congestionNames.append(String(decoding: copy, as: UTF8.self))
    return index
  }

  private static func equal(_ name: [UInt8], _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard name.count == range.count else { return false }
    for index in name.indices where name[index] != bytes[range.lowerBound + index] { return false }
    return true
  }
}
