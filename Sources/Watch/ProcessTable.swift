internal import Display

/// The table of processes.
extension WatchState {
  mutating func processLines(_ size: ScreenSize) -> [StyledLine] {
    let groups = arrangement.groups
    let hasHeader = size.rows >= 6
    let rows = size.rows - (hasHeader ? 1 : 0)
    processCursor.scroll(lines: rows) { _ in 1 }
    let titles = ["Sockets", "Listen", "Estab", "Other", "Receive", "Send"]
    let widths = [7, 6, 6, 6, 8, 8]
    // Where there is little room the name keeps most of it.
    let shown = widths.indices.filter { index in
      widths[...index].reduce(2 + 12) { $0 + 2 + $1 } <= size.columns
    }
    let nameWidth = max(1, shown.reduce(size.columns - 2) { $0 - 2 - widths[$1] })
    func line(_ name: String, _ values: [String], _ style: Style, sign: String) -> StyledLine {
      var line = StyledLine(sign + " ", style)
      var cell = StyledLine(name, style)
      cell.cut(to: min(nameWidth, 40))
      line.append(cell)
      line.pad(to: 2 + min(nameWidth, 40), style)
      for index in shown {
        line.append(spaces: 2 + widths[index] - values[index].utf8.count, style)
        line.append(values[index], style)
      }
      return line
    }
    var lines = hasHeader ? [line("PID/Process", titles, .bold, sign: " ")] : []
    for index in processCursor.top..<min(processCursor.top + rows, groups.count) {
      let group = groups[index]
      let values =
        [group.sockets, group.listening, group.established, group.others].map { grouped($0) }
        + [group.rates?.received, group.rates?.sent].map { $0.map { Quantity.rate($0) } ?? "" }
      let isSelected = processCursor.selected != nil && index == processCursor.index
      let text = line(group.name, values, .plain, sign: isSelected ? ">" : " ")
      lines.append(isSelected ? text.reversed(to: size.columns) : text)
    }
    return lines
  }
}
