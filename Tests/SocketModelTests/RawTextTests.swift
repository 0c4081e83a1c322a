import SocketModel
import TestSupport
import Testing

@Suite struct RawTextTests {
  @Test(
    arguments: [
      (Array("café /tmp".utf8), "café /tmp"), ([0x63, 0xe9], "c\u{10ffe9}"), ([], ""),
      // Cut short, overlong, a surrogate, too large.
      ([0xe2, 0x82], "\u{10ffe2}\u{10ff82}"), ([0xc0, 0xaf], "\u{10ffc0}\u{10ffaf}"),
      ([0xed, 0xa0, 0x80], "\u{10ffed}\u{10ffa0}\u{10ff80}"),
      ([0xf4, 0x90, 0x80, 0x80], "\u{10fff4}\u{10ff90}\u{10ff80}\u{10ff80}"),
      // A character that would stand for a byte is kept as its own bytes.
      ([0xf4, 0x8f, 0xbf, 0xa9], "\u{10fff4}\u{10ff8f}\u{10ffbf}\u{10ffa9}"),
      // One beside it in the same plane is a character.
      ([0xf4, 0x80, 0x80, 0x80, 0x41], "\u{100000}A"),
    ] as [([UInt8], String)])
  func bytesAsText(bytes: [UInt8], text: String) {
    #expect(String(raw: bytes) == text)
    #expect(text.rawBytes == bytes)
  }

  @Test func noByteIsLost() {
    fuzz(Array("a/b-é-\u{10fff0}-\u{1f600}.x".utf8), mutations: 2000) { bytes in
      if String(raw: bytes).rawBytes != bytes { Issue.record("\(bytes)") }
    }
  }
}
