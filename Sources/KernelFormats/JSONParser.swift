/// Reads JSON from bytes that anybody may have written: strictly as RFC 8259 has it, each key once and
/// in UTF-8. It throws, and never traps, whatever the bytes are.
public struct JSONParser: Sendable {
  private let bytes: [UInt8]
  private let end: Int
  /// The byte that is read next.
  private var at: Int

  /// So deep values may be in each other: our own forms have four.
  static let deepest = 32

  /// Reads these bytes of the array.
  public init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
    self.bytes = bytes
    at = range?.lowerBound ?? 0
    end = min(range?.upperBound ?? bytes.count, bytes.count)
  }

  /// The one value that the bytes are.
  public static func value(
    of bytes: [UInt8], in range: Range<Int>? = nil
  ) throws(MalformedJSON) -> JSONValue {
    var parser = JSONParser(bytes, in: range)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    if parser.at < parser.end { throw parser.failure(.remainder) }
    return value
  }

  /// The members of an object up to the first one whose key is `last`; all of them where none is. What
  /// comes after that is not looked at.
  public static func members(
    of bytes: [UInt8], in range: Range<Int>, upTo last: String
  ) throws(MalformedJSON) -> [String: JSONValue] {
    var parser = JSONParser(bytes, in: range)
    parser.skipSpace()
    return try parser.object(depth: 0, upTo: last)
  }

  private func failure(_ problem: MalformedJSON.Problem) -> MalformedJSON {
    MalformedJSON(offset: at, problem: at < end ? problem : .end)
  }

  private var byte: UInt8? { at < end ? bytes[at] : nil }

  private mutating func skipSpace() {
    while at < end {
      switch bytes[at] {
      case 0x20, 0x09, 0x0a, 0x0d: at += 1
      default: return
      }
    }
  }

  private mutating func take(_ wanted: UInt8) -> Bool {
    guard byte == wanted else { return false }
    at += 1
    return true
  }

  private mutating func value(depth: Int) throws(MalformedJSON) -> JSONValue {
    skipSpace()
    switch byte {
    case UInt8(ascii: "{"): return .object(try object(depth: depth, upTo: nil))
    case UInt8(ascii: "["): return .list(try list(depth: depth))
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"): return try word("true", .flag(true))
    case UInt8(ascii: "f"): return try word("false", .flag(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), .some(0x30...0x39): return try number()
    case nil: throw failure(.end)
    case .some: throw failure(.byte)
    }
  }

  private mutating func word(
    _ word: StaticString, _ value: JSONValue
  ) throws(MalformedJSON) -> JSONValue {
    for wanted in "\(word)".utf8 where !take(wanted) { throw failure(.byte) }
    return value
  }

  private mutating func object(
    depth: Int, upTo last: String?
  ) throws(MalformedJSON) -> [String: JSONValue] {
    if depth >= Self.deepest { throw failure(.depth) }
    guard take(UInt8(ascii: "{")) else { throw failure(.byte) }
    var members: [String: JSONValue] = [:]
    skipSpace()
    if take(UInt8(ascii: "}")) { return members }
    while true {
      skipSpace()
      let start = at
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw failure(.byte) }
      let value = try value(depth: depth + 1)
      if members.updateValue(value, forKey: key) != nil {
        throw MalformedJSON(offset: start, problem: .repeatedKey)
      }
      if key == last { return members }
      skipSpace()
      if take(UInt8(ascii: "}")) { return members }
      guard take(UInt8(ascii: ",")) else { throw failure(.byte) }
    }
  }

  private mutating func list(depth: Int) throws(MalformedJSON) -> [JSONValue] {
    if depth >= Self.deepest { throw failure(.depth) }
    at += 1
    var values: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return values }
    while true {
      values.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: "]")) { return values }
      guard take(UInt8(ascii: ",")) else { throw failure(.byte) }
    }
  }

  // MARK: Numbers

  private mutating func digits() -> Bool {
    let start = at
    while let byte, 0x30...0x39 ~= byte { at += 1 }
    return at > start
  }

  private mutating func number() throws(MalformedJSON) -> JSONValue {
    let start = at
    let isNegative = take(UInt8(ascii: "-"))
    let first = byte
    guard digits() else { throw failure(.number) }
    let length = at - start - (isNegative ? 1 : 0)
    if first == UInt8(ascii: "0"), length > 1 { throw failure(.number) }
    var isWhole = !isNegative
    if take(UInt8(ascii: ".")) {
      isWhole = false
      guard digits() else { throw failure(.number) }
    }
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      isWhole = false
      at += 1
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { at += 1 }
      guard digits() else { throw failure(.number) }
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if isWhole, let number = UInt64(text) { return .number(number) }
    // What is too large for a number of 64 bits is not exact.
    guard let number = Double(text) else { throw failure(.number) }
    return .decimal(number)
  }

  // MARK: Texts

  private mutating func string() throws(MalformedJSON) -> String {
    guard take(UInt8(ascii: "\"")) else { throw failure(.byte) }
    let start = at
    while at < end, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\") {
      if bytes[at] < 0x20 { throw failure(.string) }
      at += 1
    }
    if byte == UInt8(ascii: "\"") {
      defer { at += 1 }
      return try text(bytes[start..<at], from: start)
    }
    var unescaped = Array(bytes[start..<at])
    while let byte {
      at += 1
      switch byte {
      case UInt8(ascii: "\""): return try text(unescaped[...], from: start)
      case UInt8(ascii: "\\"): try escape(&unescaped)
      case 0..<0x20: throw MalformedJSON(offset: at - 1, problem: .string)
      default: unescaped.append(byte)
      }
    }
    throw failure(.end)
  }

  private func text(_ bytes: ArraySlice<UInt8>, from start: Int) throws(MalformedJSON) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw MalformedJSON(offset: start, problem: .string)
    }
    return text
  }

  private mutating func escape(_ out: inout [UInt8]) throws(MalformedJSON) {
    let simple: UInt8
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): simple = bytes[at]
    case UInt8(ascii: "b"): simple = 0x08
    case UInt8(ascii: "f"): simple = 0x0c
    case UInt8(ascii: "n"): simple = 0x0a
    case UInt8(ascii: "r"): simple = 0x0d
    case UInt8(ascii: "t"): simple = 0x09
    case UInt8(ascii: "u"):
      at += 1
      out += Array(String(try scalar()).utf8)
      return
    case nil: throw failure(.end)
    case .some: throw failure(.escape)
    }
    out.append(simple)
    at += 1
  }

  /// What comes after `\u`, a pair of surrogates with its second escape.
  private mutating func scalar() throws(MalformedJSON) -> Unicode.Scalar {
    let first = try unit()
    if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
    guard 0xd800...0xdbff ~= first, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      throw failure(.escape)
    }
    let second = try unit()
    guard 0xdc00...0xdfff ~= second,
      let scalar = Unicode.Scalar(
        0x1_0000 + (UInt32(first) - 0xd800) << 10 + (UInt32(second) - 0xdc00))
    else { throw failure(.escape) }
    return scalar
  }

  private mutating func unit() throws(MalformedJSON) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch byte {
      case .some(let byte) where 0x30...0x39 ~= byte: digit = byte - 0x30
      case .some(let byte) where 0x41...0x46 ~= byte: digit = byte - 0x37
      case .some(let byte) where 0x61...0x66 ~= byte: digit = byte - 0x57
      case .some: throw failure(.escape)
      case nil: throw failure(.end)
      }
      unit = unit << 4 | UInt16(digit)
      at += 1
    }
    return unit
  }
}
