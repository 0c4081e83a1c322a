/// A listing as text, not yet made: a head, rows, an end. Rows are rendered each by itself, in any
/// order and on any thread.
public struct Rendering: Sendable {
  public var head: [UInt8] = []
  public var end: [UInt8] = []
  /// How many rows there are.
  public let count: Int

  /// Some rows in one piece of bytes.
  public struct Piece: Sendable {
    public let bytes: [UInt8]
    /// The row after the last one in it.
    public let nextRow: Int
  }

  private let render: @Sendable (Range<Int>) -> Piece

  /// Where a piece ends though rows are left: names and command lines can be very long.
  public static let pieceSize = 1 << 20

  /// Rows of any length.
  init(rows count: Int, append: @escaping @Sendable (Int, inout [UInt8]) -> Void) {
    self.count = count
    render = { rows in
      var bytes: [UInt8] = []
      var row = rows.lowerBound
      while row < rows.upperBound && bytes.count < Self.pieceSize {
        append(row, &bytes)
        row += 1
        // Most rows are as long as the first: room for all of them at once, and what a writer wants
        // to have free at the end of it.
        if row == rows.lowerBound + 1 && row < rows.upperBound {
          let all = bytes.count.multipliedReportingOverflow(by: rows.count).partialValue
          bytes.reserveCapacity(min(all, Self.pieceSize) + Self.pieceSize / 32)
        }
      }
      return Piece(bytes: bytes, nextRow: row)
    }
  }

  /// Rows of at most `capacity` bytes.
  init(
    rows count: Int, capacity: Int,
    write: @escaping @Sendable (Int, inout OutputSpan<UInt8>) -> Void
  ) {
    self.count = count
    render = { rows in
      var bytes: [UInt8] = []
      var row = rows.lowerBound
      while row < rows.upperBound && bytes.count < Self.pieceSize {
        bytes.append(addingCapacity: max(capacity, 1 << 16)) { out in
          while row < rows.upperBound && out.freeCapacity >= capacity {
            write(row, &out)
            row += 1
          }
        }
      }
      return Piece(bytes: bytes, nextRow: row)
    }
  }

  /// As many of these rows as make a piece, at least one.
  public func piece(_ rows: Range<Int>) -> Piece { render(rows) }

  /// Renders all, piece by piece; throws what `body` throws.
  public func write<Failure: Error>(
    to body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    try body(head.span)
    var row = 0
    while row < count {
      let piece = piece(row..<count)
      try body(piece.bytes.span)
      row = piece.nextRow
    }
    try body(end.span)
  }
}
