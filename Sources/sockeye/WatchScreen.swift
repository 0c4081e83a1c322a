import Arguments
import LinuxSystem
import Watch

/// The terminal as the live view's screen, as long as this lives: its end gives the terminal back.
///
/// It is never waited for: what it does not take at once is written when there is room, and the frames
/// that would have come meanwhile are left out.
struct WatchScreen: ~Copyable {
  private var terminal: RawTerminal
  /// Where keys come from: standard input, or where that is something else the terminal itself.
  let keys: Int32
  private let opened: FileDescriptor?
  private let output: TerminalOutput
  private var writer: FrameWriter
  /// What is to be written, from `start` on.
  private var bytes: [UInt8] = []
  private var start = 0
  /// Whether the screen is the view's.
  private var isTaken = true

  // How long the last bytes may take: a terminal that is read at all takes them at once.
  private static let patience = Duration.milliseconds(500)

  init(hasColour: Bool, _ signals: borrowing SignalDescriptor) throws {
    var opened: FileDescriptor?
    if !isTerminal(0) {
      do throws(Errno) {
        opened = try FileDescriptor.open("/dev/tty", [.readWrite, .noControllingTerminal])
      } catch {
        throw Self.failure(error)
      }
    }
    let keys = opened?.rawValue ?? 0
    try Self.awaitForeground(keys, signals)
    let terminal: RawTerminal
    do throws(Errno) {
      terminal = try RawTerminal(keys, farewell: FrameWriter.farewell)
    } catch {
      throw Self.failure(error)
    }
    self.terminal = consume terminal
    self.keys = keys
    self.opened = opened
    output = TerminalOutput(1)
    writer = FrameWriter(hasColour: hasColour)
    bytes = writer.enter()
  }

  private static func failure(_ error: Errno) -> ExitError {
    ExitError(.unreadable, "can't read keys: \(error)")
  }

  deinit {
    if isTaken { Self.finish(bytes[start...] + FrameWriter.farewell, output) }
  }

  /// Whether another process group has the terminal, and the kernel would stop this process if it wrote
  /// its settings.
  var mustStop: Bool { RawTerminal.isAnothers(keys) && !Signal.terminalOutput.isIgnored }

  var size: ScreenSize {
    let size = TerminalSize(of: 1)
    return ScreenSize(columns: size?.columns ?? 80, rows: size?.rows ?? 24)
  }

  /// Other programs may have written on it: the next frame is drawn whole.
  mutating func forget() { writer.forget() }

  /// Whether it has yet to take what was shown last; then nothing else is shown.
  var isBehind: Bool { start < bytes.count }

  /// For poll(2): writable when there is room for the rest; none where there is no rest.
  var awaited: Int32 { isBehind ? output.rawValue : -1 }

  mutating func show(_ frame: Frame) throws(ExitError) {
    if isBehind { return }
    bytes = writer.bytes(for: frame)
    start = 0
    try flush()
  }

  /// Writes on, as far as there is room.
  mutating func flush() throws(ExitError) {
    do throws(Errno) {
      start = try output.write(bytes, from: start)
    } catch {
      throw Output.failure(error)
    }
  }

  /// Gives the terminal to whoever comes to the foreground while this process is stopped.
  mutating func giveBack() {
    if isTaken { Self.finish(bytes[start...] + writer.leave(), output) }
    (bytes, start) = ([], 0)
    isTaken = false
    terminal.giveBack()
  }

  mutating func takeAgain(_ signals: borrowing SignalDescriptor) throws {
    try Self.awaitForeground(keys, signals)
    try? terminal.takeKeys()
    isTaken = true
    if isBehind { return writer.forget() }
    (bytes, start) = (writer.enter(), 0)
    try flush()
  }

  /// Writes the last bytes, where somebody reads them. A terminal that is gone takes none.
  private static func finish(_ bytes: ArraySlice<UInt8>, _ output: borrowing TerminalOutput) {
    let bytes = Array(bytes)
    let deadline = MonotonicInstant.now() + patience
    var start = 0
    while start < bytes.count {
      do throws(Errno) {
        start = try output.write(bytes, from: start)
        if start == bytes.count { return }
        let left = max(.zero, deadline - .now())
        let ready = try PollSet.wait(at: output.rawValue, .writable, timeout: left)
        if ready.isEmpty { return }
      } catch {
        return
      }
    }
  }
}

// MARK: Job control

extension WatchScreen {
  /// Returns once the terminal is this process group's; until then the process is stopped, as the
  /// kernel would stop it at its first change of the terminal. What ends the process meanwhile does so
  /// before it has touched the terminal.
  ///
  /// That must not be left to the kernel: the signals that end the view are blocked and read by its
  /// loop, which a process that is stopped again at each attempt never comes to (`timeout` in a script
  /// puts it into a background group, and sends SIGTERM and SIGCONT).
  private static func awaitForeground(_ keys: Int32, _ signals: borrowing SignalDescriptor) throws {
    while RawTerminal.isAnothers(keys) && !Signal.terminalOutput.isIgnored {
      signals.takeDefaultAction(of: .terminalOutput)
      var wasStopped = false
      while let signal = try signals.next() {
        switch signal {
        case .continue: wasStopped = true
        case .windowChange, .terminalStop, .terminalInput, .terminalOutput: break
        case .interrupt: throw ExitError(.answered)
        default:
          signals.takeDefaultAction(of: signal)
          throw ExitError(.answered)
        }
      }
      // The kernel stops no process that nobody could let go on (an orphaned process group).
      if !wasStopped && RawTerminal.isAnothers(keys) {
        throw ExitError(
          .unreadable,
          "watch: the terminal is another process group's, and no shell can bring this one to the "
            + "foreground; sockeye watch | cat prints plain frames")
      }
    }
  }
}
