/// A term that can't be read: where it is and why.
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
    /// A term must come before or after an operator.
    case missingTerm(beside: String, isBefore: Bool)
    case missingField(before: String)
    case missingValue(after: String)
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
    /// An address in a list of unix sockets' names.
    case notAPath(String)
    case unknownHost(String)
    /// Nobody knows whether there is a thing of this kind and name.
    case failedLookup(String, String, reason: String)
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

extension FilterError {
  /// Whether the words may be right, and something that they name could not be looked up.
  public var isFailedLookup: Bool { if case .failedLookup = reason { true } else { false } }
}

extension FilterError: CustomStringConvertible {
  /// The reason, the line that was typed and a caret under the term: three lines without a newline
  /// at the end. Control characters are replaced.
  public var description: String { "\(reason)\n\(pointer(width: 76))" }
}

extension FilterError.Reason: CustomStringConvertible {
  /// A sentence without a full stop.
  public var description: String { printable(sentence) }

  private var sentence: String {
    switch self {
    case .tooLong: "the filter is longer than \(FilterLimits.maximumLength) bytes"
    case .tooDeep: "parentheses nest deeper than \(FilterLimits.maximumDepth)"
    case .tooManyTerms:
      "the filter has more than \(FilterLimits.maximumTerms) terms: a field takes a list of any "
        + "length, as in port=22,80,443"
    case .openQuote: "unclosed quote"
    case .emptyWord(let word):
      "empty term '\(word)': it matches nothing (is a variable unset?)"
    case .unclosedParenthesis: "unclosed '('"
    case .unopenedParenthesis: "unexpected ')'"
    case .emptyParentheses: "empty parentheses"
    case .missingTerm(let word, true): "missing term before '\(word)'"
    case .missingTerm(let word, false): "missing term after '\(word)'"
    case .missingField(let comparison):
      "missing field before '\(comparison)', as in 'lport \(comparison) 1024'"
    case .missingValue(let after): "missing value after '\(after)'"
    case .unknownField(let name, let nearest): "unknown field '\(name)'" + mean(nearest)
    case .loneField(let name, let example) where example.contains(">"):
      "'\(name)' is a field and needs a comparison: type '\(example)' with the quotes, or the "
        + "shell takes > for itself (a program of that name: process=\(name))"
    case .loneField(let name, let example):
      "'\(name)' is a field and needs a comparison: type \(example) "
        + "(a program of that name: process=\(name))"
    case .notOrdered(let field, let comparison):
      "'\(field)' is compared with = or !=, not with \(comparison)"
    case .takesOneNumber(let comparison): "'\(comparison)' takes one number, no list and no range"
    case .emptyRange(let range, let turned): "empty range '\(range)': write \(turned)"
    case .contradiction(let a, let b):
      "no socket is both '\(a)' and '\(b)': write '\(a) or \(b)' for either"
    case .notAPort(let text):
      "invalid port '\(text)': expected a number, a range like 8000-8100 or a service name"
    case .portTooLarge(let text):
      "invalid port '\(text)': ports are 0 to 65535 (a process: pid=\(text))"
    case .notANumber(let text, let field, let example):
      "invalid number '\(text)': '\(field)' takes a number like 5, 5-10, 5- or -5"
        + (example.map { ", also with a unit as in \($0)" } ?? "")
    case .unknownService(let name, let nearest):
      "unknown service '\(name)'"
        + (nearest.map { "; did you mean '\($0)'?" } ?? ": type the port's number")
    case .ambiguousService(let name, let ports):
      "ambiguous service '\(name)': ports \(ports.map(String.init).joined(separator: ", "))"
    case .unknownHost(let name): "cannot resolve '\(name)'"
    case .failedLookup(let kind, let name, let reason): "can't look up \(kind) '\(name)': \(reason)"
    case .unknownUser(let name, let nearest): "unknown user '\(name)'" + mean(nearest)
    case .unknownInterface(let name, let nearest):
      "unknown interface '\(name)'" + mean(nearest)
    case .unknownCgroup(let path): "unknown cgroup '\(path)'"
    case .unknownState(let name, let nearest): "unknown state '\(name)'" + mean(nearest)
    case .unknownValue(let text, let field, let values):
      "invalid value '\(text)' of '\(field)': expected \(values.joined(separator: ", "))"
    case .notAnAddress(let text):
      "invalid address '\(text)': expected one like 10.0.0.5, 10.0.0.0/8, ::1 or [::1]:443"
    case .portForAddress(let text):
      "invalid address '\(text)': for a port type lport=\(text), rport=\(text) or :\(text)"
    case .shortAddress(let text, let block):
      "incomplete address '\(text)': for the block type \(block)"
    case .badPrefix(let text, let longest):
      "invalid prefix length '/\(text)': expected 0 to \(longest)"
    case .ambiguousAddress(let text, let host, let port):
      "ambiguous address '\(text)': [\(host)]:\(port) is port \(port) of \(host), "
        + "[\(text)] is an address"
    case .takesOneAddress(let text): "'reaches' takes one address, and '\(text)' is a block"
    case .notAPath(let text):
      "'\(text)' is not the path of a unix socket, as others of the list are: ask for both with 'or'"
    case .unlistedFamily("link"):
      "unsupported address prefix 'link:'; type: family=link interface=eth0 subprotocol=arp"
    case .unlistedFamily("netlink"):
      "unsupported address prefix 'netlink:'; type: family=netlink subprotocol=rtnl netlink_port=0"
    case .unlistedFamily(let name): "'\(name):' sockets are not listed, inet: and inet6: are"
    }
  }

  private func mean(_ nearest: String?) -> String {
    nearest.map { "; did you mean '\($0)'?" } ?? ""
  }
}

/// The text with control characters replaced, so that it does nothing to a terminal.
func printable(_ text: String) -> String {
  String(String.UnicodeScalarView(text.unicodeScalars.map { isPlain($0) ? $0 : "\u{fffd}" }))
}

private func isPlain(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
  default: true
  }
}

extension FilterError {
  /// The line that was typed, at most so many characters of it around the term, and a line with a
  /// caret under the term.
  func pointer(width: Int) -> String {
    var line: [Unicode.Scalar] = []
    var place = 0..<0
    for (number, word) in words.enumerated() {
      if number > 0 { line.append(" ") }
      let start = line.count
      // A word with nothing in it could not be seen without quotes, nor pointed at.
      let isBlank = Lexeme.isBlank(word)
      line += (isBlank ? "'\(printable(word))'" : printable(word)).unicodeScalars
      if number != self.word { continue }
      place =
        isBlank
        ? start..<line.count
        : start + scalars(word, before: range.lowerBound)..<start
          + scalars(word, before: range.upperBound)
    }
    return cut(line, around: place, width: width)
  }

  private func scalars(_ word: String, before offset: Int) -> Int {
    word.utf8.prefix(offset).count { $0 & 0xc0 != 0x80 }
  }

  private func cut(_ line: [Unicode.Scalar], around place: Range<Int>, width: Int) -> String {
    let start =
      line.count <= width ? 0 : max(0, min(place.lowerBound - width / 2, line.count - width))
    let end = min(line.count, start + width)
    var shown = String(String.UnicodeScalarView(line[start..<end]))
    if start > 0 { shown = "…" + shown.unicodeScalars.dropFirst().map { String($0) }.joined() }
    if end < line.count {
      shown = shown.unicodeScalars.dropLast().map { String($0) }.joined() + "…"
    }
    let length = max(1, min(place.upperBound, end) - place.lowerBound)
    return "  \(shown)\n  " + String(repeating: " ", count: place.lowerBound - start) + "^"
      + String(repeating: "~", count: length - 1)
  }
}

/// How large a filter may be: nobody types more, and a hostile one must not take for ever.
enum FilterLimits {
  /// The bytes that a filter may have.
  static let maximumLength = 65_536
  /// How deep parentheses and `not` may nest.
  static let maximumDepth = 64
  /// How many terms it may have; each word of a list such as `22,80` is one, a field's list is one.
  static let maximumTerms = 4096
}
