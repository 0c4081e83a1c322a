internal import SocketModel

/// A socket over several lines: what it is, then its owners with all names, then the other columns
/// as names and values.
struct Stacked: Sendable {
  let cells: Cells
  let palette: Palette
  /// Where a list of owners or values is broken; nil for as long as it gets.
  let width: Int?

  private static let indent = "    "

  var rendering: Rendering { Rendering(rows: cells.count) { write($0, to: &$1) } }

  func write(_ row: Int, to out: inout [UInt8]) {
    writeHeading(row, to: &out)
    if cells.columns.contains(.process) { writeOwners(row, to: &out) }
    writeRest(row, to: &out)
  }

  /// `LISTENING tcp *:5432 queue 0/128`; `ESTABLISHED tcp 10.0.0.5:443 -> 10.0.0.9:50112`.
  private func writeHeading(_ row: Int, to out: inout [UInt8]) {
    let isConnected = cells.listing[row].socket.isConnected
    let order: [Column] = [.field(.state), .field(.proto), .local, .remote, .queue]
    var isFirst = true
    for column in order where cells.columns.contains(column) {
      if column == .remote && !isConnected { continue }
      let text = cells.cell(column, row: row, in: palette).text
      if column == .queue && text == [UInt8(ascii: "-")] { continue }
      if !isFirst { out.append(" ") }
      if column == .remote { out.append("-> ") }
      if column == .queue { out.append("queue ") }
      out += text
      isFirst = false
    }
    if !isFirst { out.append(UInt8(ascii: "\n")) }
  }

  /// All owners where they are known, each with its descriptors where these are asked for.
  private func writeOwners(_ row: Int, to out: inout [UInt8]) {
    let snapshot = cells.listing.snapshot
    let position = snapshot[cells.listing.rows[row]]
    var items: [[UInt8]] = []
    for owner in position.owners {
      var item: [UInt8] = []
      item.append(decimal: UInt64(UInt32(bitPattern: owner.pid)))
      if let process = snapshot.names.process(owner.process) {
        item.append("/")
        appendEscaped(process.name.span, to: &item)
      }
      if cells.columns.contains(.field(.fds)), !owner.descriptors.isEmpty {
        item.append(" fd " + owner.descriptors.map { "\($0)" }.joined(separator: "+"))
      }
      if position.ownerStatus == .queued { item.append(" (queued)") }
      items.append(item)
    }
    if position.ownerStatus == .partial { items.append(Array("others that you may not see".utf8)) }
    if items.isEmpty {
      let text = cells.cell(.process, row: row).text
      if !text.isEmpty && text != [UInt8(ascii: "-")] { items = [text] }
    }
    append(items, separator: ", ", to: &out)
  }

  private func writeRest(_ row: Int, to out: inout [UInt8]) {
    let elsewhere: Set<Column> = [
      .local, .remote, .queue, .process, .field(.state), .field(.proto),
    ]
    var items: [[UInt8]] = []
    for column in cells.columns.columns where !elsewhere.contains(column) {
      if column == .field(.fds) && cells.columns.contains(.process) { continue }
      let text = cells.cell(column, row: row).text
      if text.isEmpty || text == [UInt8(ascii: "-")] { continue }
      items.append(Array((column.name + " ").utf8) + text + Array((column.unit ?? "").utf8))
    }
    append(items, separator: "  ", to: &out)
  }

  /// Indented lines of items; a line is broken between two of them.
  private func append(_ items: [[UInt8]], separator: String, to out: inout [UInt8]) {
    var column = 0
    for item in items {
      let length = displayWidth(String(decoding: item, as: UTF8.self))
      let next = column + separator.utf8.count + length
      if column > 0, let width, next > width {
        if separator == ", " { out.append(",") }
        out.append(UInt8(ascii: "\n"))
        column = 0
      }
      let lead = column == 0 ? Self.indent : separator
      out.append(lead)
      out += item
      column += lead.utf8.count + length
    }
    if !items.isEmpty { out.append(UInt8(ascii: "\n")) }
  }
}
