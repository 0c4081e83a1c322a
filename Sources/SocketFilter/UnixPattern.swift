/// A unix socket's name in the place of an address: `/run/*.sock`, `@name`, and `unix:` before any, as
/// in ss(8).
enum UnixPattern {
  private static let family = Array("unix:".utf8)

  static func fits(_ item: Lexeme) -> Bool {
    let first = item.units.first?.byte
    return first == UInt8(ascii: "/") || first == UInt8(ascii: "@") || hasFamily(item)
  }

  /// Without the family.
  static func plain(_ item: Lexeme) -> Lexeme {
    var plain = item
    if hasFamily(item) { plain.units.removeFirst(family.count) }
    return plain
  }

  private static func hasFamily(_ item: Lexeme) -> Bool {
    item.units.prefix(family.count).map(\.byte) == family
  }
}
