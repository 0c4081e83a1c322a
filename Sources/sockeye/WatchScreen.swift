import Arguments
import LinuxSystem
import Watch

/// The terminal as the live view's screen, as long as this lives: its end gives the terminal back.
struct WatchScreen: ~Copyable {
  private let terminal: RawTerminal
  /// Where keys come from: standard input, or where that is something else the terminal itself.
  let keys: Int32
  private let opened: FileDescriptor?
  private var writer: FrameWriter

  init(hasColour: Bool) throws(ExitError) {
    var opened: FileDescriptor?
    do throws(Errno) {
      if !isTerminal(0) {
        opened = try FileDescriptor.open("/dev/tty", [.readWrite, .noControllingTerminal])
      }
      let keys = opened?.rawValue ?? 0
      let terminal = try RawTerminal(keys)
      var writer = FrameWriter(hasColour: hasColour)
      try? FileDescriptor.write(writer.enter().span, to: 1)
      self.keys = keys
      self.terminal = consume terminal
      self.writer = writer
    } catch {
      throw ExitError(.unreadable, "can't read keys: \(error)")
    }
    self.opened = opened
  }

  deinit {
    var writer = writer
    let bytes = writer.leave()
    try? FileDescriptor.write(bytes.span, to: 1)
  }

  var size: ScreenSize {
    let size = TerminalSize(of: 1)
    return ScreenSize(columns: size?.columns ?? 80, rows: size?.rows ?? 24)
  }

  /// Other programs may have written on it: the next frame is drawn whole.
  mutating func forget() { writer.forget() }

  mutating func show(_ frame: Frame) throws(ExitError) { try write(writer.bytes(for: frame)) }

  /// Gives the terminal to whoever comes to the foreground while this process is stopped.
  mutating func giveBack() throws(ExitError) {
    try write(writer.leave())
    terminal.giveBack()
  }

  mutating func takeAgain() throws(ExitError) {
    try? terminal.takeKeys()
    try write(writer.enter())
  }

  private func write(_ bytes: [UInt8]) throws(ExitError) {
    if !bytes.isEmpty { try Output.write(bytes.span) }
  }
}
