/// Frames to what a terminal takes (ECMA-48, and xterm's private modes): one buffer a frame, with
/// nothing in it but the lines that changed.
public struct FrameWriter: Sendable {
  private var shown: Frame?
  private let hasColour: Bool

  public init(hasColour: Bool) { self.hasColour = hasColour }

  /// Takes the screen: the alternate buffer, no cursor, no wrapping at the right edge. The mouse
  /// stays the terminal's own, so that text can be copied.
  public mutating func enter() -> [UInt8] {
    shown = nil
    return Array("\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l\u{1b}[0m\u{1b}[2J".utf8)
  }

  /// Gives the screen back as it was.
  public mutating func leave() -> [UInt8] {
    shown = nil
    return Self.farewell
  }

  /// What gives the screen back, whatever is on it.
  public static let farewell = Array("\u{1b}[0m\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l".utf8)

  /// The next frame is drawn whole, whatever the screen shows.
  public mutating func forget() { shown = nil }

  /// From the frame that is shown to the next; empty where nothing changed. A terminal that knows
  /// mode 2026 shows it all at once.
  public mutating func bytes(for frame: Frame) -> [UInt8] {
    if frame == shown { return [] }
    var out = Array("\u{1b}[?2026h".utf8)
    let isWhole = shown?.size != frame.size
    if isWhole { out += "\u{1b}[0m\u{1b}[2J".utf8 }
    let old = isWhole ? [] : shown?.lines ?? []
    for row in 0..<max(old.count, frame.lines.count) {
      let line = row < frame.lines.count ? frame.lines[row] : StyledLine()
      if row < old.count ? line == old[row] : line.isEmpty { continue }
      write(line, row, columns: frame.size.columns, to: &out)
    }
    out += "\u{1b}[?2026l".utf8
    shown = frame
    return out
  }

  private func write(_ line: StyledLine, _ row: Int, columns: Int, to out: inout [UInt8]) {
    out += "\u{1b}[\(row + 1);1H".utf8
    for run in line.runs {
      let start = out.count
      run.style.write(to: &out, hasColour: hasColour)
      let isStyled = out.count > start
      out += run.text.utf8
      if isStyled { out += "\u{1b}[0m".utf8 }
    }
    // At the right edge the cursor is still on the last character, which this would erase.
    if line.width < columns { out += "\u{1b}[K".utf8 }
  }
}
