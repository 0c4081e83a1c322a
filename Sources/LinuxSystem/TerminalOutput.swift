/// A terminal as something to write to that never waits for whoever reads it: a window whose
/// connection is stalled, say.
///
/// The terminal is opened once more, since O_NONBLOCK is of the file description, which is shared with
/// the shell. Where that is not to be had a byte at a time is written, for which poll(2) promises
/// room; of more it does not say how much there is.
public struct TerminalOutput: ~Copyable, Sendable {
  private let opened: FileDescriptor?
  /// For poll(2): writable when there is room.
  public let rawValue: Int32
  private let isNonBlocking: Bool

  /// The descriptor stays the caller's.
  public init(_ descriptor: Int32) {
    do throws(Errno) {
      let opened = try FileDescriptor.open(
        "/proc/self/fd/\(descriptor)", [.writeOnly, .noControllingTerminal, .nonBlocking])
      rawValue = opened.rawValue
      isNonBlocking = true
      self.opened = consume opened
    } catch {
      rawValue = descriptor
      isNonBlocking = false
      opened = nil
    }
  }

  /// Writes what there is room for, and returns where in `bytes` it came to.
  public func write(_ bytes: [UInt8], from start: Int) throws(Errno) -> Int {
    var start = start
    while start < bytes.count {
      if !isNonBlocking {
        let ready = try PollSet.wait(at: rawValue, .writable, timeout: .zero)
        if ready.isEmpty { return start }
      }
      let end = isNonBlocking ? bytes.count : start + 1
      do throws(Errno) {
        start += try FileDescriptor.writeOnce(bytes, start..<end, to: rawValue)
      } catch .wouldBlock {
        return start
      }
    }
    return start
  }
}
