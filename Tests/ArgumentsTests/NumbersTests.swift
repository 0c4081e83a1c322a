import Testing

@testable import Arguments

@Suite("Numbers and times")
struct NumbersTests {
  @Test(
    arguments: [
      ("2", 2000), ("0.25", 250), ("500ms", 500), ("2s", 2000), ("1.5m", 90_000), ("1h", 3_600_000),
      ("1d", 86_400_000),
      ("0.0001", 0), ("10.", nil), (".5", 500), (".", nil), ("", nil), ("-1", nil), ("+1", nil),
      ("1e3", nil),
      ("1.2.3", nil), ("s", nil), ("٣", nil), ("99999999999999999999", nil),
      ("0.99999999999999999999999", nil), ("4294967295h", 4_294_967_295 * 3_600_000),
    ] as [(String, Int?)])
  func times(text: String, expected: Int?) {
    #expect(milliseconds(in: text) == expected)
  }

  @Test(arguments: [(100, "0.1"), (86_400_000, "86400"), (0, "0"), (1_250, "1.25"), (5, "0.005")])
  func written(time: Int, expected: String) {
    #expect(asSeconds(time) == expected)
  }

  @Test(
    arguments: [
      ("none", .zero), ("any", .atLeastOne), ("0", .zero), ("3", .exactly(3)), ("=3", .exactly(3)),
      ("<3", .fewer(than: 3)), (">3", .more(than: 3)), ("", nil), ("<", nil), ("<=3", nil),
      ("three", nil), ("-1", nil),
    ] as [(String, ExpectedCount?)])
  func expectations(text: String, expected: ExpectedCount?) {
    #expect(ExpectedCount(text) == expected)
  }

  @Test func expectationsHold() {
    for (expected, counts, holds) in [
      (.zero, 0...0, true), (.zero, 1...1, false), (.zero, 0...1, nil), (.zero, 1...Int.max, false),
      (.atLeastOne, 1...1, true), (.atLeastOne, 0...0, false), (.atLeastOne, 1...Int.max, true),
      (.fewer(than: 3), 2...2, true), (.fewer(than: 3), 3...3, false),
      (.fewer(than: 3), 2...3, nil), (.fewer(than: 3), 3...Int.max, false),
      (.more(than: 3), 4...4, true), (.more(than: 3), 3...3, false), (.more(than: 3), 3...4, nil),
      (.exactly(3), 3...Int.max, nil), (.exactly(3), 4...Int.max, false),
    ] as [(ExpectedCount, ClosedRange<Int>, Bool?)] {
      #expect(expected.holds(for: counts) == holds, "\(expected) of \(counts)")
    }
    #expect(
      ["none", "any", "3", "<3", ">3"].map { ExpectedCount($0)?.description ?? "" }
        == ["none", "any", "3", "<3", ">3"])
  }
}
