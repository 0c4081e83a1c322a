import LinuxSystem

/// Lines of the test server on standard output. Its clients never wait for a reader of the log: what
/// is not read is dropped and counted. What must be said waits, but not beyond the server's end.
struct ServeOutput {
  /// Readable when the end has come.
  let stop: Int32
  var isStopping = false
  /// Log lines that nobody took.
  private(set) var dropped = 0
  /// Those of them that the log itself does not tell of yet.
  private var untold = 0
  /// Whether a line was not taken in time: the reader gets no other.
  private var isStuck = false

  // How long a line is waited for once the end has come.
  private static let patience = Duration.seconds(1)

  init(stop: Int32) { self.stop = stop }

  mutating func write(_ line: String) throws {
    if isStuck { return }
    let bytes = Array((line + "\n").utf8)
    let end = try isStopping ? 0 : Output.write(bytes, until: stop)
    isStuck = try Output.write(bytes, from: end, until: -1, timeout: Self.patience) < bytes.count
  }

  /// Writes a line of the log if it is taken at once: a pipe that is writable takes `PIPE_BUF` bytes.
  mutating func log(_ line: String) throws {
    if isStuck { return }
    if try PollSet.wait(at: 1, .writable, timeout: .zero).isEmpty {
      dropped += 1
      untold += 1
      return
    }
    if untold > 0 {
      let note = "! \(plural(untold, "line", "lines")) dropped: not read in time"
      untold = 0
      try Output.write("\(note)\n\(line)\n")
    } else {
      try Output.write(line + "\n")
    }
  }
}
