import Arguments
import Display
import LinuxSystem
import SocketModel

/// Standard output and standard error. Bytes from elsewhere are escaped before they come here, or on
/// the way (`say`).
enum Output {
  /// Writes to standard output. A reader that has gone away ends the command in silence; anything
  /// else that goes wrong, a full disk say, ends it with a message.
  static func write(_ bytes: Span<UInt8>) throws(ExitError) {
    do throws(Errno) {
      try FileDescriptor.write(bytes, to: 1)
    } catch {
      throw failure(error)
    }
  }

  /// What a failure to write to standard output means.
  static func failure(_ error: Errno) -> ExitError {
    error == .brokenPipe
      ? ExitError(.answered)
      : ExitError(.unreadable, "can't write to standard output: \(explained(error))")
  }

  /// Writes rows in their order. While some are made here, another thread makes the next. Both get about
  /// as many bytes to make, however long rows are.
  static func write(_ rendering: Rendering) throws(ExitError) {
    try write(rendering.head.span)
    var row = 0
    var step = 4096
    var next = others(rendering, from: step, step)
    while row < rendering.count {
      let half = min(row + step, rendering.count)
      var size = 0
      let start = row
      while row < half {
        let piece = rendering.piece(row..<half)
        try write(piece.bytes.span)
        size += piece.bytes.count
        row = piece.nextRow
      }
      guard let others = next.take() else { continue }
      let piece = others.value()
      step = min(4096, max(64, (row - start) * Rendering.pieceSize * 3 / 4 / max(1, size)))
      row = piece.nextRow
      // They are made while these are written.
      next = Self.others(rendering, from: row + step, step)
      try write(piece.bytes.span)
    }
    try write(rendering.end.span)
  }

  /// Rows that another thread makes; nil for none.
  private static func others(
    _ rendering: Rendering, from start: Int, _ count: Int
  ) -> Future<Rendering.Piece>? {
    if start >= rendering.count { return nil }
    let rows = start..<min(start + count, rendering.count)
    return Future { rendering.piece(rows) }
  }

  static func write(_ text: String) throws(ExitError) {
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

  /// The sum of a listing on standard error, in lines that its terminal has room for.
  static func saySum(_ listing: Listing, besides: String? = nil) {
    let width = TerminalSize(of: 2)?.columns ?? .max
    let sum = summary(listing) + (besides.map { ", " + $0 } ?? "")
    for line in wrapped(sum, to: width) { sayLine(line) }
  }

  /// A line on standard error, every control character in it made visible: it may quote a name with
  /// a newline.
  static func sayLine(_ line: String) {
    let bytes = Array((escaped(line) + "\n").utf8)
    try? FileDescriptor.write(bytes.span, to: 2)
  }
}

extension Output {
  /// Writes from `start` on, until all is taken, the time is over, or it would have to wait while
  /// the descriptor `stop` has something to read: a signal, which a write to a full pipe keeps from
  /// its end for as long as nobody reads. Returns where it came to: within a line only where nobody
  /// has read on for a second.
  static func write(
    _ bytes: [UInt8], from start: Int = 0, until stop: Int32, timeout: Duration? = nil
  ) throws -> Int {
    let deadline = timeout.map { MonotonicInstant.now() + $0 }
    let isTerminal = isTerminal(1)
    let terminal = TerminalOutput(isTerminal ? 1 : -1)
    var start = start
    while start < bytes.count {
      let isWithinLine = stop >= 0 && start > 0 && bytes[start - 1] != newline
      let left = deadline.map { max(.zero, $0 - .now()) }
      var set = PollSet()
      let output = set.add(isTerminal ? terminal.rawValue : 1, .writable)
      set.add(isWithinLine ? -1 : stop)
      let ready = try set.wait(timeout: isWithinLine ? min(left ?? .seconds(1), .seconds(1)) : left)
      if ready == 0 || set[output].isEmpty { break }
      do throws(Errno) {
        if isTerminal {
          start = try terminal.write(bytes, from: start)
        } else {
          let end = endOfPiece(bytes, from: start)
          try FileDescriptor.write(bytes.span.extracting(start..<end), to: 1)
          start = end
        }
      } catch {
        throw failure(error)
      }
    }
    return start
  }

  private static let newline = UInt8(ascii: "\n")

  /// A pipe that is writable takes so many bytes without blocking (`PIPE_BUF`): whole lines of them,
  /// where they are shorter than that.
  private static func endOfPiece(_ bytes: [UInt8], from start: Int) -> Int {
    let end = min(start + 4096, bytes.count)
    return bytes[start..<end].lastIndex(of: newline).map { $0 + 1 } ?? end
  }
}
