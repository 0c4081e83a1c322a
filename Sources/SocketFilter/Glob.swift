import SocketModel

/// A pattern over bytes: `*` stands for any, `?` for one character of UTF-8, all else for itself.
struct Glob: Hashable, Sendable {
  private static let star: UInt16 = 256
  private static let one: UInt16 = 257

  private let elements: [UInt16]
  /// Whether it has no `*` and no `?`.
  let isPlain: Bool
  /// Whether it holds a `/`.
  let isPath: Bool

  static let anything = Glob([star])

  init(_ lexeme: Lexeme) {
    var elements: [UInt16] = []
    var literal: [UInt8] = []
    func flush() {
      elements += String(decoding: literal, as: UTF8.self).rawBytes.map(UInt16.init)
      literal = []
    }
    for unit in lexeme.units {
      switch (unit.byte, unit.isLiteral) {
      case (UInt8(ascii: "*"), false), (UInt8(ascii: "?"), false):
        flush()
        elements.append(unit.byte == UInt8(ascii: "*") ? Self.star : Self.one)
      default: literal.append(unit.byte)
      }
    }
    flush()
    self.init(elements)
  }

  /// What begins as it does.
  var asBeginning: Glob { Glob(elements + [Self.star]) }

  private init(_ elements: [UInt16]) {
    self.elements = elements
    isPlain = elements.allSatisfy { $0 < Self.star }
    isPath = elements.contains(UInt16(UInt8(ascii: "/")))
  }

  func matches<Text: Collection<UInt8>>(_ text: Text) -> Bool {
    var (element, position) = (0, text.startIndex)
    // Where to go on when what followed the last star did not fit.
    var retry: (element: Int, position: Text.Index)?
    while position != text.endIndex {
      if element < elements.count, elements[element] == Self.star {
        element += 1
        retry = (element, position)
      } else if element < elements.count, elements[element] == Self.one {
        element += 1
        position = text.index(after: position)
        while position != text.endIndex, text[position] & 0xc0 == 0x80 {
          position = text.index(after: position)
        }
      } else if element < elements.count, elements[element] == UInt16(text[position]) {
        element += 1
        position = text.index(after: position)
      } else if let last = retry {
        position = text.index(after: last.position)
        element = last.element
        retry = (element, position)
      } else {
        return false
      }
    }
    return elements[element...].allSatisfy { $0 == Self.star }
  }

  /// Whether the text is a beginning of the pattern.
  func begins(with text: [UInt8]) -> Bool {
    elements.count >= text.count && zip(elements, text).allSatisfy { $0 == UInt16($1) }
  }
}
