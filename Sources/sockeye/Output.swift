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

  /// Writes rows in their order. While some are made here, another thread makes those behind them.
  static func write(_ rendering: Rendering) throws(Stop) {
    try write(rendering.head.span)
    var row = 0
    while row < rendering.count {
      let half = min(row + 4096, rendering.count)
      let behind = half..<min(half + 4096, rendering.count)
      let others = behind.isEmpty ? nil : Future { rendering.piece(behind) }
      while row < half {
        let piece = rendering.piece(row..<half)
        try write(piece.bytes.span)
        row = piece.nextRow
      }
      if let others {
        let piece = others.value()
        try write(piece.bytes.span)
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

  /// The same of a sentence that quotes what others chose, names say: a newline in it ends no line.
  static func sayQuoting(_ sentence: String) {
    let bytes = Array((escaped("sockeye: " + sentence) + "\n").utf8)
    try? FileDescriptor.write(bytes.span, to: 2)
  }

  /// A line on standard error, every control character in it made visible.
  static func sayLine(_ line: String) {
    let bytes = Array(
      (line.split(separator: "\n", omittingEmptySubsequences: false)
        .map { escaped(Array($0.utf8)) }.joined(separator: "\n") + "\n").utf8)
    try? FileDescriptor.write(bytes.span, to: 2)
  }
}
