internal import Glibc

/// A terminal that gives each key at once and does not echo it, as long as this lives (termios(3)).
/// Its end gives the settings back as they were. Keys that send signals (Ctrl-C, Ctrl-Z) still do.
public struct RawTerminal: ~Copyable, Sendable {
  private let descriptor: Int32
  private let former: termios

  /// Throws where the descriptor, which stays the caller's, is not a terminal.
  public init(_ descriptor: Int32) throws(Errno) {
    var settings = termios()
    _ = try retrying { unsafe tcgetattr(descriptor, &settings) }
    try Self.takeKeys(settings, descriptor)
    self.descriptor = descriptor
    former = settings
  }

  deinit { Self.set(former, descriptor) }

  /// Once more, after `giveBack`, or after another process may have changed the settings.
  public func takeKeys() throws(Errno) { try Self.takeKeys(former, descriptor) }

  private static func takeKeys(_ former: termios, _ descriptor: Int32) throws(Errno) {
    var settings = former
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ECHONL | IEXTEN)
    settings.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | IGNCR)
    let (minimum, time) = (Int(VMIN), Int(VTIME))
    unsafe withUnsafeMutableBytes(of: &settings.c_cc) { characters in
      unsafe characters[minimum] = 1
      unsafe characters[time] = 0
    }
    let changed = settings
    _ = try retrying {
      var settings = changed
      return unsafe tcsetattr(descriptor, TCSADRAIN, &settings)
    }
  }

  /// The settings as they were, for as long as the process is stopped.
  public func giveBack() { Self.set(former, descriptor) }

  /// Nobody could do anything about a failure: the terminal is gone then.
  private static func set(_ settings: termios, _ descriptor: Int32) {
    var settings = settings
    _ = unsafe tcsetattr(descriptor, TCSADRAIN, &settings)
  }
}
