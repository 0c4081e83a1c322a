extension FilterError.Reason: CustomStringConvertible {
  /// A sentence without a full stop.
  public var description: String { printable(sentence) }

  private var sentence: String {
    switch self {
    case .tooLong: "the filter is longer than \(Lexer.maximumLength) bytes"
    case .tooDeep: "parentheses stand deeper than \(Expression.maximumDepth) in each other"
    case .tooManyTerms:
      "the filter has more than \(Expression.maximumTerms) terms: a field takes a list of any "
        + "length, as in port=22,80,443"
    case .openQuote: "the quote is not closed"
    case .emptyWord(let word):
      "'\(word)' is no term: an empty word matches nothing (is a variable unset?)"
    case .unclosedParenthesis: "'(' is not closed"
    case .unopenedParenthesis: "')' closes nothing"
    case .emptyParentheses: "there is nothing between the parentheses"
    case .missingTerm(let word, true): "a term must stand before '\(word)'"
    case .missingTerm(let word, false): "a term must follow '\(word)'"
    case .missingField(let comparison):
      "a field must stand before '\(comparison)', as in 'lport \(comparison) 1024'"
    case .missingValue(let behind): "a value must follow '\(behind)'"
    case .unknownField(let name, let nearest): "there is no field '\(name)'" + mean(nearest)
    case .loneField(let name, let example) where example.contains(">"):
      "'\(name)' is a field and needs a comparison: type '\(example)' with the quotes, or the "
        + "shell takes > for itself (a program of that name: process=\(name))"
    case .loneField(let name, let example):
      "'\(name)' is a field and needs a comparison: type \(example) "
        + "(a program of that name: process=\(name))"
    case .notOrdered(let field, let comparison):
      "'\(field)' is compared with = or !=, not with \(comparison)"
    case .takesOneNumber(let comparison): "'\(comparison)' takes one number, no list and no range"
    case .emptyRange(let range, let turned): "the range \(range) is empty: write \(turned)"
    case .contradiction(let a, let b):
      "no socket is both '\(a)' and '\(b)': write '\(a) or \(b)' for either"
    case .notAPort(let text):
      "'\(text)' is no port: expected a number, a range like 8000-8100 or the name of a service"
    case .portTooLarge(let text): "'\(text)' is no port: they end at 65535 (a process: pid=\(text))"
    case .notANumber(let text, let field, let example):
      "'\(text)' is no number, and '\(field)' is one: expected 5, 5-10, 5- or -5"
        + (example.map { ", also with a unit as in \($0)" } ?? "")
    case .unknownService(let name, let nearest):
      "'\(name)' is no service that this host knows"
        + (nearest.map { "; did you mean '\($0)'?" } ?? ": give the port's number")
    case .ambiguousService(let name, let ports):
      "'\(name)' has several ports: \(ports.map(String.init).joined(separator: ", "))"
    case .unknownHost(let name): "'\(name)' has no address"
    case .unknownUser(let name, let nearest): "there is no user '\(name)'" + mean(nearest)
    case .unknownInterface(let name, let nearest):
      "there is no interface '\(name)'" + mean(nearest)
    case .unknownCgroup(let path): "there is no cgroup '\(path)'"
    case .unknownState(let name, let nearest): "there is no state '\(name)'" + mean(nearest)
    case .unknownValue(let text, let field, let values):
      "'\(text)' is no value of '\(field)': expected \(values.joined(separator: ", "))"
    case .notAnAddress(let text):
      "'\(text)' is no address: expected one like 10.0.0.5, 10.0.0.0/8, ::1 or [::1]:443"
    case .portForAddress(let text):
      "'\(text)' is no address: for a port type lport=\(text), rport=\(text) or :\(text)"
    case .shortAddress(let text, let block):
      "'\(text)' is a part of an address: type \(block) for the block"
    case .badPrefix(let text, let longest):
      "'/\(text)' is no length of a prefix: expected 0 to \(longest)"
    case .ambiguousAddress(let text, let host, let port):
      "'\(text)' has two readings: [\(host)]:\(port) is port \(port) of \(host), "
        + "[\(text)] is an address"
    case .takesOneAddress(let text): "'\(text)' is a block: 'reaches' takes one address"
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
