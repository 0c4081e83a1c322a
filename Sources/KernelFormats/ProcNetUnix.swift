public import SocketModel

/// The text of `/proc/net/unix` (`unix_seq_show`, net/unix/af_unix.c).
///
/// It has no queues, users and other ends. A NUL in an abstract name is an `@` in it, and a name with a
/// newline takes several lines, of which nobody can say what is the name and what is not: such a row is
/// left out, and counted in `unread`. A process that wants to can name a socket so that its second line
/// is a row.
public struct ProcNetUnix: Sendable {
  public private(set) var rows: [Row] = []
  public struct Row: Sendable {
    public let socket: Socket
    public let name: UnixName?
    /// What refers to it in the kernel.
    public let references: UInt32
    /// `__SO_ACCEPTCON` and, of old kernels, others.
    public let flags: UInt32
    /// `SS_…` (include/uapi/linux/net.h).
    public let state: UInt32
  }

  /// Rows that could not be read.
  public private(set) var unread = 0
  private var lines = LineBuffer()
  private var isHeader = true
  /// Whether the line before was a row that is kept.
  private var endsWithRow = false

  public init() {}

  /// Takes the next piece of the file.
  public mutating func append(_ text: Span<UInt8>) {
    for index in text.indices where lines.endsLine(text[index]) { endLine() }
  }

  /// Takes what comes after the last newline as a line.
  public mutating func finish() { if !lines.line.isEmpty { endLine() } }

  private mutating func endLine() {
    defer { lines.clear() }
    if isHeader {
      isHeader = false
      return
    }
    if let row = Self.row(lines.line.span) {
      rows.append(row)
      endsWithRow = true
    } else {
      // The rest of a name: the row before has only the beginning of it.
      if endsWithRow { rows.removeLast() }
      if endsWithRow || rows.isEmpty && unread == 0 { unread += 1 }
      endsWithRow = false
    }
  }

  /// `Num: RefCount Protocol Flags Type St Inode Path`; nil for a line that is not a row.
  private static func row(_ line: Span<UInt8>) -> Row? {
    var scanner = FieldScanner(position: 0)
    let colon = UInt8(ascii: ":")
    guard scanner.hexadecimal(line, limit: 16) != nil, scanner.accept(colon, line),
      let references = scanner.word(line, limit: 8), let _ = scanner.word(line, limit: 8),
      let flags = scanner.word(line, limit: 8), let type = scanner.word(line, limit: 4),
      let state = scanner.word(line, limit: 2)
    else { return nil }
    scanner.skipBlanks(line)
    guard let inode = scanner.decimal(line),
      let kind = UInt8(exactly: type).flatMap(SocketKind.init(unixType:)),
      scanner.isAtFieldEnd(line)
    else { return nil }
    let name = name(line, after: scanner.position)
    let local = name?.endpoint ?? .none
    return Row(
      socket: Socket(
        kind, local: local, remote: .none, state: Self.state(state, flags), rawUID: .max,
        inode: inode),
      name: name, references: UInt32(truncatingIfNeeded: references),
      flags: UInt32(truncatingIfNeeded: flags), state: UInt32(truncatingIfNeeded: state))
  }

  private static func name(_ line: Span<UInt8>, after position: Int) -> UnixName? {
    guard position + 1 < line.count else { return nil }
    let bytes = (position + 1..<line.count).map { line[$0] }
    return bytes.first == UInt8(ascii: "@")
      ? UnixName(bytes.dropFirst(), isAbstract: true) : UnixName(bytes, isAbstract: false)
  }

  /// From `SS_…` (include/uapi/linux/net.h) and `__SO_ACCEPTCON`.
  private static func state(_ state: UInt64, _ flags: UInt64) -> TCPState {
    if flags & 0x10000 != 0 { return .listening }
    return state == 3 ? .established : .closed
  }
}
