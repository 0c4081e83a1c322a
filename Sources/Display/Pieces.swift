/// Calls `write` for each row until all are written, and hands the text on in pieces of about
/// 64 KiB. `capacity` is the most bytes that a row takes.
func inPieces<Failure: Error>(
  rows: Int, capacity: Int, of write: (Int, inout OutputSpan<UInt8>) -> Void,
  to body: (Span<UInt8>) throws(Failure) -> Void
) throws(Failure) {
  var row = 0
  var piece: [UInt8] = []
  let size = max(pieceSize, capacity)
  while row < rows {
    piece.removeAll(keepingCapacity: true)
    piece.append(addingCapacity: size) { out in
      while row < rows && out.freeCapacity >= capacity {
        write(row, &out)
        row += 1
      }
    }
    try body(piece.span)
  }
}

/// The same for rows of any length.
func inPieces<Failure: Error>(
  rows: Int, of write: (Int, inout [UInt8]) -> Void,
  to body: (Span<UInt8>) throws(Failure) -> Void
) throws(Failure) {
  var piece: [UInt8] = []
  piece.reserveCapacity(pieceSize * 5 / 4)
  for row in 0..<rows {
    write(row, &piece)
    if piece.count < pieceSize && row + 1 < rows { continue }
    try body(piece.span)
    piece.removeAll(keepingCapacity: true)
  }
}

private let pieceSize = 1 << 16
