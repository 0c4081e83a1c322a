/// Walks a line of space-separated fields. It holds a position alone: the bytes are passed to each
/// call.
struct FieldScanner {
  var position: Int

  private static let space = UInt8(ascii: " ")
  private static let tab = UInt8(ascii: "\t")
  static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// Moves to the next field or to the end of the line.
  @inline(__always)
  mutating func skipBlanks(_ bytes: borrowing Span<UInt8>) {
    while position < bytes.count, Self.isBlank(bytes[position]) { position &+= 1 }
  }

  @inline(__always)
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == space || byte == tab || byte == carriageReturn
  }

  @inline(__always)
  func isAtLineEnd(_ bytes: borrowing Span<UInt8>) -> Bool {
    position >= bytes.count || bytes[position] == Self.newline
  }

  /// Whether no field goes on here.
  @inline(__always)
  func isAtFieldEnd(_ bytes: borrowing Span<UInt8>) -> Bool {
    isAtLineEnd(bytes) || Self.isBlank(bytes[position])
  }

  /// Steps over one given byte.
  @inline(__always)
  mutating func accept(_ byte: UInt8, _ bytes: borrowing Span<UInt8>) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position &+= 1
    return true
  }

  /// Steps over the rest of a field.
  mutating func skipField(_ bytes: borrowing Span<UInt8>) {
    while !isAtFieldEnd(bytes) { position &+= 1 }
  }

  /// Steps past the line's newline.
  @inline(__always)
  mutating func skipLine(_ bytes: borrowing Span<UInt8>) {
    let count = bytes.count
    var next = position
    while next < count, bytes[next] != Self.newline { next &+= 1 }
    position = min(count, next &+ 1)
  }

  /// Hexadecimal digits up to what is none; nil for no digit or more than `limit` of them.
  @inline(__always)
  mutating func hexadecimal(_ bytes: borrowing Span<UInt8>, limit: Int) -> UInt64? {
    var value: UInt64 = 0
    let start = position
    while position < bytes.count {
      var digit = bytes[position] &- 0x30
      if digit > 9 {
        digit = (bytes[position] | 0x20) &- 0x61
        guard digit < 6 else { break }
        digit &+= 10
      }
      value = value << 4 | UInt64(digit)
      position &+= 1
      if position &- start > limit { return nil }
    }
    return position > start ? value : nil
  }

  /// Decimal digits up to what is none; nil for no digit or a number beyond 64 bits.
  @inline(__always)
  mutating func decimal(_ bytes: borrowing Span<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    let start = position
    while position < bytes.count {
      let digit = bytes[position] &- 0x30
      guard digit < 10 else { break }
      let (product, high) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      if high || carry { return nil }
      value = sum
      position &+= 1
    }
    return position > start ? value : nil
  }

  /// The next field; empty at the end of the line.
  mutating func text(_ bytes: borrowing Span<UInt8>) -> String {
    skipBlanks(bytes)
    let start = position
    skipField(bytes)
    var text: [UInt8] = []
    for index in start..<position { text.append(bytes[index]) }
    return String(decoding: text, as: UTF8.self)
  }
}
