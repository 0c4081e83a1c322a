/// The name of a process as lsof prints it: `\t`, `^A`, `\\`, `\xc3`.
struct LsofText {
  private let name: [UInt8]

  init(_ name: [UInt8]) { self.name = name }

  /// What lsof takes for its width in a column: of a byte beyond ASCII half of what it prints.
  var width: Int { name.reduce(0) { $0 + ($1 < 0x80 ? Self.inColumn($1).count : 2) } }

  /// As much of it as a column has room for. A space would end the column.
  func column(_ room: Int) -> [UInt8] {
    var text: [UInt8] = []
    for byte in name {
      let shown = Self.inColumn(byte)
      if text.count + shown.count > room { break }
      text += shown
    }
    return text
  }

  /// Whole; characters that can be printed are as they are where the locale has them.
  func field(isUTF8: Bool) -> [UInt8] {
    var text: [UInt8] = []
    var rest = name[...]
    while let byte = rest.first {
      if isUTF8, let length = Self.printable(rest) {
        text += rest.prefix(length)
        rest = rest.dropFirst(length)
      } else {
        text += Self.shown(byte)
        rest = rest.dropFirst()
      }
    }
    return text
  }

  /// How many bytes the character has that the text begins with; nil for ASCII and what can't be printed.
  private static func printable(_ text: ArraySlice<UInt8>) -> Int? {
    var iterator = text.prefix(4).makeIterator()
    var decoder = UTF8()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator), !scalar.isASCII else {
      return nil
    }
    switch scalar.properties.generalCategory {
    case .control, .unassigned, .surrogate, .lineSeparator, .paragraphSeparator: return nil
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber,
      .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol,
      .modifierSymbol, .otherSymbol, .spaceSeparator, .format, .privateUse:
      return UTF8.width(scalar)
    @unknown default: return nil
    }
  }

  private static func inColumn(_ byte: UInt8) -> [UInt8] {
    byte == UInt8(ascii: " ") ? hexadecimal(byte) : shown(byte)
  }

  private static func shown(_ byte: UInt8) -> [UInt8] {
    switch byte {
    case 0x08: Array("\\b".utf8)
    case 0x09: Array("\\t".utf8)
    case 0x0a: Array("\\n".utf8)
    case 0x0c: Array("\\f".utf8)
    case 0x0d: Array("\\r".utf8)
    case 0..<0x20: [UInt8(ascii: "^"), byte + 0x40]
    case UInt8(ascii: "\\"): [byte, byte]
    case 0x7f...: hexadecimal(byte)
    default: [byte]
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
    Array("\\x".utf8) + [hexDigit(byte >> 4), hexDigit(byte & 0xf)]
  }
}
