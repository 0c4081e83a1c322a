/// A piece of what was typed, each byte with the place it is at and whether a quote or a
/// backslash took its special meaning away.
struct Lexeme: Hashable {
  struct Unit: Hashable {
    var byte: UInt8
    var isLiteral: Bool
    /// The offset in UTF-8 bytes from the start of its word.
    var offset: Int
  }

  /// The word of the command line that it is in.
  var word: Int
  /// From its first byte past its last, quotes included.
  var range: Range<Int>
  var units: [Unit]
  /// Whether some of it was quoted: then it is not a keyword.
  var isQuoted: Bool

  /// The text without quotes and backslashes.
  var text: String { String(decoding: units.map(\.byte), as: UTF8.self) }

  /// Whether there is nothing to read in it.
  static func isBlank(_ text: String) -> Bool { text.utf8.allSatisfy { isBlank($0) } }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0d).contains(byte)
  }

  /// The text of a word that may be a keyword, in lower case; nil where it was quoted.
  var keyword: String? { isQuoted ? nil : text.lowercased() }

  /// The items of a list; an empty list has one empty item.
  func splitAtCommas() -> [Lexeme] {
    if !units.contains(where: { $0.byte == UInt8(ascii: ",") && !$0.isLiteral }) { return [self] }
    var items: [Lexeme] = []
    var start = 0
    for (index, unit) in units.enumerated()
    where unit.byte == UInt8(ascii: ",") && !unit.isLiteral {
      items.append(slice(start..<index, end: unit.offset))
      start = index + 1
    }
    items.append(slice(start..<units.count, end: range.upperBound))
    return items
  }

  private func slice(_ part: Range<Int>, end: Int) -> Lexeme {
    let units = Array(units[part])
    let start = part.lowerBound == 0 ? range.lowerBound : units.first?.offset ?? end
    return Lexeme(
      word: word, range: min(start, end)..<end, units: units,
      isQuoted: isQuoted && units.contains(where: \.isLiteral))
  }
}

extension Lexeme {
  private static let special = Set(" \t\n\r\u{b}\u{c}()&|!=<>,*?\"'\\".utf8)
  static let operatorWords: Set<String> = ["and", "or", "not"]

  /// The text as it can be typed inside an expression: read again it is the same.
  var printed: String {
    var out: [UInt8] = []
    if Self.operatorWords.contains(text.lowercased()) { out.append(UInt8(ascii: "\\")) }
    for (index, unit) in units.enumerated() {
      // As the first of a word, which it may have become, `!` is an operator, and `=` with the sign before it.
      let isOperator = index == 0 && [UInt8(ascii: "!"), UInt8(ascii: "=")].contains(unit.byte)
      if isOperator || unit.isLiteral && Self.special.contains(unit.byte) {
        out.append(UInt8(ascii: "\\"))
      }
      out.append(unit.byte)
    }
    return units.isEmpty ? "\"\"" : String(decoding: out, as: UTF8.self)
  }
}
