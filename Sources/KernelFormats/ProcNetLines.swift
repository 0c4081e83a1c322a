public import SocketModel

/// A table under /proc/net with a header and a socket a line, all of its numbers: `packet` and `netlink`.
public struct ProcNetLines: Sendable {
  public private(set) var rows: [Socket] = []
  /// Lines that could not be read.
  public private(set) var unread = 0
  /// Up to the newline.
  public typealias RowParser = @Sendable (Span<UInt8>) -> Socket?

  private let row: RowParser
  private var lines = LineBuffer()
  private var isHeader = true

  /// `row` reads a line; nil where it is none.
  public init(_ row: @escaping RowParser) { self.row = row }

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
    } else if let socket = row(lines.line.span) {
      rows.append(socket)
    } else {
      unread += 1
    }
  }
}

extension FieldScanner {
  /// The next field as a decimal number, which old kernels print with a minus where it is beyond 2^31.
  mutating func signed(_ line: Span<UInt8>) -> UInt32? {
    skipBlanks(line)
    let isNegative = accept(UInt8(ascii: "-"), line)
    guard let value = decimal(line), isAtFieldEnd(line) else { return nil }
    if !isNegative { return UInt32(exactly: value) }
    return value <= 1 << 31 ? UInt32(truncatingIfNeeded: 0 &- value) : nil
  }

  /// The next field as a hexadecimal number of at most `limit` digits.
  mutating func word(_ line: Span<UInt8>, limit: Int) -> UInt64? {
    skipBlanks(line)
    guard let value = hexadecimal(line, limit: limit), isAtFieldEnd(line) else { return nil }
    return value
  }
}
