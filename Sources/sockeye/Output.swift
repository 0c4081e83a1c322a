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
      if error == .brokenPipe { throw ExitError(.answered) }
      throw ExitError(.unreadable, "can't write to standard output: \(explained(error))")
    }
  }

  /// Writes rows in their order. While some are made here, another thread makes the next. Both get about
  /// as many bytes to make, however long rows are.
  static func write(_ rendering: Rendering) throws(ExitError) {
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
  static func saySum(_ listing: Listing) {
    let width = TerminalSize(of: 2)?.columns ?? .max
    for line in wrapped(summary(listing), to: width) { sayLine(line) }
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
  /// its end for as long as nobody reads. Returns where it came to.
  static func write(
    _ bytes: [UInt8], from start: Int = 0, until stop: Int32, timeout: Duration? = nil
  ) throws -> Int {
    let deadline = timeout.map { MonotonicInstant.now() + $0 }
    var start = start
    while start < bytes.count {
      var set = PollSet()
      let output = set.add(1, .writable)
      set.add(stop)
      let ready = try set.wait(timeout: deadline.map { max(.zero, $0 - .now()) })
      if ready == 0 || set[output].isEmpty { break }
      // A pipe that is writable takes so many bytes without blocking (`PIPE_BUF`).
      let end = min(start + 4096, bytes.count)
      try write(bytes.span.extracting(start..<end))
      start = end
    }
    return start
  }
}
