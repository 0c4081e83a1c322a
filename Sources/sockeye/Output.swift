import Arguments
import Display
import LinuxSystem

/// Standard output and standard error. Bytes from elsewhere are escaped before they come here, or on
/// the way (`say`).
enum Output {
  /// Writes to standard output. A reader that has gone away ends the command in silence; anything
  /// else that goes wrong, a full disk say, ends it with a message.
  static func write(_ bytes: Span<UInt8>) throws(Stop) {
    do throws(Errno) {
      try FileDescriptor.write(bytes, to: 1)
    } catch {
      if error == .brokenPipe { throw Stop(.answered) }
      throw Stop(.unreadable, "can't write to standard output: \(error)")
    }
  }

  /// Writes rows in their order. While some are made here, another thread makes the next. Both get about
  /// as many bytes to make, however long rows are.
  static func write(_ rendering: Rendering) throws(Stop) {
    try write(rendering.head.span)
    var row = 0
    var step = 4096
    while row < rendering.count {
      let half = min(row + step, rendering.count)
      let next = half..<min(half + step, rendering.count)
      let others = next.isEmpty ? nil : Future { rendering.piece(next) }
      var size = 0
      let start = row
      while row < half {
        let piece = rendering.piece(row..<half)
        try write(piece.bytes.span)
        size += piece.bytes.count
        row = piece.nextRow
      }
      if let others {
        let piece = others.value()
        try write(piece.bytes.span)
        step = min(4096, max(64, (row - start) * Rendering.pieceSize * 3 / 4 / max(1, size)))
        row = piece.nextRow
      }
    }
    try write(rendering.end.span)
  }

  static func write(_ text: String) throws(Stop) {
    let bytes = Array(text.utf8)
    try write(bytes.span)
  }

  /// A line `sockeye: …` on standard error. That nobody reads it is no failure.
  static func say(_ sentence: String) {
    sayLine("sockeye: " + sentence)
  }

  /// The same of a text of several lines.
  static func say(lines text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (number, line) in lines.enumerated() {
      if number == 0 { say(line) } else { sayLine(line) }
    }
  }

  /// A line on standard error, every control character in it made visible: it may quote a name with
  /// a newline.
  static func sayLine(_ line: String) {
    let bytes = Array((escaped(line) + "\n").utf8)
    try? FileDescriptor.write(bytes.span, to: 2)
  }
}
