internal import CLinux
internal import Glibc

/// How large the terminal behind a descriptor is.
public struct TerminalSize: Hashable, Sendable {
  public let columns: Int
  public let rows: Int

  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// ioctl_tty(2), TIOCGWINSZ; nil where the descriptor is not a terminal. One that does not know its
  /// size is 80 by 24.
  public init?(of descriptor: Int32) {
    var size = winsize()
    guard unsafe linux_ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return nil }
    columns = size.ws_col == 0 ? 80 : Int(size.ws_col)
    rows = size.ws_row == 0 ? 24 : Int(size.ws_row)
  }
}

/// isatty(3).
public func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }
