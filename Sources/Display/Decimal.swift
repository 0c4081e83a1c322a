internal import SocketModel

extension OutputSpan<UInt8> {
  /// Appends a number in decimal.
  mutating func append(decimal value: UInt64) {
    if value < 10 { return append(0x30 &+ UInt8(truncatingIfNeeded: value)) }
    if value < 100_000_000 {
      let digits = eightDigits(UInt32(truncatingIfNeeded: value))
      let zeros = min(digits.trailingZeroBitCount / 8, 7)
      append(word: (digits | asciiZeros) &>> UInt64(zeros &* 8), count: 8 &- zeros)
    } else {
      append(large: value)
    }
  }

  private mutating func append(large value: UInt64) {
    let rest = value / 100_000_000
    append(decimal: rest)
    let digits = eightDigits(UInt32(truncatingIfNeeded: value &- rest &* 100_000_000))
    append(word: digits | asciiZeros, count: 8)
  }

  /// Appends the lowest `count` bytes of a word, at most 8, the lowest first: where there is room, all
  /// of them in one step of a constant length, and takes those back that are too many.
  @inline(__always)
  mutating func append(word: UInt64, count length: Int) {
    if freeCapacity >= 8 {
      let start = count
      append(repeating: 0, count: 8)
      var bytes = mutableSpan
      for index in 0..<8 { bytes[start &+ index] = word.byte(index) }
      removeLast(8 &- length)
    } else {
      for index in 0..<length { append(word.byte(index)) }
    }
  }

  /// Appends a port: the same, without the detour that larger numbers need.
  mutating func append(port: UInt16) {
    let number = UInt32(port)
    if number >= 10_000 { append(0x30 &+ UInt8(truncatingIfNeeded: number / 10_000)) }
    if number >= 1_000 { append(0x30 &+ UInt8(truncatingIfNeeded: number / 1_000 % 10)) }
    if number >= 100 { append(0x30 &+ UInt8(truncatingIfNeeded: number / 100 % 10)) }
    if number >= 10 { append(0x30 &+ UInt8(truncatingIfNeeded: number / 10 % 10)) }
    append(0x30 &+ UInt8(truncatingIfNeeded: number % 10))
  }

  mutating func append(_ text: ShortText) {
    let (first, second) = text.words
    append(word: first, count: min(text.count, 8))
    if text.count > 8 { append(word: second, count: text.count &- 8) }
  }

  mutating func append(_ text: StaticASCII) { append(word: text.word, count: text.count) }
}

extension UInt64 {
  /// The lowest is that of index 0.
  @inline(__always)
  fileprivate func byte(_ index: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: self &>> UInt64(index &* 8))
  }
}

private let asciiZeros: UInt64 = 0x3030_3030_3030_3030

/// The eight digits of a number below 100,000,000, each a byte from 0 to 9, the first the lowest: halves,
/// quarters and digits are each worked out side by side in one word.
@inline(__always)
private func eightDigits(_ number: UInt32) -> UInt64 {
  let high = number / 10_000
  let fours = UInt64(high) | UInt64(number &- high &* 10_000) &<< 32
  // Division by 100 of what is below 10,000, and by 10 of what is below 100.
  let hundreds = (fours &* 10_486) &>> 20 & 0x7f_0000_007f
  let twos = hundreds | (fours &- hundreds &* 100) &<< 16
  let tens = (twos &* 103) &>> 10 & 0x000f_000f_000f_000f
  return tens | (twos &- tens &* 10) &<< 8
}

/// A constant text of at most 8 bytes, made once. It holds no reference: threads that write the same
/// text would all count it.
struct StaticASCII: ExpressibleByStringLiteral, Sendable {
  static let yes: StaticASCII = "true"
  static let no: StaticASCII = "false"

  /// The first byte is the lowest.
  fileprivate let word: UInt64
  let count: Int

  init(stringLiteral text: StaticString) {
    let bytes = "\(text)".utf8.prefix(8)
    count = bytes.count
    word = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  subscript(index: Int) -> UInt8 { word.byte(index) }

  var bytes: [UInt8] { (0..<count).map { self[$0] } }
}

extension [UInt8] {
  /// Appends a number in decimal.
  mutating func append(decimal value: UInt64) {
    append(addingCapacity: 20) { $0.append(decimal: value) }
  }

  mutating func append(_ text: String) { append(contentsOf: text.utf8) }
}
