import LinuxSystem

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
