import Testing

@testable import Peers

struct CharacterPatternTests {
  @Test(arguments: [0, 1, 73, 74, 7029, 7030, 7031, UInt64.max])
  func aPieceMayBeginAnywhere(position: UInt64) {
    let pattern = CharacterPattern()
    let range = pattern.range(at: position, atMost: 7030)
    #expect(range.count == 7030)
    #expect(range.lowerBound == Int(position % 7030))
    #expect(pattern.bytes[range.lowerBound] == pattern.bytes[range.upperBound - 7030])
  }

  @Test func aPieceEndsWithThePattern() {
    let pattern = CharacterPattern()
    #expect(pattern.range(at: 7029, atMost: 1 << 20).upperBound == pattern.bytes.count)
  }
}
