/// A tool's command line is not answered here: the tool itself must.
public struct NotAnswered: Error, Hashable, Sendable {
  /// As typed: `-x`, `--extended`.
  public let word: String

  public init(_ word: String) { self.word = word }
}

/// A command line as getopt_long(3) reads it: letters in clusters, values attached or in the next word,
/// options before and after other words, and `--` that ends them.
struct GetoptLine {
  /// What a tool takes. Long names must be typed in full here, though getopt takes their beginnings.
  struct Grammar {
    var letters: Set<Character>
    var lettersWithValue: Set<Character> = []
    /// To the letter that means the same.
    var names: [String: Character] = [:]

    func takesValue(_ letter: Character) -> Bool { lettersWithValue.contains(letter) }
  }

  struct Option: Equatable {
    let letter: Character
    let value: String?
  }

  private(set) var options: [Option] = []
  private(set) var words: [String] = []

  /// Throws the first word that the grammar has no option for. `isPOSIX`: an option after another word is
  /// none (`POSIXLY_CORRECT` in getopt(3)), and what it is instead is the tool's.
  init(
    _ arguments: [String], _ grammar: Grammar, isPOSIX: Bool = false
  ) throws(NotAnswered) {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if isPOSIX, !words.isEmpty, word.hasPrefix("-") { throw NotAnswered(word) }
      if word == "--" {
        words += rest
        return
      } else if word.hasPrefix("--") {
        try appendLong(word, &rest, grammar)
      } else if word.hasPrefix("-"), word.count > 1 {
        try appendCluster(word, &rest, grammar)
      } else {
        words.append(word)
      }
    }
  }

  private mutating func appendLong(
    _ word: String, _ rest: inout ArraySlice<String>, _ grammar: Grammar
  ) throws(NotAnswered) {
    let parts = word.dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let letter = grammar.names[String(parts[0])] else { throw NotAnswered(word) }
    var value = parts.count > 1 ? String(parts[1]) : nil
    if grammar.takesValue(letter) {
      value = value ?? rest.popFirst()
      if value == nil { throw NotAnswered(word) }
    } else if value != nil {
      throw NotAnswered(word)
    }
    options.append(Option(letter: letter, value: value))
  }

  private mutating func appendCluster(
    _ word: String, _ rest: inout ArraySlice<String>, _ grammar: Grammar
  ) throws(NotAnswered) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      if grammar.takesValue(letter) {
        let value = letters.isEmpty ? rest.popFirst() : String(letters)
        guard let value else { throw NotAnswered("-\(letter)") }
        options.append(Option(letter: letter, value: value))
        return
      }
      guard grammar.letters.contains(letter) else { throw NotAnswered("-\(letter)") }
      options.append(Option(letter: letter, value: nil))
    }
  }
}
