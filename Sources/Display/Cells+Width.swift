internal import SocketModel

extension Cells {
  /// The width of each column by its content; at least its header's where there is one.
  public func widths(header: Bool = true) -> [Int] {
    var widths = columns.columns.map { header ? $0.header.utf8.count : 0 }
    for (index, column) in columns.columns.enumerated() {
      widths[index] = max(widths[index], widest(column))
    }
    return widths
  }

  private func widest(_ column: Column) -> Int {
    switch column {
    case .field(.proto): count == 0 ? 0 : 3
    case .local: widest(column) { plainLocalWidth($0) }
    case .remote: widest(column) { plainRemoteWidth($0) }
    case .process: widest(column) { plainProcessWidth($0) }
    case .field(.state): widest(column) { plainStateWidth($0) }
    case .queue, .field: widest(column) { _ in nil }
    }
  }

  /// The widest cell. Two passes over the rows would write everything twice: `plain` tells a width
  /// without writing the cell where that is easy, nil where it is not.
  @inline(__always)
  private func widest(_ column: Column, plain: (Int) -> Int?) -> Int {
    var widest = 0
    _ = [UInt8](capacity: capacity(column)) { out in
      for row in 0..<count {
        if let width = plain(row) {
          widest = max(widest, width)
        } else {
          out.removeAll()
          widest = max(widest, write(column, row: row, to: &out))
        }
      }
      out.removeAll()
    }
    return widest
  }

  @inline(__always)
  func plainLocalWidth(_ row: Int) -> Int? {
    let position = Int(listing.rows[row])
    if listing.snapshot.sockets[position].interface != 0 { return nil }
    return plainWidth(listing.snapshot.sockets[position].local, position)
  }

  @inline(__always)
  func plainRemoteWidth(_ row: Int) -> Int? {
    let position = Int(listing.rows[row])
    let end = listing.snapshot.sockets[position].remote
    return end.address.isUnspecified ? nil : plainWidth(end, position)
  }

  func plainProcessWidth(_ row: Int) -> Int? {
    guard listing.snapshot.ownerStatus(Int(listing.rows[row])) == .known else { return nil }
    let owner = owners[row]
    guard owner.others == 0, let name = owner.name else { return nil }
    return decimalLength(UInt32(bitPattern: owner.pid)) + 1 + names.width(name)
  }

  func plainStateWidth(_ row: Int) -> Int? {
    stateLabel(listing.snapshot.sockets[Int(listing.rows[row])]).map { names.width($0) }
  }

  @inline(__always)
  private func plainWidth(_ end: Endpoint, _ position: Int) -> Int? {
    guard end.address.family == .ipv4, !hasHosts, end.port != 0 else { return nil }
    let service = services.id(end.port, listing.snapshot.sockets[position].transport)
    let bits = UInt32(truncatingIfNeeded: end.address.bits)
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
