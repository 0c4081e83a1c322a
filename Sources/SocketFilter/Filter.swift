public import SocketModel

/// A query about sockets as it was typed: `listening :443 and not user=root`.
///
/// The language is in the manual page; it takes the expressions of ss(8) as well. A filter of no
/// words matches every row.
public struct Filter: Hashable, Sendable {
  let expression: Expression?
  let program: Program?

  /// The filter that matches every row.
  public static let everything = Filter(nil)

  init(_ expression: Expression?) {
    self.expression = expression
    program = expression.map(Program.init)
  }

  /// Reads the words of a command line; one word may hold a whole expression. A word with nothing in
  /// it is an error: it is what an unset variable leaves, and must not mean every socket.
  public init(parsing words: [String], names: some FilterNames) throws(FilterError) {
    var parser = try Parser(words, names: names)
    self.init(try parser.filter())
  }

  /// Reads a line that is typed as a whole: one with nothing in it is not a filter.
  public init(parsing line: String, names: some FilterNames) throws(FilterError) {
    try self.init(parsing: Lexeme.isBlank(line) ? [] : [line], names: names)
  }

  public var isEmpty: Bool { expression == nil }

  /// Whether the row matches. What the filter `needs` must be in the snapshot.
  public func matches(_ row: Row) -> Answer { program?.answer(row) ?? .yes }

  public static func == (a: Filter, b: Filter) -> Bool { a.expression == b.expression }

  public func hash(into hasher: inout Hasher) { hasher.combine(expression) }
}

extension Filter: CustomStringConvertible {
  /// The filter in its normal form: parsed again as a line it is the same.
  public var description: String { expression?.description ?? "" }
}

extension Filter {
  /// The protocols that the filter names. One that names none asks for both where it looks at a
  /// port, an address or `exposed`, so that `sockeye 53` finds the name server; else nil: it does
  /// not say.
  public var protocols: SocketKindSet? {
    guard let expression else { return nil }
    let terms = expression.terms
    if terms.contains(where: { $0.test.protocols != nil }) {
      let bounds = expression.bounds(among: .every).protocols
      // Other kinds than TCP and UDP are an answer to who asks for them, not to `not tcp`.
      let asked = expression.assertedTerms.reduce(into: SocketKindSet.all) {
        $0.formUnion($1.test.protocols ?? [])
      }
      return bounds.intersection(asked)
    }
    return terms.contains(where: \.test.asksBothProtocols) ? .all : nil
  }

  /// Those of all rows that may match, whichever are asked for.
  public var possibleProtocols: SocketKindSet {
    guard let expression else { return .every }
    if expression.terms.contains(where: { $0.test.protocols != nil }) {
      return expression.bounds(among: .every).protocols
    }
    return expression.terms.contains(where: \.test.asksBothProtocols) ? .withAddresses : .every
  }

  /// Whether it has a `state X` or `exclude X`: in ss they replace -l and -a.
  public var replacesStates: Bool { expression?.terms.contains(where: \.isStateClause) ?? false }

  /// What must be fetched so that the filter can be answered.
  public var needs: Projection {
    expression?.terms.reduce(into: []) { $0.formUnion($1.test.needs) } ?? []
  }

  /// The fields that terms compare with a value, each once, in the order typed: `drops>0`.
  public var comparedFields: [Field] {
    var fields: [Field] = []
    for case let field? in expression?.terms.map(\.comparedField) ?? []
    where !fields.contains(field) {
      fields.append(field)
    }
    return fields
  }

  /// Whether it compares what `/proc/net/unix` does not tell although netlink does, without being asked.
  public var comparesWhatUnixTableLacks: Bool {
    comparedFields.contains { [.uid, .user, .receiveQueue, .sendQueue].contains($0) }
  }

  /// Leaves out of a query what no row that matches has, and adds what the filter needs. Its
  /// protocols stay: see `protocols`.
  public func narrow(_ query: inout Query) {
    guard let expression else { return }
    let bounds = expression.bounds(among: query.protocols)
    query.states.formIntersection(bounds.states)
    query.families = query.families.common(with: bounds.families)
    query.pushdown = query.pushdown && bounds.pushdown
    query.needs.formUnion(needs)
    query.listeners = query.listeners || expression.listeners
  }
}

extension Term {
  /// The field before its comparison; nil for a port or an address at either end, and for other terms.
  fileprivate var comparedField: Field? {
    if bareWord != nil { return nil }
    let name = text.prefix { !"=<>".contains($0) }
    guard name.count < text.count, case .field(let field) = Subject(String(name)) else {
      return nil
    }
    return field
  }
}

/// The rows that a filter picked.
public struct Selection: Hashable, Sendable {
  /// Positions of the rows that match, ascending.
  public var rows: [UInt32] = []
  /// Positions of the rows that something unknown leaves open, mostly a hidden owner, ascending.
  public var undecided: [UInt32] = []

  public init() {}
}

extension Filter {
  /// Judges every row that the query admits.
  public func select(from snapshot: Snapshot, for query: Query) -> Selection {
    let program = program?.prepared(for: snapshot)
    let isIPv4 = query.families == .ipv4
    var selection = Selection()
    for index in 0..<snapshot.count where query.admits(snapshot[index].socket) {
      var answer = program?.answer(snapshot[index]) ?? .yes
      if isIPv4, answer == .yes { answer = snapshot[index].socket.answer(isOf: query.families) }
      switch answer {
      case .yes: selection.rows.append(UInt32(truncatingIfNeeded: index))
      case .cantTell: selection.undecided.append(UInt32(truncatingIfNeeded: index))
      case .no: break
      }
    }
    return selection
  }
}

extension Filter {
  /// The processes that its terms ask for, in or out of a comparison, but not those that it rules out.
  public func processesAskedFor(in snapshot: Snapshot) -> Set<Int32> {
    let tests = (expression?.assertedTerms ?? []).compactMap {
      if case .owners(.process(let test)) = $0.test { test } else { nil as ProcessTest? }
    }
    if tests.isEmpty { return [] }
    return Set(
      snapshot.names.processes.keys.filter { pid in
        tests.contains { $0.answer(ProcessKey(pid), in: snapshot) == .yes }
      })
  }

  /// Whether one of its terms asks for processes, not for those that it rules out.
  public var asksForProcesses: Bool {
    expression?.assertedTerms.contains {
      if case .owners(.process) = $0.test { true } else { false }
    } ?? false
  }

  /// Whether one of its terms asks for a port, an address or a process, and does not rule it out.
  public var asksForSomebody: Bool {
    expression?.assertedTerms.contains { term in
      switch term.test {
      case .ports, .endpoints, .paths, .reaches, .owners, .plain(.end): true
      case .plain, .interfaces, .number, .flag, .words, .text, .mark, .cgroups: false
      }
    } ?? false
  }

  /// The pids that its terms name one by one, ascending.
  public var pidsAskedFor: [Int32] {
    var pids: Set<Int32> = []
    for case .owners(.process(.pids(let set))) in expression?.assertedTerms.map(\.test) ?? []
    where set.ranges.allSatisfy({ $0.lowerBound == $0.upperBound }) {
      pids.formUnion(set.ranges.compactMap { Int32(exactly: $0.lowerBound) })
    }
    return pids.sorted()
  }

  /// A bare word that no process goes by, and the processes whose names begin with it.
  public struct Beginning: Hashable, Sendable {
    public let word: String
    /// Names, each once, in order.
    public let processes: [String]

    /// That `redis` was taken for redis-server.
    public var sentence: String {
      let shown = processes.prefix(3).joined(separator: ", ")
      let more = processes.count > 3 ? ", …" : ""
      return "no process '\(word)': taken as \(word)* (\(shown)\(more))"
    }
  }

  /// The same filter, but a word that no process goes by matches those whose names begin with it:
  /// `redis` for redis-server. And which words these are.
  public func takingBeginnings(in snapshot: Snapshot) -> (filter: Filter, words: [Beginning]) {
    let unmatched = Set(unmatchedWords(in: snapshot))
    guard let expression, !unmatched.isEmpty else { return (self, []) }
    var words: [Beginning] = []
    let completed = expression.mapTerms { term in
      guard let word = term.bareWord, unmatched.contains(word), word.utf8.count >= 3,
        case .owners(.process(.name(let globs))) = term.test, globs.allSatisfy(\.isPlain)
      else { return term }
      let beginnings = globs.map(\.asBeginning)
      let names = snapshot.names.processes.values.filter { process in
        beginnings.contains { $0.matches(process) }
      }.map { String(decoding: $0.name, as: UTF8.self) }
      if names.isEmpty { return term }
      let found = Beginning(word: word, processes: Set(names).sorted())
      if !words.contains(found) { words.append(found) }
      return Term(term.text + "*", .owners(.process(.name(beginnings))), bareWord: word)
    }
    return words.isEmpty ? (self, []) : (Filter(completed), words)
  }
}

extension Filter {
  /// The same filter, but an address on its own asks for the listeners that serve it: `localhost:8080`
  /// for `reaches=localhost:8080`. Nil where it names no such address.
  public var askingForServers: Filter? {
    guard let expression else { return nil }
    let asking = expression.mapAssertedTerms { $0.askingForServers ?? $0 }
    return asking == expression ? nil : Filter(asking)
  }

  /// That nothing is bound to the address that is asked for, and which listeners serve it; nil where
  /// there are none.
  public func sentence(ofServers servers: [Socket]) -> String? {
    if servers.isEmpty { return nil }
    var names: [String] = []
    for socket in servers where !names.contains(socket.listenerName) {
      names.append(socket.listenerName)
    }
    let shown = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
    let asked = (askingForServers ?? self).reachedAddresses.joined(separator: ", ")
    return "nothing listens on \(asked) itself; "
      + "\(shown) \(names.count == 1 ? "serves" : "serve") it"
  }

  /// What it asks to be reached: `localhost:8080`.
  private var reachedAddresses: [String] {
    (expression?.assertedTerms ?? []).compactMap {
      if case .reaches = $0.test { String($0.text.drop { $0 != "=" }.dropFirst()) } else { nil }
    }
  }
}

extension Term {
  fileprivate var askingForServers: Term? {
    if text.contains("=") { return nil }
    let patterns: [EndpointPattern]
    switch test {
    case .endpoints(.either, let several): patterns = several
    case .plain(.end(.either, let prefix?, let ports)):
      let range = UInt64(ports.lowerBound)...UInt64(ports.upperBound)
      let set = ports == PlainTest.anyPort ? nil : NumberSet([range])
      patterns = [EndpointPattern(prefixes: [prefix], ports: set)]
    case .plain, .ports, .endpoints, .paths, .reaches, .interfaces, .number, .flag, .words, .text,
      .mark, .cgroups, .owners:
      return nil
    }
    let areAddresses = patterns.allSatisfy {
      $0.prefixes?.allSatisfy { $0.isOneAddress && !$0.address.isUnspecified } ?? false
    }
    return areAddresses ? Term("reaches=" + text, .reaches(Reach(patterns))) : nil
  }
}

extension Filter {
  /// Words that are a term on their own beside states and ports.
  static let keywords =
    (Field.proto.words + Field.family.words).map { "\($0)" } + [
      "packet", "exposed", "loopback", "autobound",
    ]
}
