internal import Display

/// A line of a frame: pieces of text, each in one style, and how many columns they take. The text
/// is escaped already.
public struct StyledLine: Hashable, Sendable {
  public struct Run: Hashable, Sendable {
    public var text: String
    public var style: Style
  }

  public private(set) var runs: [Run] = []
  /// In columns of the terminal.
  public private(set) var width = 0

  public init() {}

  init(_ text: String, _ style: Style = .plain) { append(text, style) }

  var isEmpty: Bool { width == 0 }

  /// The text alone.
  public var text: String { runs.reduce(into: "") { $0 += $1.text } }

  mutating func append(_ text: String, _ style: Style = .plain) {
    append(text, style, width: displayWidth(text))
  }

  mutating func append(_ text: String, _ style: Style, width: Int) {
    if text.isEmpty { return }
    self.width += width
    if let last = runs.indices.last, runs[last].style == style {
      runs[last].text += text
    } else {
      runs.append(Run(text: text, style: style))
    }
  }

  mutating func append(_ line: StyledLine) {
    for run in line.runs { append(run.text, run.style) }
  }

  mutating func append(spaces count: Int, _ style: Style = .plain) {
    if count > 0 { append(String(repeating: " ", count: count), style, width: count) }
  }

  mutating func pad(to width: Int, _ style: Style = .plain) {
    append(spaces: width - self.width, style)
  }

  /// Shortens the line to a width, with `…` where something is left out.
  mutating func cut(to limit: Int) {
    if width <= limit { return }
    let old = runs
    self = StyledLine()
    var style = Style.plain
    scan: for run in old {
      style = run.style
      for scalar in run.text.unicodeScalars {
        let text = String(scalar)
        let columns = displayWidth(text)
        if width + columns > limit - 1 { break scan }
        append(text, run.style, width: columns)
      }
    }
    if limit > 0 { append("…", style, width: 1) }
  }

  /// The line in pieces of at most this many columns: broken at spaces, and within a word where it
  /// is longer than a piece.
  func wrapped(to limit: Int) -> [StyledLine] {
    if width <= limit { return [self] }
    let limit = max(limit, 2)
    var lines = [StyledLine()]
    for (index, word) in words.enumerated() {
      let last = lines.count - 1
      if index > 0, lines[last].width + 1 + word.width <= limit {
        lines[last].append(spaces: 1)
        lines[last].append(word)
      } else {
        let pieces = word.broken(at: limit)
        if index == 0 { lines = pieces } else { lines += pieces }
      }
    }
    return lines
  }

  /// What is between the spaces.
  private var words: [StyledLine] {
    var words = [StyledLine()]
    for run in runs {
      let parts = run.text.split(separator: " ", omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        if index > 0 { words.append(StyledLine()) }
        words[words.count - 1].append(String(part), run.style)
      }
    }
    return words
  }

  /// Pieces of at most this many columns, whatever is there.
  func broken(at limit: Int) -> [StyledLine] {
    if width <= limit { return [self] }
    var lines = [StyledLine()]
    for run in runs {
      for scalar in run.text.unicodeScalars {
        let text = String(scalar)
        let columns = displayWidth(text)
        if lines[lines.count - 1].width + columns > max(limit, 2) { lines.append(StyledLine()) }
        lines[lines.count - 1].append(text, run.style, width: columns)
      }
    }
    return lines
  }

  /// The same text in reverse, as wide as the screen.
  func reversed(to width: Int) -> StyledLine {
    var line = StyledLine()
    for run in runs {
      var style = run.style
      style.isReversed = true
      style.isDim = false
      line.append(run.text, style)
    }
    line.pad(to: width, .reversed)
    return line
  }
}
