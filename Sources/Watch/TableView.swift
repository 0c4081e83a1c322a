internal import Display
internal import SocketModel

/// The table of connections.
extension WatchState {
  mutating func tableLines(_ size: ScreenSize) -> [StyledLine] {
    if table.time == nil { return [] }
    let hasHeader = size.rows >= 6
    let rows = size.rows - (hasHeader ? 1 : 0)
    let window = window(rows: rows)
    let texts = texts(positions[window])
    if arrangement.hasUDP { widths.hasUDP = true }
    if arrangement.hasUDPLite { widths.proto = 7 }
    let asked = texts.asked.compactMap(LiveColumn.init) + (sort == .age ? [.age] : [])
    let contents = TableContents(
      hasRates: table.countsBytes, hasProcesses: showsProcesses, hasUDP: widths.hasUDP,
      asked: asked)
    widths.take(texts, size.columns, contents)
    let layout = TableLayout(widths, columns: size.columns, contents)
    let blocks = (0..<texts.count).map { index in
      block(
        index, texts, layout, width: size.columns,
        isSelected: cursor.selected != nil && window.lowerBound + index == cursor.index)
    }
    cursor.scroll(lines: rows) { window.contains($0) ? blocks[$0 - window.lowerBound].count : 1 }
    var lines = hasHeader && !layout.isStacked ? [layout.header] : []
    for index in window where index >= cursor.top && lines.count < size.rows {
      lines += blocks[index - window.lowerBound]
    }
    if positions.isEmpty {
      lines.append(StyledLine("  " + (serverNote ?? "nothing matches"), .dim))
    }
    return Array(lines.prefix(size.rows))
  }

  /// The rows whose heights decide what is shown: no row is less than a line.
  private func window(rows: Int) -> Range<Int> {
    var first = cursor.top
    if cursor.selected != nil {
      first = cursor.index < first ? cursor.index : max(first, cursor.index - rows + 1)
    }
    let start = min(max(0, first - rows), positions.count)
    return start..<min(max(start, first + rows), positions.count)
  }

  private func block(
    _ index: Int, _ texts: RowText, _ layout: TableLayout, width: Int, isSelected: Bool
  ) -> [StyledLine] {
    let mark = texts.live(index).mark
    let sign = mark == .none && isSelected ? ">" : mark.sign
    let gutter = StyledLine("\(sign) ", mark.style)
    let local = texts.cell(.local, index).width
    let remote = texts.cell(.remote, index).width
    let isOneLine = layout.admits(local: local, remote: remote)
    let lines =
      isOneLine
      ? [
        layout.line(mark, gutter: gutter) {
          texts.text($0, index, isCompact: layout.isCompact)
        }
      ]
      : texts.stacked(index, width: width, gutter: gutter)
    return isSelected ? lines.map { $0.reversed(to: width) } : lines
  }
}

extension TableWidths {
  /// A row for which both columns would take more than there is room for is stacked: it makes neither
  /// wider.
  mutating func take(_ texts: RowText, _ total: Int, _ contents: TableContents) {
    for index in 0..<texts.count {
      state = max(state, texts.cell(.field(.state), index).width)
      let isCompact = TableLayout.isCompact(total)
      queue = max(queue, texts.text(.queue, index, isCompact: isCompact).utf8.count)
      for case .field(let field) in contents.asked {
        let width = max(Column.field(field).title.utf8.count, fields[field] ?? 0)
        fields[field] = min(max(width, texts.cell(.field(field), index).width), Self.widestField)
      }
    }
    let room = TableLayout.addressRoom(total, self, contents)
    for index in 0..<texts.count {
      let local = max(local, texts.cell(.local, index).width)
      let remote = max(remote, texts.cell(.remote, index).width)
      if local + remote <= room { (self.local, self.remote) = (local, remote) }
    }
  }

  // A command line may be as long as a book.
  private static let widestField = 40
}
