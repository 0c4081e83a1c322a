internal import SocketModel

/// A row of the table that is too long for one line of the terminal. Each cell stays in its column, as
/// far as it has room there; what comes after a cell that needs more than its column begins a line of
/// its own, and the text of the last one wraps.
struct BrokenLine: Sendable {
  let line: TableLine
  /// The columns of the terminal.
  let total: Int

  private static let gap = 2

  func write(_ row: Int, to out: inout [UInt8]) {
    let cells = line.cells
    let columns = cells.columns.columns
    let socket = cells.listing[row].socket
    var start = 0
    var used = 0
    for (index, column) in columns.enumerated() {
      let width = line.widths[index]
      let (text, needed) = cells.cell(column, row: row)
      let isLast = index == columns.count - 1 && !column.isNumeric
      let lines =
        isLast && needed > width
        ? wrapped(String(decoding: text, as: UTF8.self), to: width, after: "/").map {
          (text: Array($0.utf8), width: displayWidth($0))
        } : [(text, needed)]
      let colour = line.palette.colour(column, of: socket, owner: cells.ownerStatus(row))
      for (text, needed) in lines where needed > 0 {
        var from = start + (column.isNumeric ? max(0, width - needed) : 0)
        if from + needed > total { from = max(0, min(from, total - needed)) }
        if used > 0 && from < used + Self.gap {
          out.append(UInt8(ascii: "\n"))
          used = 0
        }
        out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: from - used))
        if let colour { out += colour.bytes }
        out += text
        if colour != nil { out += Palette.reset.bytes }
        used = from + needed
      }
      start += width + Self.gap
    }
    out.append(UInt8(ascii: "\n"))
  }
}
