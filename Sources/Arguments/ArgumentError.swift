/// Why a command line can't be read. Its description is the message, without `sockeye: ` and without
/// a full stop. It quotes what was typed: escape it where it is printed. The exit code is 2.
public enum ArgumentError: Error, Hashable, Sendable {
  /// The option as typed, and the nearest one that exists.
  case unknownOption(String, nearest: String?)
  case missingValue(option: String, usage: String)
  case unexpectedValue(option: String)
  case badValue(option: String, expected: String, typed: String)
  case wrongVerb(option: String, verb: Verb, belongsTo: [Verb])
  /// What means something else elsewhere, with what to type instead.
  case refused(String, instead: String)
  case exclusive(String, String)
  case missingObject(Verb)
  case badObject(Verb, typed: String, reason: String)
  case unexpectedWord(Verb, String)
}

extension ArgumentError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownOption(let typed, let nearest?):
      "unknown option \(typed); did you mean \(nearest)?"
    case .unknownOption(let typed, nil):
      "unknown option \(typed); sockeye --help lists all"
    case .missingValue(let option, let usage): "\(option) needs a value: \(usage)"
    case .unexpectedValue(let option): "\(option) takes no value"
    case .badValue(let option, let expected, let typed):
      "\(option) takes \(expected), not '\(typed)'"
    case .wrongVerb(let option, let verb, let verbs):
      "\(option) belongs to \(Self.list(verbs.map(\.called))), not to \(verb.called)"
    case .refused(let typed, let instead): "\(typed): \(instead)"
    case .exclusive(let one, let other): "\(one) and \(other) cannot be combined"
    case .missingObject(let verb): Self.missing(verb)
    case .badObject(let verb, let typed, let reason): "\(verb) '\(typed)': \(reason)"
    case .unexpectedWord(let verb, let word): "unexpected word '\(word)' after \(verb)"
    }
  }

  private static func missing(_ verb: Verb) -> String {
    guard let object = verb.object else { return "\(verb) needs more" }
    return "\(verb) needs \(object.form), e.g. sockeye \(object.example)"
      + "; for a process called \(verb): sockeye process=\(verb)"
  }

  static func list(_ words: [String]) -> String {
    words.count < 2
      ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
  }
}

extension Verb {
  /// As one types it.
  var called: String { self == .list ? "sockeye" : "sockeye \(self)" }
}
