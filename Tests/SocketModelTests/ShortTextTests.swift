import SocketModel
import Testing

@Suite struct ShortTextTests {
  private func text(_ bytes: [UInt8]) -> ShortText? { ShortText(bytes.span) }

  @Test(arguments: ["a", "cubic", "eightcha", "ninechars", "sixteen chars so", "ü"])
  func holdsUpToSixteenBytes(word: String) {
    let bytes = Array(word.utf8)
    let short = text(bytes)
    #expect(short?.bytes == bytes && short?.count == bytes.count)
    #expect(short.map { Array($0) } == bytes)
    #expect(short.map { "\($0)" } == word)
    #expect(text(bytes + [0, 65]) == short, "a NUL ends it")
    #expect(short == ShortText(stringLiteral: word))
  }

  @Test func nothingAndTooMuchAreNoText() {
    #expect(text([]) == nil)
    #expect(text([0]) == nil)
    #expect(text([0, 65]) == nil)
    #expect(text([UInt8](repeating: 65, count: 17)) == nil)
    #expect(text([UInt8](repeating: 65, count: 16) + [0])?.count == 16)
  }

  @Test func anyOtherByteIsKept() {
    let bytes = Array(UInt8(240)...255)
    #expect(text(bytes)?.bytes == bytes)
    #expect(text([0x1b, 0x80, 0xff])?.bytes == [0x1b, 0x80, 0xff])
  }

  @Test func goesByItsBytes() {
    let sorted: [ShortText] = ["a", "aa", "ab", "abcdefgh", "abcdefghi", "abcdefgi", "b"]
    #expect(sorted.reversed().sorted() == sorted)
  }
}
