public import SocketModel

/// What was typed: the verb with all its options as values. Filter words, columns and sort keys are
/// still text; the command gives them their meaning.
public enum Command: Hashable, Sendable {
  case list(ListOptions)
  case watch(WatchOptions)
  case trace(TraceOptions)
  case stats(StatsOptions)
  case diff(DiffOptions)
  case record(RecordOptions)
  case metrics(MetricsOptions)
  case check(CheckOptions)
  case close(EndingOptions)
  case kill(EndingOptions)
  case serve(ServeOptions)
  case connect(ConnectOptions)
  case probe(ProbeOptions)
  case wait(WaitOptions)
  case why(WhyOptions)
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
  /// None for the totals.
  public var groupings: [Grouping] = []
  /// What is summed up; nil where nobody said.
  public var sums: [GroupSum]?
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
