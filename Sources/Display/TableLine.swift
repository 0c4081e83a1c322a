internal import SocketModel

/// One line of the table.
struct TableLine: Sendable {
  let cells: Cells
  let widths: [Int]
  let palette: Palette
  private let columns: [Column]
  private let isNumeric: [Bool]

  init(cells: Cells, widths: [Int], palette: Palette) {
    self.cells = cells
    self.widths = widths
    self.palette = palette
    columns = cells.columns.columns
    isNumeric = columns.map { $0.isNumeric }
  }

  /// The columns of a terminal that a line takes.
  static func width(of widths: [Int]) -> Int { widths.reduce(0, +) + 2 * (widths.count - 1) }

  /// The most bytes that a line takes: the gap, the cell and its padding, a column each.
  var capacity: Int {
    zip(columns, widths).reduce(1) { $0 + 2 + cells.capacity($1.0) + $1.1 }
  }

  var header: [UInt8] {
    palette.heading(paddedLine(columns.map(\.title), widths, isRight: isNumeric))
      + [UInt8(ascii: "\n")]
  }

  func write(_ row: Int, to out: inout OutputSpan<UInt8>) {
    let socket = cells.listing[row].socket
    for index in columns.indices {
      if index > 0 { out.append(repeating: UInt8(ascii: " "), count: 2) }
      let start = out.count
      let width = cells.write(at: index, row: row, socket, in: palette, to: &out)
      let padding = widths[index] - width
      if padding <= 0 || index == columns.count - 1 && !isNumeric[index] { continue }
      out.append(repeating: UInt8(ascii: " "), count: padding)
      if isNumeric[index] { Self.moveRight(from: start, by: padding, &out) }
    }
    while out.count > 0 && out[out.count - 1] == UInt8(ascii: " ") { _ = out.removeLast() }
    out.append(UInt8(ascii: "\n"))
  }

  /// Moves a cell to the right edge of its column; the padding after it comes before it.
  private static func moveRight(from start: Int, by padding: Int, _ out: inout OutputSpan<UInt8>) {
    var index = out.count - 1
    while index >= start + padding {
      out[index] = out[index - padding]
      index -= 1
    }
    for index in start..<(start + padding) { out[index] = UInt8(ascii: " ") }
  }
}
