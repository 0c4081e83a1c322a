extension OutputSpan<UInt8> {
  /// Appends a number in decimal.
  mutating func append(decimal value: UInt64) {
    if let small = UInt16(exactly: value) { return append(port: small) }
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var rest = value
    var start = 20
    while rest > 0 {
      start -= 1
      digits[start] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    for index in start..<20 { append(digits[index]) }
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

  mutating func append(_ text: StaticASCII) {
    for index in 0..<text.count { append(text[index]) }
  }
}

/// A constant text of at most 8 bytes, made once. It holds no reference: threads that write the same
/// text would all count it.
struct StaticASCII: ExpressibleByStringLiteral, Sendable {
  static let yes: StaticASCII = "true"
  static let no: StaticASCII = "false"

  private var storage = InlineArray<8, UInt8>(repeating: 0)
  let count: Int

  init(stringLiteral text: StaticString) {
    let bytes = Array("\(text)".utf8.prefix(storage.count))
    count = bytes.count
    for index in bytes.indices { storage[index] = bytes[index] }
  }

  subscript(index: Int) -> UInt8 { storage[index] }

  var bytes: [UInt8] { (0..<count).map { storage[$0] } }
}

extension [UInt8] {
  /// Appends a number in decimal.
  mutating func append(decimal value: UInt64) {
    append(addingCapacity: 20) { $0.append(decimal: value) }
  }

  mutating func append(_ text: String) { append(contentsOf: text.utf8) }
}
