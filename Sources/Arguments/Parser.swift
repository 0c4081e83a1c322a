import SocketModel

extension Command {
  /// Reads a command line: the words after the program's name. Options may stand anywhere, bundled,
  /// with `=` or a blank before the value; `--` ends them.
  public init(_ arguments: [String], calledAs tool: Tool = .sockeye) throws(ArgumentError) {
    let line = try Line(arguments, tool: tool)
    let typed = try Typed(line)
    let verb = Typed.verb(of: line)
    if typed.wantsHelp {
      self = .help(line.verb == .help ? try Self.topic(line.words) : line.verb)
    } else if typed.wantsVersion {
      self = .version
    } else {
      self = try Command(verb, typed, line)
    }
  }

  private init(_ verb: Verb, _ typed: Typed, _ line: Line) throws(ArgumentError) {
    let words = line.words + (verb == .wait ? [] : line.rest ?? [])
    switch verb {
    case .list:
      if line.verb == nil { try Slip.checkKill(line.words) }
      self = .list(typed.list(words))
    case .watch: self = .watch(typed.watch(words))
    case .stats: self = .stats(typed.stats(words))
    case .serve:
      var options = typed.serve
      options.target = try .single(verb, words)
      self = .serve(options)
    case .connect:
      var options = typed.connect
      options.target = try .single(verb, words)
      self = .connect(options)
    case .probe:
      var options = typed.probe
      options.target = try .manyPorts(verb, words)
      self = .probe(options)
    case .wait:
      var options = typed.wait
      (options.targets, options.terms) = try Target.leading(verb, words)
      options.command = line.rest ?? []
      self = .wait(options)
    case .demo:
      try Self.none(verb, words)
      self = .demo(typed.demonstration)
    case .completions: self = try Self.completions(typed, words)
    case .man:
      try Self.none(verb, words)
      self = .man
    case .help: self = .help(try Self.topic(words))
    }
  }

  private static func none(_ verb: Verb, _ words: [String]) throws(ArgumentError) {
    if let word = words.first { throw .unexpectedWord(verb, word) }
  }

  private static func completions(_ typed: Typed, _ words: [String]) throws(ArgumentError)
    -> Command
  {
    if let live = typed.words { return .words(live) }
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
