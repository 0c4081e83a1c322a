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
    #expect(ExpectedCount.zero.holds(for: 0) && !ExpectedCount.zero.holds(for: 1))
    #expect(ExpectedCount.atLeastOne.holds(for: 1) && !ExpectedCount.atLeastOne.holds(for: 0))
    #expect(
      ExpectedCount.fewer(than: 3).holds(for: 2) && !ExpectedCount.fewer(than: 3).holds(for: 3))
    #expect(ExpectedCount.more(than: 3).holds(for: 4) && !ExpectedCount.more(than: 3).holds(for: 3))
    #expect(
      ["none", "any", "3", "<3", ">3"].map { ExpectedCount($0)?.description ?? "" }
        == ["none", "any", "3", "<3", ">3"])
  }
}
