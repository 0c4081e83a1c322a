internal import Display
internal import SocketModel

extension WatchState {
  /// What a screen of this size should show now.
  public mutating func frame(_ size: ScreenSize) -> Frame {
    if widths.size != size { widths = TableWidths(size: size) }
    var lines = header(size)
    let hasFooter = size.rows > 3
    let body = max(0, size.rows - lines.count - (hasFooter ? 1 : 0))
    switch mode {
    case .table: lines += tableLines(ScreenSize(columns: size.columns, rows: body))
    case .processes: lines += processLines(ScreenSize(columns: size.columns, rows: body))
    case .detail: lines += scrolled(detailLines(width: size.columns), rows: body)
    case .help: lines += scrolled(helpLines(width: size.columns), rows: body)
    }
    if hasFooter {
      while lines.count < size.rows - 1 { lines.append(Line()) }
      lines.append(footer(width: size.columns))
    }
    return Frame(size, lines)
  }

  private mutating func scrolled(_ lines: [Line], rows: Int) -> ArraySlice<Line> {
    scroll = min(scroll, max(0, lines.count - rows))
    return lines[scroll...].prefix(rows)
  }
}

/// The first lines: host, time, rates, counts by state, hidden owners.
extension WatchState {
  mutating func header(_ size: ScreenSize) -> [Line] {
    let parts = headerParts
    var line = Line(" ", .reversed)
    var lines: [Line] = []
    let most = size.rows >= 12 ? 2 : 1
    for part in parts {
      let gap = line.width > 1 ? 2 : 0
      if line.width + gap + part.width > size.columns, line.width > 1, lines.count + 1 < most {
        lines.append(line)
        line = Line(" ", .reversed)
      } else {
        line.append(blanks: gap, .reversed)
      }
      line.append(part)
    }
    lines.append(line)
    // A line that came once stays, so that nothing below jumps.
    widths.headerLines = max(widths.headerLines, lines.count)
    while lines.count < min(widths.headerLines, most) { lines.append(Line()) }
    return lines.map { line in
      var line = line
      line.cut(to: size.columns)
      return line.reversed(to: size.columns)
    }
  }

  private var headerParts: [Line] {
    var parts = [Line(escaped(table.snapshot.host), .bold)]
    if table.time == nil { return parts + [Line("reading …")] }
    parts.append(Line(clock))
    if isPaused { parts.append(Line("PAUSED", .bold)) }
    if let totals = arrangement.totals {
      parts.append(
        Line("in " + rateText(totals.received) + "  out " + rateText(totals.sent)))
    }
    parts.append(Line(arrangement.summary))
    if sort != .address || isReversed {
      parts.append(Line("by \(sort.name)" + (isReversed ? ", reversed" : "")))
    }
    if !table.countsBytes && !table.snapshot.sockets.isEmpty {
      parts.append(Line("no rates: /proc does not count bytes"))
    }
    if arrangement.undecided > 0 {
      parts.append(Line("can't tell of \(grouped(arrangement.undecided)) more"))
    }
    if let slowness { parts.append(Line("a refresh takes \(Quantity.interval(slowness))")) }
    return parts
  }

  /// Rates in the header keep their width.
  private func rateText(_ rate: Double) -> String {
    let text = Quantity.rate(rate)
    return String(repeating: " ", count: max(0, 8 - text.utf8.count)) + text
  }

  /// The wall clock's time of day.
  var clock: String {
    let day = 86_400
    let seconds = Int(table.snapshot.time.seconds % Int64(day)) + settings.secondsFromUTC
    let local = ((seconds % day) + day) % day
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(local / 3600)):\(two(local / 60 % 60)):\(two(local % 60))"
  }
}

/// The last line: what is typed, what was said, or the keys.
extension WatchState {
  func footer(width: Int) -> Line {
    if filter.isTyping { return typingLine(width: width) }
    var line = Line()
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
  private func typingLine(width: Int) -> Line {
    var line = Line("/", .bold)
    // A blank is at the end only until the next key.
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
