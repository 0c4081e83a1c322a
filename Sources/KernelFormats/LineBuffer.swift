/// A line in the making, of a file that comes in pieces. Of a longer one than any that is meant the rest is
/// left out.
struct LineBuffer: Sendable {
  private(set) var line: [UInt8] = []
  /// A unix socket's name has at most 108 bytes.
  private static let longest = 1024

  /// Takes a byte; true for the newline, which is not kept.
  mutating func endsLine(_ byte: UInt8) -> Bool {
    if byte == FieldScanner.newline { return true }
    if line.count < Self.longest { line.append(byte) }
    return false
  }

  mutating func clear() { line.removeAll(keepingCapacity: true) }
}
