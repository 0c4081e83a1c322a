import Testing

@testable import Watch

struct FrameWriterTests {
  private func frame(_ lines: [String], columns: Int = 10, rows: Int = 4) -> Frame {
    Frame(ScreenSize(columns: columns, rows: rows), lines.map { StyledLine($0) })
  }

  @Test func drawsOnlyWhatChanged() {
    var writer = FrameWriter(hasColour: true)
    _ = writer.bytes(for: frame(["one", "two", "three"]))
    let bytes = writer.bytes(for: frame(["one", "2", "three"]))
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "\u{1b}[?2026h\u{1b}[2;1H2\u{1b}[K\u{1b}[?2026l")
    #expect(writer.bytes(for: frame(["one", "2", "three"])).isEmpty)
  }

  @Test func drawsAllAgainAfterAResize() {
    var writer = FrameWriter(hasColour: true)
    _ = writer.bytes(for: frame(["one"]))
    let bytes = writer.bytes(for: frame(["one"], columns: 11))
    #expect(String(decoding: bytes, as: UTF8.self).contains("\u{1b}[2J\u{1b}[1;1Hone"))
  }

  @Test func leavesTheLastColumnAlone() {
    var writer = FrameWriter(hasColour: true)
    let bytes = writer.bytes(for: frame(["0123456789"]))
    #expect(!String(decoding: bytes, as: UTF8.self).contains("\u{1b}[K"))
  }

  @Test(arguments: [true, false])
  func usesColourOnlyWhereItMay(_ hasColour: Bool) {
    var writer = FrameWriter(hasColour: hasColour)
    var line = StyledLine("new", .green)
    line.append("here", .reversed)
    let bytes = writer.bytes(for: Frame(ScreenSize(columns: 20, rows: 1), [line]))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("\u{1b}[38;5;28mnew\u{1b}[0m") == hasColour)
    #expect(text.contains("\u{1b}[7mhere\u{1b}[0m"))
  }

  @Test func givesBackAllThatItTakes() {
    var writer = FrameWriter(hasColour: true)
    let entered = String(decoding: writer.enter(), as: UTF8.self)
    let left = String(decoding: writer.leave(), as: UTF8.self)
    for mode in ["?1049h", "?25l", "?7l"] { #expect(entered.contains("\u{1b}[\(mode)")) }
    for mode in ["?1049l", "?25h", "?7h", "0m"] { #expect(left.contains("\u{1b}[\(mode)")) }
    // No mouse: it would keep people from copying.
    for mode in ["?1000", "?1002", "?1003", "?1006"] { #expect(!entered.contains(mode)) }
  }

  /// Whatever comes after whatever, the screen shows the last frame.
  @Test func endsWithTheFrameOnAnyScreen() {
    var writer = FrameWriter(hasColour: true)
    var screen = Screen(columns: 12, rows: 6)
    let words = ["", "a", "日本語", "0123456789ab", "tcp 1.2.3.4", "  -  "]
    for _ in 0..<300 {
      let lines = (0..<Int.random(in: 0...6)).map { _ in words.randomElement() ?? "" }
      let next = frame(lines, columns: 12, rows: 6)
      screen.take(writer.bytes(for: next))
      for row in 0..<6 {
        let expected = row < next.lines.count ? next.lines[row].text : ""
        #expect(screen.text(row) == trimmed(expected))
      }
    }
  }

  private func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }
}

/// As much of a terminal as the writer uses.
private struct Screen {
  private var cells: [[Character?]]
  private var row = 0
  private var column = 0

  init(columns: Int, rows: Int) {
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  func text(_ row: Int) -> String {
    var text = String(cells[row].compactMap { $0 })
    while text.last == " " { text.removeLast() }
    return text
  }

  mutating func take(_ bytes: [UInt8]) {
    var rest = String(decoding: bytes, as: UTF8.self)[...]
    while let character = rest.popFirst() {
      if character != "\u{1b}" {
        put(character)
        continue
      }
      rest.removeFirst()
      let parameters = rest.prefix { !$0.isLetter }
      rest.removeFirst(parameters.count)
      apply(rest.removeFirst(), parameters)
    }
  }

  private mutating func apply(_ final: Character, _ parameters: Substring) {
    switch final {
    case "H":
      let numbers = parameters.split(separator: ";").compactMap { Int($0) }
      (row, column) = (numbers[0] - 1, numbers[1] - 1)
    case "J": cells = cells.map { $0.map { _ in " " } }
    case "K": for index in column..<cells[row].count { cells[row][index] = " " }
    default: break
    }
  }

  private mutating func put(_ character: Character) {
    cells[row][column] = character
    column += 1
    if character.unicodeScalars.contains(where: { $0.value > 0x2e80 }) {
      cells[row][column] = nil
      column += 1
    }
  }
}
