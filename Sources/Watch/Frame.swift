/// The size of a terminal in columns and rows.
public struct ScreenSize: Hashable, Sendable {
  public var columns: Int
  public var rows: Int

  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// What a screen should show: at most as many lines as it has rows, none wider than it is.
public struct Frame: Hashable, Sendable {
  public let size: ScreenSize
  public let lines: [StyledLine]

  /// Lines that are too many are left out, lines that are too wide are cut.
  init(_ size: ScreenSize, _ lines: [StyledLine]) {
    self.size = size
    self.lines = lines.prefix(max(0, size.rows)).map { line in
      var line = line
      line.cut(to: size.columns)
      return line
    }
  }

  /// The lines as text without styles, a newline after each.
  public var text: String { lines.reduce(into: "") { $0 += $1.text + "\n" } }
}
