/// Texts that are written between the values of every row.
///
/// They are written in steps of 32 bytes, and what is too much is taken back: a copy of a constant
/// length becomes a few wide moves where one of any length goes byte by byte. A comma is a byte.
struct ConstantTexts: Sendable {
  private static let step = 32
  /// Each text is followed by zeros up to a multiple of the step.
  private var bytes: [UInt8] = []

  /// Where a text is.
  struct Place {
    fileprivate let start: Int
    fileprivate let end: Int
  }

  /// The most bytes that all of them take while they are written one after the other.
  var capacity: Int { bytes.count }

  mutating func add(_ text: String) -> Place {
    let start = bytes.count
    bytes.append(text)
    let place = Place(start: start, end: bytes.count)
    let rest = (place.end - start) % Self.step
    if rest > 0 { bytes += [UInt8](repeating: 0, count: Self.step - rest) }
    return place
  }

  /// Appends the text; there is room for `capacity` bytes.
  @inline(__always)
  func write(_ place: Place, to out: inout OutputSpan<UInt8>) {
    if place.end == place.start + 1 { return out.append(bytes[place.start]) }
    var at = place.start
    while at < place.end {
      let text = bytes.span.extracting(at..<at &+ Self.step)
      let start = out.count
      out.append(repeating: 0, count: Self.step)
      var copy = out.mutableSpan
      for index in 0..<Self.step { copy[start &+ index] = text[index] }
      at &+= Self.step
    }
    out.removeLast(at &- place.end)
  }
}
