import Testing

@testable import Display

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("sshd", 4), ("naïve", 5), ("e\u{301}", 1), ("日本語", 6), ("한국", 4), ("ｆｕｌｌ", 8),
    ("😀", 2), ("ﾊﾝｶｸ", 4), ("Ωμέγα", 5), ("\u{1100}\u{ac00}", 4), ("⌚", 2), ("→", 1), ("█", 1),
    ("\u{20000}", 2), ("नि", 2),
  ])
  func countsColumns(text: String, width: Int) {
    #expect(displayWidth(text) == width)
  }
}
