/// A text of at most 16 bytes without a reference: what the kernel keeps in a fixed field, the name of
/// a congestion control algorithm, say. The bytes may be any but NUL: escape before showing.
public struct ShortText: Hashable, Sendable {
  /// The bytes from the highest of `high` on; zeros past the end.
  @usableFromInline let high: UInt64
  @usableFromInline let low: UInt64

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The bytes up to a NUL, or their end; nil for none and for more than 16.
  public init?(_ bytes: Span<UInt8>) {
    var count = 0
    while count < bytes.count && bytes[count] != 0 { count += 1 }
    guard 1...16 ~= count else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    for index in 0..<16 {
      let byte = index < count ? UInt64(bytes[index]) : 0
      if index < 8 { words.0 = words.0 << 8 | byte } else { words.1 = words.1 << 8 | byte }
    }
    (high, low) = words
  }

  @inlinable public var count: Int {
    16 - (low != 0 ? low.trailingZeroBitCount / 8 : 8 + high.trailingZeroBitCount / 8)
  }

  @inlinable
  public subscript(index: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (index < 8 ? high : low) &>> UInt64(56 &- (index & 7) &* 8))
  }

  /// All sixteen bytes, in each word the first the lowest; zeros past the end.
  @inlinable public var words: (UInt64, UInt64) { (high.byteSwapped, low.byteSwapped) }

  public var bytes: [UInt8] { (0..<count).map { self[$0] } }
}

extension ShortText: ExpressibleByStringLiteral {
  /// A word of our own of at most 16 bytes.
  public init(stringLiteral word: String) {
    let bytes = Array(word.utf8)
    self = ShortText(bytes.span) ?? ShortText(high: 0, low: 0)
  }
}

extension ShortText: CustomStringConvertible {
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension ShortText: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { count }
}

extension ShortText: Comparable {
  public static func < (a: ShortText, b: ShortText) -> Bool {
    a.high != b.high ? a.high < b.high : a.low < b.low
  }
}
