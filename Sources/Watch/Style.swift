public import Display

/// How a piece of text is drawn: a colour, and attributes that need none.
public struct Style: Hashable, Sendable {
  public var colour: Colour?
  public var isBold = false
  public var isDim = false
  public var isReversed = false

  public static let plain = Style()
  static let bold = Style(isBold: true)
  static let dim = Style(isDim: true)
  static let reversed = Style(isReversed: true)
  static let red = Style(colour: .red)
  static let green = Style(colour: .green)
  static let orange = Style(colour: .orange)
  static let teal = Style(colour: .teal)

  /// Appends the sequence that turns plain text into this.
  func write(to out: inout [UInt8], hasColour: Bool) {
    var codes: [String] = []
    if isBold { codes.append("1") }
    if isDim { codes.append("2") }
    if isReversed { codes.append("7") }
    if hasColour, let colour { codes.append("38;5;\(colour.rawValue)") }
    if codes.isEmpty { return }
    out += "\u{1b}[\(codes.joined(separator: ";"))m".utf8
  }
}
