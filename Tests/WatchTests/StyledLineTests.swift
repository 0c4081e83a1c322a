import Testing

@testable import Watch

struct StyledLineTests {
  static let cuts: [(String, Int, String)] = [
    ("postgres", 8, "postgres"), ("postgres", 7, "postgr…"), ("postgres", 1, "…"),
    ("postgres", 0, ""), ("日本語", 6, "日本語"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"),
    ("e\u{301}tude", 3, "e\u{301}t…"),
  ]

  @Test(arguments: cuts)
  func isCutBetweenCharacters(_ cut: (String, Int, String)) {
    var line = StyledLine(cut.0)
    line.cut(to: cut.1)
    #expect(line.text == cut.2)
    #expect(line.width <= cut.1)
  }

  static let wraps: [(String, Int, [String])] = [
    ("a bc def", 8, ["a bc def"]), ("a bc def", 4, ["a bc", "def"]),
    ("abcdef gh", 4, ["abcd", "ef", "gh"]), ("ab cd", 2, ["ab", "cd"]),
    ("日本語", 4, ["日本", "語"]), ("日本", 1, ["日", "本"]), ("a  b", 3, ["a ", "b"]),
  ]

  @Test(arguments: wraps)
  func isWrappedAtBlanks(_ wrap: (String, Int, [String])) {
    #expect(StyledLine(wrap.0).wrapped(to: wrap.1).map(\.text) == wrap.2)
  }

  @Test func keepsStylesWhenItIsCutAndWrapped() {
    var line = StyledLine("red ", .red)
    line.append("plain words")
    #expect(line.wrapped(to: 9).map { $0.runs.first?.style } == [.red, .plain])
    line.cut(to: 3)
    #expect(line.runs == [StyledLine.Run(text: "re…", style: .red)])
  }

  @Test func isReversedOverTheWholeWidth() {
    let line = StyledLine("ab", .dim).reversed(to: 4)
    #expect(line.width == 4)
    #expect(line.runs == [StyledLine.Run(text: "ab  ", style: .reversed)])
  }
}
