/// The lines of the character generator (RFC 864): 72 of the 95 printing characters, each line
/// beginning one character later.
struct CharacterPattern {
  /// One whole turn of 95 lines, twice, so that a piece may begin anywhere in the first.
  let bytes: [UInt8]
  static let period = 95 * 74

  init() {
    bytes = [UInt8](capacity: 2 * Self.period) { out in
      for line in 0..<190 {
        for column in 0..<72 {
          out.append(UInt8(truncatingIfNeeded: 0x20 + (line + column) % 95))
        }
        out.append(0x0d)
        out.append(0x0a)
      }
    }
  }

  /// A piece of at most `count` bytes that begins where `position` bytes were sent before.
  func range(at position: UInt64, atMost count: Int) -> Range<Int> {
    let start = Int(position % UInt64(Self.period))
    return start..<min(start + count, bytes.count)
  }
}
