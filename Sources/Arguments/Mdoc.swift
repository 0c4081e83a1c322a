/// Builds mdoc(7) source: escapes, and keeps to the rules that `mandoc -T lint` checks: a sentence
/// a line, no line over 80 bytes.
struct Mdoc {
  private(set) var lines: [String] = []

  /// A macro line; its arguments are escaped by the caller where they are foreign.
  mutating func macro(_ line: String) { lines.append("." + line) }

  mutating func section(_ title: String) { macro("Sh \(title)") }

  mutating func subsection(_ title: String) { macro("Ss \(title)") }

  mutating func paragraph(_ text: String) {
    macro("Pp")
    self.text(text)
  }

  mutating func text(_ text: String) {
    for sentence in Self.sentences(text) {
      for line in Help.wrapped(sentence, width: 66) { lines.append(Self.escaped(line)) }
    }
  }

  /// A tagged list; each head is the rest of an `.It` line.
  mutating func list(_ items: [(head: String, text: String)], width: String) {
    macro("Bl -tag -width \(width)")
    for item in items {
      macro("It \(item.head)")
      text(item.text)
    }
    macro("El")
  }

  var source: String { lines.joined(separator: "\n") + "\n" }

  /// A text line: what roff reads otherwise is escaped.
  static func escaped(_ text: String) -> String {
    let line = literal(text)
    return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }

  /// The same within a line.
  static func literal(_ text: String) -> String {
    text.reduce(into: "") { line, character in
      switch character {
      case "\\": line += "\\e"
      case "-": line += "\\-"
      case "…": line += "..."
      case "'": line += "\\(aq"
      case "^": line += "\\(ha"
      case "~": line += "\\(ti"
      case "`": line += "\\(ga"
      default: line.append(character)
      }
    }
  }

  /// One macro argument: in quotes, and fenced so that it is taken neither for a macro nor for
  /// punctuation.
  static func argument(_ text: String) -> String {
    let quoted = literal(text).split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\\(dq")
    return "\"\\&" + quoted + "\\&\""
  }

  /// Cuts after a full stop that a space and a capital follow.
  private static func sentences(_ text: String) -> [String] {
    var sentences: [[Substring]] = [[]]
    let words = text.split(separator: " ")
    for (word, next) in zip(words, words.dropFirst() + [""]) {
      sentences[sentences.count - 1].append(word)
      if word.hasSuffix("."), next.first?.isUppercase == true { sentences.append([]) }
    }
    return sentences.map { $0.joined(separator: " ") }
  }
}
