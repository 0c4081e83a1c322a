/// Cuts the words of the command line into tokens. Spaces end a token, also inside a word; operators
/// and parentheses need none around them. Quotes and a backslash make literal what they hold.
struct Lexer {
  private let words: [String]
  private var tokens: [Token] = []

  static func tokens(_ words: [String]) throws(FilterError) -> [Token] {
    var lexer = Lexer(words)
    try lexer.run()
    return lexer.tokens
  }

  private init(_ words: [String]) { self.words = words }

  private mutating func run() throws(FilterError) {
    var length = 0
    for (number, word) in words.enumerated() {
      length += word.utf8.count + 1
      guard length <= FilterLimits.maximumLength else {
        throw FilterError(words, word: number, range: 0..<word.utf8.count, .tooLong)
      }
      let bytes = Array(word.utf8)
      guard !Lexeme.isBlank(word) else {
        throw FilterError(words, word: number, range: 0..<bytes.count, .emptyWord(word))
      }
      var position = 0
      while position < bytes.count {
        if Lexeme.isBlank(bytes[position]) {
          position += 1
        } else if let (kind, end) = symbol(bytes, at: position) {
          append(kind, Lexeme(word: number, range: position..<end, units: [], isQuoted: false))
          position = end
        } else {
          try text(bytes, of: number, from: &position)
        }
      }
    }
  }

  private mutating func append(_ kind: Token.Kind, _ lexeme: Lexeme) {
    tokens.append(Token(kind: kind, lexeme: lexeme))
  }

  /// What follows a comparison is a value: `command=--level=3`.
  private var expectsValue: Bool {
    if case .comparison = tokens.last?.kind { true } else { false }
  }

  /// The operator or parenthesis that starts here, and where it ends.
  private func symbol(_ bytes: [UInt8], at position: Int) -> (Token.Kind, Int)? {
    let next = position + 1 < bytes.count ? bytes[position + 1] : 0
    func token(_ kind: Token.Kind, doubledBy second: Character? = nil) -> (Token.Kind, Int) {
      (kind, second?.asciiValue == next ? position + 2 : position + 1)
    }
    switch (Character(Unicode.Scalar(bytes[position])), Character(Unicode.Scalar(next))) {
    case ("(", _): return token(.open)
    case (")", _): return token(.close)
    case ("&", _): return token(.and, doubledBy: "&")
    case ("|", _): return token(.or, doubledBy: "|")
    case _ where expectsValue: return nil
    case ("!", "="): return (.comparison(.notEqual), position + 2)
    case ("!", _): return token(.not)
    case ("=", _): return token(.comparison(.equal), doubledBy: "=")
    case ("<", "="): return (.comparison(.lessOrEqual), position + 2)
    case ("<", _): return token(.comparison(.less))
    case (">", "="): return (.comparison(.greaterOrEqual), position + 2)
    case (">", _): return token(.comparison(.greater))
    default: return nil
    }
  }

  /// Whether a text ends before this byte.
  private func endsText(_ bytes: [UInt8], at position: Int) -> Bool {
    if Lexeme.isBlank(bytes[position]) { return true }
    guard let (kind, _) = symbol(bytes, at: position) else { return false }
    return kind != .not
  }

  private mutating func text(
    _ bytes: [UInt8], of word: Int, from position: inout Int
  ) throws(FilterError) {
    let start = position
    var lexeme = Lexeme(word: word, range: start..<start, units: [], isQuoted: false)
    var quote: UInt8?
    while position < bytes.count {
      let byte = bytes[position]
      if quote == byte {
        quote = nil
      } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
        lexeme.isQuoted = true
      } else if byte == UInt8(ascii: "\\") {
        // Before the end it is meant for itself.
        if position + 1 < bytes.count { position += 1 }
        lexeme.isQuoted = true
        lexeme.units.append(.init(byte: bytes[position], isLiteral: true, offset: position))
      } else if quote == nil, endsText(bytes, at: position) {
        break
      } else {
        lexeme.units.append(.init(byte: byte, isLiteral: quote != nil, offset: position))
      }
      position += 1
    }
    lexeme.range = start..<position
    guard quote == nil else { throw FilterError(words, lexeme, .openQuote) }
    append(Self.kind(lexeme), lexeme)
  }

  private static func kind(_ lexeme: Lexeme) -> Token.Kind {
    switch lexeme.keyword {
    case "and": .and
    case "or": .or
    case "not": .not
    default: .word
    }
  }
}
