import Display
import LinuxSystem
import SocketModel

/// The sentence about owners that could not be seen: how many, why, and a command that works.
enum HiddenOwners {
  /// Of `count` rows not all owners were seen; of `inPart` of these some were.
  static func sentence(
    _ count: Int, inPart: Int = 0, cause: HiddenCause?, arguments: [String]
  ) -> String {
    "\(owners(count - inPart, inPart)) (\(reason(cause))); \(remedy(cause, arguments))"
  }

  /// The names of processes could not be read, and the owners of rows are not hidden.
  static func sentence(_ unread: UnreadProcesses, arguments: [String]) -> String {
    let remedy =
      switch unread.obstacle {
      case .rights: moreRights(arguments)
      case .limit: "raise the limit of open files (ulimit -n)"
      case .other: "try again"
      }
    return "\(unread.sentence); \(remedy)"
  }

  private static func owners(_ hidden: Int, _ inPart: Int) -> String {
    let whole =
      hidden == 1
      ? "the owner of 1 socket is hidden" : "the owners of \(hidden) sockets are hidden"
    let part = inPart == 1 ? "1 socket may have more" : "\(inPart) sockets may have more"
    if inPart == 0 { return whole }
    return hidden == 0 ? "\(part) owners than can be seen" : "\(whole), and \(part)"
  }

  private static func reason(_ cause: HiddenCause?) -> String {
    switch cause {
    case .notPrivileged, nil: "other users' processes"
    case .hidepid(let level): "/proc is mounted with hidepid=\(level)"
    case .pidNamespace: "they are outside this pid namespace"
    case .refusing(1): "permission denied for 1 process"
    case .refusing(let processes): "permission denied for \(processes) processes"
    case .closed(1): "the BPF iterator cannot see into 1 process either"
    case .closed(let processes): "the BPF iterator cannot see into \(processes) processes either"
    case .otherRoot: "this /proc does not show all"
    case .changing: "processes came and went"
    }
  }

  private static func remedy(_ cause: HiddenCause?, _ arguments: [String]) -> String {
    switch cause {
    case .pidNamespace: "run it on the host"
    case .refusing where Accounts.effectiveUID == 0:
      "the BPF iterator may show more: \(commandLine(askingTheKernel(arguments)))"
    case .closed where Accounts.effectiveUID == 0: "no privilege shows them"
    case .otherRoot: "look at the host's own /proc"
    case .changing: "try again"
    case .notPrivileged, .hidepid, .refusing, .closed, nil: moreRights(arguments)
    }
  }

  private static func moreRights(_ arguments: [String]) -> String {
    Accounts.effectiveUID == 0
      ? "CAP_SYS_PTRACE is missing here" : "try: sudo \(commandLine(arguments))"
  }

  /// With `--owners bpf`, after an earlier `--owners` and before what ends the options.
  private static func askingTheKernel(_ arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments[..<end] + ["--owners", "bpf"] + arguments[end...]
  }

  /// The command by its full path, so that it also works where sudo has another search path.
  private static func commandLine(_ arguments: [String]) -> String {
    let path = try? SymbolicLink.target(of: "/proc/self/exe")
    return shellWords([path.map { String(decoding: $0, as: UTF8.self) } ?? "sockeye"] + arguments)
  }
}
