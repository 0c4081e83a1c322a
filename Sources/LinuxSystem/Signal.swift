internal import CLinux
internal import Glibc

/// A signal by its number (signal(7)).
public struct Signal: RawRepresentable, Hashable, Sendable {
  public let rawValue: Int32

  public init(rawValue: Int32) { self.rawValue = rawValue }

  public static let hangUp = Signal(rawValue: SIGHUP)
  public static let interrupt = Signal(rawValue: SIGINT)
  public static let quit = Signal(rawValue: SIGQUIT)
  public static let terminate = Signal(rawValue: SIGTERM)
  public static let pipe = Signal(rawValue: SIGPIPE)
  public static let terminalStop = Signal(rawValue: SIGTSTP)
  /// Stops a background process that reads from the terminal.
  public static let terminalInput = Signal(rawValue: SIGTTIN)
  /// Stops a background process that changes the terminal.
  public static let terminalOutput = Signal(rawValue: SIGTTOU)
  public static let `continue` = Signal(rawValue: SIGCONT)
  public static let windowChange = Signal(rawValue: SIGWINCH)
  /// A file would be longer than the process may make one (`ulimit -f`).
  public static let fileSize = Signal(rawValue: SIGXFSZ)
  public static let user1 = Signal(rawValue: SIGUSR1)
  public static let user2 = Signal(rawValue: SIGUSR2)

  /// Has the process ignore it from now on (`SIG_IGN`): a write to a closed pipe is an error then,
  /// not the end.
  public func ignore() {
    _ = Glibc.signal(rawValue, SIG_IGN)
  }

  /// Whether the process ignores it by its own or its parent's wish (sigaction(2)).
  public var isIgnored: Bool {
    var action = sigaction()
    guard unsafe sigaction(rawValue, nil, &action) == 0 else { return false }
    let handler = unsafe action.__sigaction_handler.sa_handler
    return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Calls `body` with it blocked in the calling thread (pthread_sigmask(3)).
  func whileBlocked(_ body: () -> Void) {
    var mask = sigset_t()
    var former = sigset_t()
    _ = unsafe sigemptyset(&mask)
    _ = unsafe sigaddset(&mask, rawValue)
    _ = unsafe pthread_sigmask(SIG_BLOCK, &mask, &former)
    body()
    _ = unsafe pthread_sigmask(SIG_SETMASK, &former, nil)
  }

  /// Sends it to the calling thread (raise(3)).
  public func raise() {
    _ = Glibc.raise(rawValue)
  }

  /// Sends it to a process (kill(2)).
  public func send(to process: Int32) throws(Errno) {
    _ = try retrying { kill(process, rawValue) }
  }
}
