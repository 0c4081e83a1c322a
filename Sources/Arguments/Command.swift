public import SocketModel

/// What was typed: the verb with all its options as values. Filter words, columns and sort keys are
/// still text; the command gives them their meaning.
public enum Command: Hashable, Sendable {
  case list(ListOptions)
  case watch(WatchOptions)
  case stats(StatsOptions)
  case serve(ServeOptions)
  case connect(ConnectOptions)
  case probe(ProbeOptions)
  case wait(WaitOptions)
  case demo(DemoOptions)
  case completions(Shell)
  /// Words that the completion scripts ask for, one a line.
  case words(LiveWords)
  case man
  /// `-h`: the help that fits on one screen.
  case usage
  /// The help of a verb; nil is the whole command's.
  case help(Verb?)
  case version
}

/// `sockeye [OPTIONS] [FILTER…]`
public struct ListOptions: Hashable, Sendable {
  public var request = ListRequest()
  public var presentation = Presentation()
  public var script = ScriptOptions()
}

/// `sockeye watch`
public struct WatchOptions: Hashable, Sendable {
  public var request = ListRequest()
  public var presentation = Presentation()
  public var pace = Pace()

  public init(request: ListRequest, presentation: Presentation, pace: Pace) {
    self.request = request
    self.presentation = presentation
    self.pace = pace
  }
}

/// `sockeye stats`
public struct StatsOptions: Hashable, Sendable {
  public var request = ListRequest()
  public var presentation = Presentation()
  public var grouping: Grouping?
  /// How many groups are shown; nil is all.
  public var top: Int?
}

public enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish
}

/// What a completion script asks the command for.
public enum LiveWords: String, CaseIterable, Sendable {
  /// The names of processes that own a socket.
  case processes
  /// The local ports of listening sockets.
  case ports
}

extension Command {
  /// Reads a command line: the words after the program's name. Options may be anywhere, bundled,
  /// with `=` or a space before the value; `--` ends them.
  public init(_ arguments: [String], calledAs tool: Tool = .sockeye) throws(ArgumentError) {
    let line = try ArgumentList(arguments, tool: tool)
    let options = try RawOptions(line)
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
    let words = line.words + (verb == .wait ? [] : line.rest ?? [])
    switch verb {
    case .list:
      if line.verb == nil { try MisspellingHint.checkKill(line.words) }
      self = .list(options.list(words))
    case .watch: self = .watch(options.watch(words))
    case .stats: self = .stats(options.stats(words))
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
