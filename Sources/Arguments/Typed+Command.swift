import Display
import SocketModel

extension Typed {
  /// Settles which option each name means for the line's verb, and what they say together.
  init(_ line: Line) throws(ArgumentError) {
    self.init(tool: line.tool)
    let verb = Self.verb(of: line)
    for item in line.items {
      guard let option = item.options.first(where: { $0.verbs.contains(verb) }) else {
        let verbs = Verb.allCases.filter { verb in
          item.options.contains { $0.verbs.contains(verb) }
        }
        throw .wrongVerb(option: item.spelling, verb: verb, belongsTo: verbs)
      }
      try option.effect(&self, Given(option: option, spelling: item.spelling, text: item.text))
    }
    try checkForms()
    try checkReading()
    if let top, grouping == nil {
      throw .refused(
        "--top \(top)", instead: "it cuts groups; say which: sockeye stats --by FIELD --top \(top)")
    }
  }

  /// The verb typed, or the one that `-c` or `-s` stands for.
  static func verb(of line: Line) -> Verb {
    if let verb = line.verb, verb != .list { return verb }
    let names = Set(line.items.flatMap { $0.options.map(\.name) })
    return names.contains("watch") ? .watch : names.contains("stats") ? .stats : .list
  }
}

extension Typed {
  private func checkForms() throws(ArgumentError) {
    for (one, other) in zip(formats, formats.dropFirst()) where one != other {
      throw .exclusive("--\(one)", "--\(other)")
    }
    guard answer.printsPIDs else { return }
    if let format = formats.first { throw .exclusive("--pids", "--\(format)") }
    if query.reading.owners == .none { throw .exclusive("--pids", "--no-process") }
    if query.reading.replay != nil { throw .exclusive("--pids", "--replay") }
  }

  /// A recording is netlink's own messages; another /proc has no netlink and no BPF.
  private func checkReading() throws(ArgumentError) {
    let reading = query.reading
    let forcing: [(String, Bool)] = [
      ("--replay", reading.replay != nil), ("--record", reading.record != nil),
      ("--proc-root", reading.procRoot != nil), ("--source proc", reading.source == .proc),
    ]
    let typed = forcing.filter(\.1).map(\.0)
    if typed.count > 1, typed[0] != "--proc-root" { throw .exclusive(typed[0], typed[1]) }
    guard reading.procRoot != nil else { return }
    if reading.source == .diag { throw .exclusive("--proc-root", "--source diag") }
    if reading.owners == .bpf { throw .exclusive("--proc-root", "--owners bpf") }
  }

  private var finishedPresentation: Presentation {
    var finished = presentation
    finished.format = formats.last ?? .table
    return finished
  }

  func list(_ words: [String]) -> ListOptions {
    ListOptions(query: query(words), presentation: finishedPresentation, answer: answer)
  }

  func watch(_ words: [String]) -> WatchOptions {
    WatchOptions(query: query(words), presentation: finishedPresentation, pace: pace)
  }

  func stats(_ words: [String]) -> StatsOptions {
    // What another tool leaves out of its list it counts in its totals.
    var query = query(words)
    if query.scope.statesAreDefault {
      query.scope.states = .all
      query.scope.statesAreDefault = false
    }
    return StatsOptions(
      query: query, presentation: finishedPresentation, grouping: grouping, top: top)
  }

  var demonstration: DemoOptions {
    var options = demo
    options.query.reading = query.reading
    options.presentation = finishedPresentation
    return options
  }

  private func query(_ words: [String]) -> Query {
    var query = scopedQuery
    query.terms = words
    return query
  }
}
