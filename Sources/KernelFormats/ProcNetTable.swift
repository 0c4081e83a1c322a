public import SocketModel

/// Reads /proc/net/tcp, tcp6, udp or udp6 piece by piece (net/ipv4/tcp_ipv4.c, net/ipv4/udp.c).
///
/// A header is optional, and so is the last newline. A line that is not a row costs itself alone and is
/// counted in `malformed`. Rows that the kernel printed twice are still there twice: `RepeatedRows`
/// takes them out.
public struct ProcNetTable: Sendable {
  private let row: ProcNetRow
  private let keepsTails: Bool
  private var line = 0

  public private(set) var malformed = MalformedLines()

  /// A table of one protocol, written by a machine of the given byte order and ticks a second;
  /// `keepsTails` also asks for what is beside the socket itself.
  public init(
    _ kind: SocketKind, byteOrder: ByteOrder = .machine, ticksPerSecond: Int = 100,
    keepsTails: Bool = false
  ) {
    row = ProcNetRow(
      kind: kind, byteOrder: byteOrder, ticksPerSecond: UInt64(max(1, ticksPerSecond)))
    self.keepsTails = keepsTails
  }

  /// Appends the rows of the whole lines in `bytes`, and of the last line without a newline where
  /// nothing follows. Returns how many bytes that were: the rest belongs in front of the next piece.
  public mutating func parse(
    _ bytes: Span<UInt8>, isLast: Bool, into rows: inout [Socket], tails: inout [ProcNetTail]
  ) -> Int {
    let end = isLast ? bytes.count : Self.lastNewline(bytes)
    let lines = bytes.extracting(0..<end)
    var scanner = FieldScanner(position: 0)
    while scanner.position < end {
      line += 1
      parseLine(lines, &scanner, &rows, &tails)
      scanner.skipLine(lines)
    }
    return end
  }

  @inline(__always)
  private mutating func parseLine(
    _ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner, _ rows: inout [Socket],
    _ tails: inout [ProcNetTail]
  ) {
    scanner.skipBlanks(bytes)
    if scanner.isAtLineEnd(bytes) { return }
    do throws(ProcNetRow.Fault) {
      var tail = ProcNetTail()
      rows.append(try row.parse(bytes, &scanner, &tail))
      guard keepsTails else { return }
      tail.parse(bytes, from: scanner.position, row.kind)
      tails.append(tail)
    } catch {
      note(error, bytes)
    }
  }

  private mutating func note(_ fault: ProcNetRow.Fault, _ bytes: borrowing Span<UInt8>) {
    var scanner = FieldScanner(position: fault.position)
    scanner.skipField(bytes)
    if fault.column == .sl, isHeader(bytes, fault.position..<scanner.position) { return }
    let end = min(scanner.position, fault.position + MalformedLine.textLimit)
    malformed.add(
      MalformedLine(
        line: line, column: fault.column,
        text: (fault.position..<end).map { bytes[$0] }))
  }

  /// A first line that does not start with a number, whatever it says; later, where captures were
  /// joined, one that starts with `sl`.
  private func isHeader(_ bytes: borrowing Span<UInt8>, _ word: Range<Int>) -> Bool {
    guard let first = word.first else { return false }
    if line == 1 { return !(0x30...0x39).contains(bytes[first]) }
    return word.count == 2 && bytes[first] == UInt8(ascii: "s")
      && bytes[first + 1] == UInt8(ascii: "l")
  }

  /// The position after it; 0 where there is none.
  private static func lastNewline(_ bytes: borrowing Span<UInt8>) -> Int {
    var end = bytes.count
    while end > 0, bytes[end - 1] != FieldScanner.newline { end -= 1 }
    return end
  }
}
