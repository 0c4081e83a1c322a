internal import Display
internal import SocketModel

/// The whole table as text, for a pipe or a terminal that can't be drawn on.
extension WatchState {
  /// What the first line of the screen says, every row with its mark and rates, and an empty line.
  public mutating func plainFrame() -> [UInt8] {
    var out: [UInt8] = []
    let size = ScreenSize(columns: Int(Int16.max), rows: 1)
    let words = header(size).first.map { $0.text } ?? ""
    out += words.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ").utf8
    out.append(UInt8(ascii: "\n"))
    appendTable(to: &out)
    out.append(UInt8(ascii: "\n"))
    return out
  }

  private func appendTable(to out: inout [UInt8]) {
    var columns: [Column] = [.field(.proto), .local, .remote, .queue, .field(.state)]
    columns += askedColumns
    if showsProcesses { columns.append(.process) }
    var listing = Listing(table.shown, rows: positions)
    listing.askedProcesses = arrangement.askedProcesses
    let cells = Cells(listing, ColumnSet(columns), numbers: numbers)
    let hasRates = table.countsBytes
    let line = PlainLine(columns: columns, widths: cells.widths(), hasRates: hasRates)
    line.appendHeader(to: &out)
    if let serverNote { out += ("  " + escaped(serverNote) + "\n").utf8 }
    for (index, row) in positions.enumerated() {
      line.append(cells, index, table.rows[Int(row)], to: &out)
    }
  }
}

private struct PlainLine {
  let columns: [Column]
  let widths: [Int]
  let hasRates: Bool

  private static let rateWidth = 8

  func appendHeader(to out: inout [UInt8]) {
    out += "  ".utf8
    for (index, column) in columns.enumerated() {
      if column == .process { appendRates("Receive", "Send", to: &out) }
      let isLast = index == columns.count - 1
      append(column.title, isLast && column == .process ? 0 : widths[index], to: &out)
    }
    if !columns.contains(.process) { appendRates("Receive", "Send", to: &out) }
    endLine(&out)
  }

  func append(_ cells: Cells, _ row: Int, _ live: LiveRow, to out: inout [UInt8]) {
    out += String(live.mark.sign).utf8
    out.append(UInt8(ascii: " "))
    let received = live.rates.map { Quantity.rate($0.received) } ?? ""
    let sent = live.rates.map { Quantity.rate($0.sent) } ?? ""
    for (index, column) in columns.enumerated() {
      if column == .process { appendRates(received, sent, to: &out) }
      var width = 0
      out.append(addingCapacity: cells.capacity(column)) {
        width = cells.write(column, row: row, to: &$0)
      }
      appendBlanks(widths[index] - width + 2, to: &out)
    }
    if !columns.contains(.process) { appendRates(received, sent, to: &out) }
    endLine(&out)
  }

  private func append(_ text: String, _ width: Int, to out: inout [UInt8]) {
    out += text.utf8
    appendBlanks(width - text.utf8.count + 2, to: &out)
  }

  private func appendRates(_ received: String, _ sent: String, to out: inout [UInt8]) {
    if !hasRates { return }
    for text in [received, sent] {
      appendBlanks(Self.rateWidth - text.utf8.count, to: &out)
      out += text.utf8
      appendBlanks(2, to: &out)
    }
  }

  private func appendBlanks(_ count: Int, to out: inout [UInt8]) {
    for _ in 0..<max(0, count) { out.append(UInt8(ascii: " ")) }
  }

  /// No spaces at the end of a line.
  private func endLine(_ out: inout [UInt8]) {
    while out.last == UInt8(ascii: " ") { out.removeLast() }
    out.append(UInt8(ascii: "\n"))
  }
}
