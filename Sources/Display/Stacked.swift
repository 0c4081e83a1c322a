internal import SocketModel

/// A socket over several lines: what it is, then its owners with all names, then what is known of the
/// connection in words, then the other columns as names and values.
struct Stacked: Sendable {
  let cells: Cells
  let palette: Palette
  /// Where a list of owners or values is broken; nil for as long as it gets.
  let width: Int?
  /// The sections of which every field is shown.
  let whole: Sections
  /// The columns that are shown as names and values.
  private let rest: [Column]

  private static let indent = "    "
  private static let labelWidth = 12

  init(cells: Cells, palette: Palette, width: Int?, whole: Sections = []) {
    self.cells = cells
    self.palette = palette
    self.width = width
    self.whole = whole
    let columns = cells.columns
    var elsewhere: Set<Column> = [
      .local, .remote, .queue, .process, .field(.state), .field(.proto),
    ]
    if columns.contains(.process) { elsewhere.insert(.field(.fds)) }
    var told: Set<Field> = []
    if whole.isSuperset(of: .internals) { told.formUnion(ConnectionWords.told) }
    if whole.contains(.timer) { told.formUnion(ConnectionWords.toldOfTimers) }
    rest = columns.columns.filter { column in
      if case .field(let field) = column, told.contains(field) { return false }
      return !elsewhere.contains(column)
    }
  }

  var rendering: Rendering { Rendering(rows: cells.count) { write($0, to: &$1) } }

  func write(_ row: Int, to out: inout [UInt8]) {
    writeHeading(row, to: &out)
    if cells.columns.contains(.process) { writeOwners(row, to: &out) }
    writeWords(row, to: &out)
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
        appendEscaped(process.nameInOwners.span, to: &item)
      }
      if cells.columns.contains(.field(.fds)), !owner.descriptors.isEmpty {
        item.append(" fd " + owner.descriptors.map { "\($0)" }.joined(separator: "+"))
      }
      if position.ownerStatus == .queued { item.append(" (queued)") }
      if let container = position.cgroupName?.container {
        item.append(" [\(escaped(container))]")
      }
      items.append(item)
    }
    if position.ownerStatus == .partial { items.append(Array("others that you may not see".utf8)) }
    if items.isEmpty {
      let text = cells.cell(.process, row: row).text
      if !text.isEmpty && text != [UInt8(ascii: "-")] { items = [text] }
    }
    append(items, separator: ", ", to: &out)
  }

  /// `tcp_info` and the timer in words where all of it is asked for.
  private func writeWords(_ row: Int, to out: inout [UInt8]) {
    let words = ConnectionWords(
      cells.listing[row], info: whole.isSuperset(of: .internals), timer: whole.contains(.timer))
    for entry in words.entries {
      let room = width.map { $0 - Self.indent.utf8.count - Self.labelWidth } ?? .max
      // Too narrow for two columns: they go on one line, which the terminal breaks.
      let lines = room < Self.labelWidth ? [entry.text] : wrapped(entry.text, to: room)
      for (number, line) in lines.enumerated() {
        let label = number == 0 ? entry.label : ""
        out.append(Self.indent)
        if number == 0 { out += palette.heading(Array(label.utf8)) }
        out.append(String(repeating: " ", count: Self.labelWidth - label.utf8.count))
        out.append(line + "\n")
      }
    }
  }

  private func writeRest(_ row: Int, to out: inout [UInt8]) {
    var items: [[UInt8]] = []
    for column in rest {
      let text = text(column, row)
      if text.isEmpty || text == [UInt8(ascii: "-")] { continue }
      items.append(Array((column.name + " ").utf8) + text)
    }
    append(items, separator: "  ", to: &out)
  }

  /// A cell, an amount in its unit. Of a section that is shown whole nobody asked for one field: that
  /// it is zero says nothing.
  private func text(_ column: Column, _ row: Int) -> [UInt8] {
    if case .field(let field) = column,
      case .number(let number) = field.value(of: cells.listing[row])
    {
      if number == 0 && !field.section.isEmpty && whole.isSuperset(of: field.section) { return [] }
      // The kernel counts connections in a listener's queue, not bytes.
      if !field.section.isEmpty, let amount = Quantity.text(number, field.unit) {
        return Array(amount.utf8)
      }
    }
    return cells.cell(column, row: row).text
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
