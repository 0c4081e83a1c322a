public import SocketModel

extension Filter {
  /// The words that were read as the name of a process because they are nothing else.
  public var bareWords: [String] { expression?.terms.compactMap(\.bareWord) ?? [] }

  /// Those of them that no process goes by of which the snapshot knows.
  public func unmatchedWords(in snapshot: Snapshot) -> [String] {
    let terms = expression?.terms.filter { $0.bareWord != nil } ?? []
    return terms.filter { term in
      guard case .owners(.process(.name(let globs))) = term.test else { return false }
      let isMatch = { (process: ProcessName) in globs.contains { $0.matches(process) } }
      return !snapshot.names.processes.values.contains(where: isMatch)
        && !snapshot.names.runningProcesses.values.contains(where: isMatch)
    }.compactMap(\.bareWord)
  }

  /// What may have been meant by a word that is not a process; nil where nothing is near.
  public static func suggestion(
    for word: String, in snapshot: Snapshot, names: some FilterNames
  ) -> Suggestion? {
    if let option = otherTables[word.lowercased()] {
      return .elsewhere(word, command: "ss \(option)")
    }
    let processes = snapshot.names.processes.values
      .map { String(decoding: $0.name, as: UTF8.self) }.sorted()
    // redis is a service as well: that redis-server runs says more.
    if word.utf8.count >= 3, let process = processes.first(where: { $0.hasPrefix(word) }) {
      return .process(process)
    }
    // What can't be looked up is not suggested.
    if let ports = try? names.ports(service: word), !ports.isEmpty { return .service(word) }
    if (try? names.uid(user: word)) != nil { return .user(word) }
    let kinds: [([String], (String) -> Suggestion)] = [
      (StateWords.all, Suggestion.state), (keywords, Suggestion.keyword),
      (processes, Suggestion.process), (Subject.names, Suggestion.field),
    ]
    guard let near = nearest(to: word, among: kinds.flatMap(\.0)) else { return nil }
    return kinds.first { $0.0.contains(near) }?.1(near)
  }
}

extension Filter {
  /// Two ports, two addresses, two processes or two values of a field joined by `and`, which few sockets
  /// can meet: what was asked, and how to ask for either, `80 443` and `80,443`. Nil where there are none.
  public var meantAsEither: (asked: String, either: String)? {
    expression.flatMap(Self.meantAsEither)
  }

  private static func meantAsEither(_ expression: Expression) -> (asked: String, either: String)? {
    switch expression {
    case .term, .not: return nil
    case .any(let parts): return parts.lazy.compactMap(meantAsEither).first
    case .all(let parts):
      let terms = parts.compactMap { if case .term(let term) = $0 { term } else { nil } }
      for kind in Term.Likeness.allCases {
        var texts: [String] = []
        for term in terms where term.likeness == kind && texts.count < 8 {
          if !texts.contains(term.text) { texts.append(term.text) }
        }
        if texts.count > 1 {
          return (texts.joined(separator: " "), texts.joined(separator: ","))
        }
      }
      if let fields = fieldMeantAsEither(terms) { return fields }
      return parts.lazy.compactMap(meantAsEither).first
    }
  }
}

extension Filter {
  /// `lport=80 lport=443`, and `lport=80,443`.
  private static func fieldMeantAsEither(_ terms: [Term]) -> (asked: String, either: String)? {
    var values: [Substring: [Substring]] = [:]
    for term in terms {
      guard let (field, value) = term.equality else { continue }
      if values[field, default: []].contains(value) { continue }
      values[field, default: []].append(value)
      if let all = values[field], all.count == 2 {
        return (
          all.map { "\(field)=\($0)" }.joined(separator: " "),
          "\(field)=\(all.joined(separator: ","))"
        )
      }
    }
    return nil
  }
}

extension Term {
  /// What words on their own are alike in: two of a kind may be meant as alternatives.
  fileprivate enum Likeness: CaseIterable { case port, address, process }

  fileprivate var likeness: Likeness? {
    if bareWord != nil { return .process }
    if text.contains("=") { return nil }
    switch test {
    case .ports(.either, _): return .port
    case .plain(.end(.either, let prefix, let ports)):
      return prefix != nil ? .address : ports != PlainTest.anyPort ? .port : nil
    case .endpoints(.either, _): return .address
    case .plain, .ports, .endpoints, .paths, .reaches, .interfaces, .number, .flag, .words, .text,
      .mark,
      .cgroups, .owners:
      return nil
    }
  }

  /// The field and the value of a comparison with `=`.
  fileprivate var equality: (field: Substring, value: Substring)? {
    if bareWord != nil { return nil }
    guard let sign = text.firstIndex(where: { "=<>".contains($0) }), text[sign] == "=" else {
      return nil
    }
    return (text[..<sign], text[text.index(after: sign)...])
  }
}

/// Kinds of sockets that ss lists, and its options for them.
private let otherTables = [
  "sctp": "-S", "dccp": "-d", "vsock": "--vsock", "tipc": "--tipc", "xdp": "--xdp",
]

/// What may have been meant by a word that is not a process.
public enum Suggestion: Hashable, Sendable {
  /// The word is the name of a service or of a user, as daemons also give theirs.
  case service(String), user(String)
  /// Sockets of a kind that another command lists.
  case elsewhere(String, command: String)
  /// A word that is near.
  case state(String), keyword(String), process(String), field(String)

  /// Whether the word is near to one that was there: an answer to it is an answer to another
  /// query. A service's or a user's name may well be a process that is not running.
  public var isOfMisspelling: Bool {
    switch self {
    case .service, .user: false
    case .elsewhere, .state, .keyword, .process, .field: true
    }
  }
}

extension Suggestion {
  /// Whether it is a word of the language or of another command, which no hidden process goes by.
  public var isOfLanguage: Bool {
    switch self {
    case .elsewhere, .state, .keyword, .field: true
    case .service, .user, .process: false
    }
  }
}

extension Suggestion: CustomStringConvertible {
  /// A query, or where to look.
  public var description: String {
    if case .elsewhere(let kind, let command) = self {
      return "\(kind) sockets are not listed here; type: \(command)"
    }
    return "did you mean \(meant)?"
  }

  private var meant: String {
    switch self {
    case .elsewhere(let kind, _): kind
    case .service(let word): "the port :\(word)"
    case .user(let word): "the user, user=\(word)"
    case .state(let word): "the state \(word)"
    case .keyword(let word): word
    case .process(let word): "the process \(word)"
    case .field(let word): "the field \(word)"
    }
  }
}
