internal import Display

/// The last line: what is typed, what was said, or the keys.
extension WatchState {
  func footer(width: Int) -> StyledLine {
    if filter.isTyping { return typingLine(width: width) }
    if let question { return questionLine(question, width: width) }
    var line = StyledLine()
    if let failure {
      line.append(" \(escaped(failure.reason))  ", .red)
      line.cut(to: width)
    }
    if let message { line.append(" \(message)  ", .bold) }
    if !filter.text.isEmpty && mode == .table {
      line.append(" /\(escaped(filter.text))  ", .bold)
    }
    for (key, word) in keys {
      let text = key + " " + word
      if line.width + text.count + 3 > width { break }
      line.append(line.isEmpty ? " " : "  ")
      line.append(key, .bold)
      line.append(" " + word, .dim)
    }
    return line
  }

  private var keys: [(String, String)] {
    switch mode {
    case .table:
      [
        ("q", "quit"), ("?", "help"), ("/", "filter"), ("s", "sort"), ("space", "pause"),
        ("Enter", "detail"), ("Tab", "by process"), ("n", "numbers"), ("p", "processes"),
        ("+/-", "interval"),
      ]
    case .processes:
      [("q", "quit"), ("?", "help"), ("Tab", "connections"), ("Enter", "its connections")]
    case .detail, .help: [("q", "quit"), ("Esc", "back"), ("j/k", "scroll")]
    }
  }

  /// The end of a long text stays in sight, and an error beside it where there is room.
  private func typingLine(width: Int) -> StyledLine {
    var line = StyledLine("/", .bold)
    // A space is at the end only until the next key.
    let text = Array(escaped(filter.text + "/").unicodeScalars.dropLast())
    var start = text.count
    var room = max(1, width - 2)
    while start > 0 {
      room -= displayWidth(String(text[start - 1]))
      if room < 0 { break }
      start -= 1
    }
    line.append(String(String.UnicodeScalarView(text[start...])))
    line.append(" ", .reversed)
    if let error = filter.error {
      line.append("  " + error, .red)
    } else if line.width + 28 <= width {
      line.append("  Enter", .bold)
      line.append(" keep", .dim)
      line.append("  Esc", .bold)
      line.append(" as before", .dim)
    }
    return line
  }
}
