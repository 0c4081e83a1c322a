/// What the command ends with.
public enum ExitCode: Int32, CaseIterable, Sendable {
  case answered = 0
  case noMatch = 1
  case wrongCommandLine = 2
  case unreadable = 3
  case cannotTell = 4
  case timedOut = 124
  case commandNotRun = 126
  case commandNotFound = 127
  case interrupted = 130

  /// What it says, as in the help and the manual page.
  public var meaning: String {
    switch self {
    case .answered: "Answered. An empty list without a filter is an answer too."
    case .noMatch:
      "No match, an expectation that does not hold, a port that is not open or not free, or not all ended."
    case .wrongCommandLine: "The command line is wrong."
    case .unreadable: "The kernel could not be read, the output not written, or no connection made."
    case .cannotTell: "Can't tell: a hidden owner, or what /proc does not say, could match."
    case .timedOut: "A wait timed out."
    case .commandNotRun: "The command after wait's -- could not be run."
    case .commandNotFound: "The command after wait's -- was not found."
    case .interrupted: "Interrupted."
    }
  }
}
