import Display
import SocketModel

extension Command {
  /// Reads a command line: the words after the program's name. Options may be anywhere, bundled,
  /// with `=` or a space before the value; `--` ends them.
  public init(_ arguments: [String]) throws(ArgumentError) {
    self = try Invocation(arguments).command
  }

  init(_ options: RawOptions, _ line: ArgumentList) throws(ArgumentError) {
    let verb = RawOptions.verb(of: line)
    if options.wantsHelp {
      let topic = line.verb == .help ? try Self.topic(line.words) : line.verb
      let isWhole = line.verb != nil || line.items.contains { $0.spelling == "--help" }
      self = isWhole ? .help(topic) : .usage
    } else if options.wantsVersion {
      self = .version
    } else {
      self = try Command(verb, options, line)
    }
  }

  private init(_ verb: Verb, _ options: RawOptions, _ line: ArgumentList) throws(ArgumentError) {
    let words = line.words + ([.wait, .trace].contains(verb) ? [] : line.rest ?? [])
    switch verb {
    case .list:
      self = .list(options.list(words))
    case .watch: self = .watch(options.watch(words))
    case .trace:
      if line.rest?.isEmpty ?? false {
        throw .missingValue(option: "--", usage: "sockeye trace [FILTER] -- COMMAND")
      }
      self = .trace(options.trace(words, line.rest ?? []))
    case .stats: self = .stats(options.stats(words))
    case .diff: self = .diff(try options.diff(words))
    case .record: self = .record(try options.recording(words))
    case .metrics:
      try Self.none(verb, words)
      self = .metrics(options.measuring)
    case .check:
      try Self.none(verb, words)
      self = .check(options.check)
    case .close: self = .close(try options.endingOptions(verb, words))
    case .kill: self = .kill(try options.endingOptions(verb, words))
    case .serve:
      var options = options.serve
      options.target = try .single(verb, words)
      self = .serve(options)
    case .connect:
      var options = options.connect
      options.target = try .single(verb, words)
      self = .connect(options)
    case .probe:
      var options = options.probe
      options.target = try .manyPorts(verb, words)
      self = .probe(options)
    case .wait:
      var options = options.wait
      (options.targets, options.terms) = try Target.leading(verb, words)
      options.command = line.rest ?? []
      self = .wait(options)
    case .why:
      var why = options.why
      (why.target, why.kind) = try Target.ofOneProtocol(verb, words)
      why.namespace = options.namespaces.first
      self = .why(why)
    case .demo:
      try Self.none(verb, words)
      self = .demo(options.demonstration)
    case .completions: self = try Self.completions(options, words)
    case .man:
      try Self.none(verb, words)
      self = .man
    case .help: self = .help(try Self.topic(words))
    }
  }

  private static func none(_ verb: Verb, _ words: [String]) throws(ArgumentError) {
    if let word = words.first { throw .unexpectedWord(verb, word) }
  }

  private static func completions(_ options: RawOptions, _ words: [String]) throws(ArgumentError)
    -> Command
  {
    if let live = options.words { return .words(live) }
    guard let word = words.first else { throw .missingObject(.completions) }
    guard let shell = Shell(rawValue: word) else {
      let shells = either(Shell.allCases.map(\.rawValue))
      throw .badObject(.completions, typed: word, reason: "there are \(shells)")
    }
    try none(.completions, Array(words.dropFirst()))
    return .completions(shell)
  }

  private static func topic(_ words: [String]) throws(ArgumentError) -> Verb? {
    guard let word = words.first else { return nil }
    guard let verb = Verb(rawValue: word) else { throw .unexpectedWord(.help, word) }
    try none(.help, Array(words.dropFirst()))
    return verb
  }
}

extension RawOptions {
  /// Settles which option each name means for the line's verb, and what they say together.
  init(_ line: ArgumentList) throws(ArgumentError) {
    self.init()
    let verb = Self.verb(of: line)
    for item in line.items {
      guard let option = item.options.first(where: { $0.verbs.contains(verb) }) else {
        let verbs = Verb.allCases.filter { verb in
          item.options.contains { $0.verbs.contains(verb) }
        }
        throw .wrongVerb(option: item.spelling, verb: verb, belongsTo: verbs)
      }
      try option.effect(
        &self, ParsedOption(option: option, spelling: item.spelling, text: item.text))
    }
    try checkNamespaces(verb)
    try checkMetrics()
    try checkForms()
    try checkReading()
    try checkGroups(verb)
  }

  /// The verb typed, or the one that `-c` or `-s` means.
  static func verb(of line: ArgumentList) -> Verb {
    if let verb = line.verb, verb != .list { return verb }
    let names = Set(line.items.flatMap { $0.options.map(\.name) })
    return names.contains("watch") ? .watch : names.contains("stats") ? .stats : .list
  }
}

extension RawOptions {
  private func checkForms() throws(ArgumentError) {
    for (one, other) in zip(formats, formats.dropFirst()) where one != other {
      throw .exclusive("--\(one)", "--\(other)")
    }
    // A recording is the kernel's own words.
    if presentation.isRedacted, request.reading.record != nil {
      throw .exclusive("--redact", "--capture")
    }
    guard script.printsPIDs else { return }
    if let format = formats.first { throw .exclusive("--pids", "--\(format)") }
    if request.reading.owners == .none { throw .exclusive("--pids", "--no-process") }
    if request.reading.replay != nil { throw .exclusive("--pids", "--replay") }
    if request.reading.from != nil { throw .exclusive("--pids", "--from") }
  }

  private func checkMetrics() throws(ArgumentError) {
    if metrics.textfile != nil, metrics.answersHTTP { throw .exclusive("--textfile", "--http") }
  }

  /// What says how groups are shown needs groups.
  private func checkGroups(_ verb: Verb) throws(ArgumentError) {
    guard verb == .stats, groupings.isEmpty else { return }
    if let top {
      throw .refused(
        "--top \(top)", instead: "it cuts groups; say which: sockeye stats --by FIELD --top \(top)")
    }
    let others = [
      presentation.sort.map { "--sort \($0)" },
      sums.map { "--sum \($0.map(\.name).joined(separator: ","))" },
    ].compactMap { $0 }
    if let typed = others.first {
      throw .refused(
        typed, instead: "it is of groups; say which: sockeye stats --by FIELD \(typed)")
    }
  }

  private func checkNamespaces(_ verb: Verb) throws(ArgumentError) {
    if namespaces.isEmpty && !isEverywhere { return }
    if isEverywhere && !namespaces.isEmpty { throw .exclusive("--everywhere", "--netns") }
    let name = isEverywhere ? "--everywhere" : "--netns"
    if request.reading.replay != nil { throw .exclusive(name, "--replay") }
    if request.reading.from != nil { throw .exclusive(name, "--from") }
    if request.reading.procRoot != nil { throw .exclusive(name, "--proc-root") }
    if isEverywhere || namespaces.count > 1 {
      if request.reading.record != nil { throw .exclusive(name, "--capture") }
      if !([Verb].selecting + [.metrics, .trace]).contains(verb) {
        throw .refused("--netns", instead: "\(verb.rawValue) is in one network namespace alone")
      }
    }
  }

  /// A recording is netlink's own messages; another /proc has no netlink and no BPF.
  private func checkReading() throws(ArgumentError) {
    let reading = request.reading
    let forcing: [(String, Bool)] = [
      ("--from", reading.from != nil), ("--replay", reading.replay != nil),
      ("--capture", reading.record != nil),
      ("--proc-root", reading.procRoot != nil), ("--source proc", reading.source == .proc),
    ]
    let typed = forcing.filter(\.1).map(\.0)
    if typed.count > 1, typed[0] != "--proc-root" { throw .exclusive(typed[0], typed[1]) }
    if reading.at != nil, reading.since != nil { throw .exclusive("--at", "--since") }
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
    ListOptions(request: request(words), presentation: finishedPresentation, script: script)
  }

  func watch(_ words: [String]) -> WatchOptions {
    WatchOptions(request: request(words), presentation: finishedPresentation, pace: pace)
  }

  func trace(_ words: [String], _ command: [String]) -> TraceOptions {
    var options = trace
    options.request = request(words)
    options.presentation = finishedPresentation
    options.command = command
    return options
  }

  func stats(_ words: [String]) -> StatsOptions {
    StatsOptions(
      request: request(words), presentation: finishedPresentation, groupings: groupings, sums: sums,
      top: top)
  }

  var demonstration: DemoOptions {
    var options = demo
    options.request.reading = request.reading
    options.presentation = finishedPresentation
    return options
  }

  var measuring: MetricsOptions {
    var options = metrics
    options.request = scopedRequest
    options.request.scope.protocols = .all
    options.countsVerdicts = sampling != nil
    options.presentation.numbers = .numeric
    return options
  }

  func endingOptions(_ verb: Verb, _ words: [String]) throws(ArgumentError) -> EndingOptions {
    if words.isEmpty { throw .missingObject(verb) }
    var options = ending
    options.request = request(words)
    options.presentation = finishedPresentation
    return options
  }

  private func request(_ words: [String]) -> ListRequest {
    var request = scopedRequest
    request.terms = words
    return request
  }
}
