internal import CLinux
internal import Glibc

/// Gives a terminal back when a signal kills the process: a trap of Swift's, memory that ran out, a
/// signal that somebody sent. All of it is what signal-safety(7) allows in a handler; afterwards the
/// signal does what it did before.
enum TerminalRescue {
  /// What the handler reads. It is one for the process, as signal handlers are.
  private struct State {
    var isArmed = false
    var settings = termios()
    var keys: Int32 = -1
    var output: Int32 = -1
    var farewellCount = 0
  }

  /// Every signal that ends a process by default but those that the loop of a live view reads, and
  /// SIGKILL, which nothing can answer.
  private static let fatal = [
    SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM,
    SIGPROF, SIGXCPU, SIGXFSZ, SIGPOLL, SIGPWR, SIGSTKFLT,
  ]
  private static let longestFarewell = 64
  private static let signalNumbers = 65

  // Memory that never moves: a handler may come at any time.
  private nonisolated(unsafe) static let state = unsafe allocated(State(), 1)
  private nonisolated(unsafe) static let farewell = unsafe allocated(UInt8(0), longestFarewell)
  private nonisolated(unsafe) static let former = unsafe allocated(sigaction(), signalNumbers)

  private static func allocated<Value>(_ value: Value, _ count: Int) -> UnsafeMutablePointer<Value>
  {
    let memory = UnsafeMutablePointer<Value>.allocate(capacity: count)
    unsafe memory.initialize(repeating: value, count: count)
    return unsafe memory
  }

  /// From now on; a signal that the process ignores stays ignored.
  static func arm(_ settings: termios, _ keys: Int32, _ bytes: [UInt8], _ output: Int32) {
    disarm()
    let count = min(bytes.count, longestFarewell)
    for index in 0..<count { unsafe farewell[index] = bytes[index] }
    unsafe state.pointee = State(
      isArmed: true, settings: settings, keys: keys, output: output, farewellCount: count)
    for number in fatal where !Signal(rawValue: number).isIgnored {
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { TerminalRescue.rescue($0) }
      // Where a thread has a stack of its own for handlers: one that overflows needs it.
      action.sa_flags = SA_ONSTACK
      _ = unsafe sigaction(number, &action, former + Int(number))
    }
  }

  static func disarm() {
    guard unsafe state.pointee.isArmed else { return }
    unsafe state.pointee.isArmed = false
    for number in fatal where !Signal(rawValue: number).isIgnored {
      _ = unsafe sigaction(number, former + Int(number), nil)
    }
  }

  /// The handler.
  private static func rescue(_ number: Int32) {
    _ = unsafe sigaction(number, former + Int(number), nil)
    if unsafe state.pointee.isArmed {
      unsafe state.pointee.isArmed = false
      var entry = unsafe pollfd(fd: state.pointee.output, events: Int16(POLLOUT), revents: 0)
      // A terminal that nobody reads must not keep the process from its end.
      if unsafe poll(&entry, 1, 0) == 1 {
        _ = unsafe write(state.pointee.output, farewell, state.pointee.farewellCount)
      }
      Signal.terminalOutput.whileBlocked {
        _ = unsafe tcsetattr(state.pointee.keys, TCSANOW, &state.pointee.settings)
      }
    }
    // It is blocked as long as this runs, and comes at the end of it.
    _ = Glibc.raise(number)
  }
}
