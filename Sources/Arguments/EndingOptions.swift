/// `sockeye close FILTER` and `sockeye kill FILTER`
public struct EndingOptions: Hashable, Sendable {
  /// With at least one term.
  public var request = ListRequest()
  /// Of the list of what would be ended.
  public var presentation = Presentation()
  /// Nobody is asked.
  public var isAgreed = false
  public var isDryRun = false
  /// So many are ended at most.
  public var limit = 10
  /// What listens is closed as well.
  public var takesListeners = false
  public var signal = EndingSignal.term
  /// How long is waited for the ends of processes.
  public var timeout: Duration = .seconds(5)
}

/// The signals that end processes, and those that they are told something by (signal(7)).
public enum EndingSignal: String, CaseIterable, Sendable {
  case term, kill, int, quit, abrt, hup, usr1, usr2, stop, cont

  /// `TERM`, as in kill(1).
  public var name: String { rawValue.uppercased() }

  /// The kernel's number; the same on every machine that Swift runs on.
  public var number: Int32 {
    switch self {
    case .hup: 1
    case .int: 2
    case .quit: 3
    case .abrt: 6
    case .kill: 9
    case .usr1: 10
    case .usr2: 12
    case .term: 15
    case .cont: 18
    case .stop: 19
    }
  }

  /// Whether a process is expected to end by it: many read their configuration again at HUP.
  public var isEnd: Bool {
    switch self {
    case .term, .kill, .int, .quit, .abrt: true
    case .hup, .usr1, .usr2, .stop, .cont: false
    }
  }

  /// `KILL`, `SIGKILL`, `9`, in any case.
  public init?(named text: String) {
    let word = text.lowercased()
    let name = word.hasPrefix("sig") ? String(word.dropFirst(3)) : word
    let found = Self(rawValue: name) ?? Self.allCases.first { "\($0.number)" == word }
    guard let found else { return nil }
    self = found
  }
}
