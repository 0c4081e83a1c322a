internal import SocketModel

extension Cells {
  /// The width of each column by its content; at least its header's where there is one.
  public func widths(header: Bool = true) -> [Int] {
    var widths = headerWidths(header)
    forEachWidth { _, column, width in
      if width > widths[column] { widths[column] = width }
    }
    return widths
  }

  func headerWidths(_ header: Bool) -> [Int] {
    columns.columns.map { header ? $0.title.utf8.count : 0 }
  }

  /// Calls `body` with row, column and width of each cell. One pass, all columns of a row: to fetch a
  /// row is dearer than to measure it.
  @inline(__always)
  func forEachWidth(_ body: (Int, Int, Int) -> Void) {
    let columns = columns.columns
    _ = [UInt8](capacity: columns.map(capacity).max() ?? 0) { out in
      for row in 0..<count {
        let socket = listing[row].socket
        for index in columns.indices {
          if let width = plainWidth(columns[index], row, socket) {
            body(row, index, width)
          } else {
            body(row, index, write(at: index, row: row, socket, to: &out))
            out.removeAll()
          }
        }
      }
    }
  }

  /// The width of a cell, told without writing it; nil where that is not easy.
  @inline(__always)
  func plainWidth(_ column: Column, _ row: Int, _ socket: Socket) -> Int? {
    switch column {
    case .field(.proto): socket.kind.name.count
    case .field(.state): socket.state.name(socket.kind)?.count
    case .local: socket.interface == 0 ? plainWidth(socket.local, socket) : nil
    case .remote: socket.remote.isUnspecified ? nil : plainWidth(socket.remote, socket)
    case .process: plainProcessWidth(row)
    case .queue, .field: nil
    }
  }

  private func plainProcessWidth(_ row: Int) -> Int? {
    guard ownerStatus(row) == .known else { return nil }
    let owner = owners[row]
    guard owner.others == 0, let name = owner.name else { return nil }
    return decimalLength(UInt32(bitPattern: owner.pid)) + 1 + names.width(name)
  }

  @inline(__always)
  private func plainWidth(_ end: Endpoint, _ socket: Socket) -> Int? {
    guard let bits = end.v4, !hasHosts, end.port != 0 else { return nil }
    let service = services.id(end.port, socket.kind)
    return decimalLength(bits >> 24) + decimalLength(bits >> 16 & 255)
      + decimalLength(bits >> 8 & 255) + decimalLength(bits & 255) + 4
      + (service.map { names.width($0) } ?? decimalLength(UInt32(end.port)))
  }
}

/// The number of a number's digits.
@inline(__always)
private func decimalLength(_ value: UInt32) -> Int {
  if value < 10 { return 1 }
  if value < 100 { return 2 }
  if value < 1000 { return 3 }
  if value < 10_000 { return 4 }
  if value < 100_000 { return 5 }
  var length = 5
  var rest = value / 100_000
  while rest > 0 {
    length += 1
    rest /= 10
  }
  return length
}
