/// How a piece of text is drawn: one of the terminal's own colours, which it draws readably on its
/// own background, and attributes that need no colour.
public struct Style: Hashable, Sendable {
  public enum Colour: UInt8, Sendable {
    // The numbers of ECMA-48, 8.3.117.
    case red = 31
    case green = 32
    case yellow = 33
    case cyan = 36
  }

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
  static let yellow = Style(colour: .yellow)
  static let cyan = Style(colour: .cyan)

  /// Appends the sequence that turns plain text into this.
  func write(to out: inout [UInt8], hasColour: Bool) {
    var codes: [String] = []
    if isBold { codes.append("1") }
    if isDim { codes.append("2") }
    if isReversed { codes.append("7") }
    if hasColour, let colour { codes.append("\(colour.rawValue)") }
    if codes.isEmpty { return }
    out += "\u{1b}[\(codes.joined(separator: ";"))m".utf8
  }
}
