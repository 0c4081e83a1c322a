internal import SocketModel

/// One attribute of a netlink message (`struct nlattr`, netlink(7)): its kind and where its value
/// stands.
public struct NetlinkAttribute: Hashable, Sendable {
  /// Without the two flag bits (`NLA_F_NESTED`, `NLA_F_NET_BYTEORDER`).
  public let kind: UInt16
  public let value: Range<Int>

  public static let headerSize = 4
}

/// Walks the attributes after a message's fixed part, each aligned to four bytes.
public struct NetlinkAttributes: Sendable {
  private var offset: Int
  private let end: Int

  /// `range` lies within the bytes that are walked.
  public init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next attribute, or nil at the end.
  public mutating func next(
    in bytes: Span<UInt8>
  ) throws(MalformedMessage) -> NetlinkAttribute? {
    let remaining = end - offset
    guard remaining > 0 else { return nil }
    guard remaining >= NetlinkAttribute.headerSize else {
      throw MalformedMessage(at: offset, .shortHeader(remaining: remaining))
    }
    let length = Int(bytes.uint16(at: offset))
    guard length >= NetlinkAttribute.headerSize else {
      throw MalformedMessage(at: offset, .lengthTooSmall(length))
    }
    guard length <= remaining else {
      throw MalformedMessage(at: offset, .overlong(length: length, remaining: remaining))
    }
    let start = offset
    offset = min(start + ((length + 3) & ~3), end)
    return NetlinkAttribute(
      kind: bytes.uint16(at: start + 2) & 0x3fff,
      value: start + NetlinkAttribute.headerSize..<start + length)
  }
}
