/// Lines of the test server on standard output. A slow reader holds the server up. One that does not
/// read at all does not keep it from its end.
struct ServeOutput {
  /// Readable when the end has come.
  let stop: Int32
  var isStopping = false
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
}
