internal import Display

/// What the keys do.
extension WatchState {
  func helpLines(width: Int) -> [StyledLine] {
    let keys: [(String, String)] = [
      ("q", "quit"),
      ("?", "these keys, and back"),
      ("/", "filter as you type; Enter keeps it, Esc does not"),
      ("s  S", "sort by the next key; turn the order round"),
      ("space", "pause, and go on"),
      ("j k  Up Down", "select"),
      ("g G  Home End", "the first, the last"),
      ("PgUp PgDn", "a screen further"),
      ("Enter", "all about one connection; a process's connections"),
      ("Tab", "by process, and back to connections"),
      ("Esc", "back; in the table it clears the filter"),
      ("n", "ports as numbers or names"),
      ("p", "processes or none"),
      ("x  F9", "close the selected connection; end its owner; both after y"),
      ("+ -", "slower, faster (now every \(Quantity.interval(interval)))"),
      ("r  Ctrl-L", "look now; draw the screen again"),
    ]
    let marks: [(Mark, String)] = [
      (.opened, "new"), (.changed, "in another state"), (.closed, "closed"),
    ]
    var lines: [StyledLine] = []
    for (key, words) in keys { lines += entry(StyledLine(key, .bold), words, width) }
    lines.append(StyledLine())
    for (mark, words) in marks {
      lines += entry(
        StyledLine(String(mark.sign), mark.style), words + " (for three refreshes)", width)
    }
    lines += entry(
      StyledLine("filter"), "listening  :443  nginx  not user=root  rport=5432  10.0.0.0/8", width)
    return lines
  }

  private func entry(_ key: StyledLine, _ words: String, _ width: Int) -> [StyledLine] {
    LabelledText(label: key, labelWidth: 16).lines(StyledLine(words), width: width)
  }
}
