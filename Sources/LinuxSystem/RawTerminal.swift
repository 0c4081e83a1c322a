internal import Glibc

/// A terminal that gives each key at once and does not echo it, as long as this lives (termios(3)).
/// Its end gives the settings back as they were, and so does a signal that kills the process. Keys
/// that send signals (Ctrl-C, Ctrl-Z) still do.
public struct RawTerminal: ~Copyable, Sendable {
  private let descriptor: Int32
  private let former: termios
  /// What a signal that kills must write first, and where.
  private let farewell: [UInt8]
  private let output: Int32
  private var isTaken = true

  /// `farewell` is what gives the screen of the terminal at `output` back. Throws where the
  /// descriptor, which stays the caller's, is not a terminal.
  public init(_ descriptor: Int32, farewell: [UInt8] = [], to output: Int32 = 1) throws(Errno) {
    var settings = termios()
    _ = try retrying { unsafe tcgetattr(descriptor, &settings) }
    try Self.take(descriptor, settings, farewell, output)
    self.descriptor = descriptor
    former = settings
    self.farewell = farewell
    self.output = output
  }

  deinit { if isTaken { Self.restore(former, descriptor) } }

  /// Once more, after `giveBack`, or after another process may have changed the settings.
  public mutating func takeKeys() throws(Errno) {
    try Self.take(descriptor, former, farewell, output)
    isTaken = true
  }

  private static func take(
    _ descriptor: Int32, _ former: termios, _ farewell: [UInt8], _ output: Int32
  ) throws(Errno) {
    TerminalRescue.arm(former, descriptor, farewell, output)
    var settings = former
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ECHONL | IEXTEN)
    settings.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | IGNCR)
    let (minimum, time) = (Int(VMIN), Int(VTIME))
    unsafe withUnsafeMutableBytes(of: &settings.c_cc) { characters in
      unsafe characters[minimum] = 1
      unsafe characters[time] = 0
    }
    let changed = settings
    do throws(Errno) {
      _ = try retrying {
        var settings = changed
        return unsafe tcsetattr(descriptor, TCSANOW, &settings)
      }
    } catch {
      TerminalRescue.disarm()
      throw error
    }
  }

  /// The settings as they were, for as long as the process is stopped.
  public mutating func giveBack() {
    if isTaken { Self.restore(former, descriptor) }
    isTaken = false
  }

  /// Nobody could do anything about a failure: the terminal is gone then. What was written is not
  /// waited for: where nobody reads it that would take for ever.
  private static func restore(_ settings: termios, _ descriptor: Int32) {
    TerminalRescue.disarm()
    var settings = settings
    // Also where the process has come into the background meanwhile, which would stop it.
    Signal.terminalOutput.whileBlocked {
      _ = unsafe tcsetattr(descriptor, TCSANOW, &settings)
    }
  }

  /// Whether another process group has the terminal: to change its settings would stop this process
  /// (tcgetpgrp(3)). One that is not this session's is nobody's.
  public static func isAnothers(_ descriptor: Int32) -> Bool {
    let group = tcgetpgrp(descriptor)
    return group >= 0 && group != getpgrp()
  }
}
