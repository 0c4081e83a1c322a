/// A term that can't be read: where it stands and why.
public struct FilterError: Error, Hashable, Sendable {
  /// What was typed.
  public let words: [String]
  /// Which of the words holds the term.
  public let word: Int
  /// The term's place in that word, in UTF-8 bytes; empty where something is missing.
  public let range: Range<Int>
  public let reason: Reason

  public enum Reason: Hashable, Sendable {
    case tooLong
    case tooDeep
    case tooManyTerms
    case openQuote
    /// A word with nothing in it, as an unset variable leaves one.
    case emptyWord(String)
    case unclosedParenthesis
    case unopenedParenthesis
    case emptyParentheses
    /// A term must stand before or behind an operator.
    case missingTerm(beside: String, isBefore: Bool)
    case missingField(before: String)
    case missingValue(behind: String)
    case unknownField(String, nearest: String?)
    /// A field on its own: the shell takes `>1000` for a file.
    case loneField(String, example: String)
    case notOrdered(String, comparison: String)
    case takesOneNumber(comparison: String)
    case notAPort(String)
    case portTooLarge(String)
    /// `withUnit` is an example, where the field takes units.
    case notANumber(String, field: String, withUnit: String?)
    case emptyRange(String, turned: String)
    case unknownService(String, nearest: String?)
    case ambiguousService(String, ports: [UInt16])
    case notAnAddress(String)
    /// A number where an address is expected.
    case portForAddress(String)
    case shortAddress(String, block: String)
    case badPrefix(String, longest: Int)
    case ambiguousAddress(String, host: String, port: String)
    case takesOneAddress(String)
    case unlistedFamily(String)
    case unknownHost(String)
    case unknownUser(String, nearest: String?)
    case unknownInterface(String, nearest: String?)
    case unknownCgroup(String)
    case unknownState(String, nearest: String?)
    case unknownValue(String, field: String, values: [String])
    /// Terms joined by `and` that no socket can meet.
    case contradiction(String, String)
  }

  init(_ words: [String], word: Int, range: Range<Int>, _ reason: Reason) {
    self.words = words
    self.word = word
    self.range = range
    self.reason = reason
  }

  init(_ words: [String], _ lexeme: Lexeme, _ reason: Reason) {
    self.init(words, word: lexeme.word, range: lexeme.range, reason)
  }
}

extension FilterError: CustomStringConvertible {
  /// The reason, the line that was typed and a caret under the term: three lines without a newline
  /// at the end. Control characters are replaced.
  public var description: String { "\(reason)\n\(pointer(width: 76))" }
}
