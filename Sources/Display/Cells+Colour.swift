internal import SocketModel

extension Cells {
  /// Appends a cell in its colour; returns the columns of a terminal that it takes.
  public func write(
    _ column: Column, row: Int, in palette: Palette, to out: inout OutputSpan<UInt8>
  ) -> Int {
    guard let index = columns.columns.firstIndex(of: column) else { return 0 }
    let socket = listing[row].socket
    return write(at: index, row: row, socket, in: palette, to: &out)
  }

  @inline(__always)
  func write(
    at column: Int, row: Int, _ socket: Socket, in palette: Palette,
    to out: inout OutputSpan<UInt8>
  ) -> Int {
    if palette == .none { return write(at: column, row: row, socket, to: &out) }
    let colour = palette.colour(columns.columns[column], of: socket, owner: ownerStatus(row))
    guard let colour else { return write(at: column, row: row, socket, to: &out) }
    colour.write(to: &out)
    let width = write(at: column, row: row, socket, to: &out)
    out.append(Palette.reset)
    return width
  }
}
