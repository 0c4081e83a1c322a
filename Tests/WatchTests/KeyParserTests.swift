import TestSupport
import Testing
import Watch

struct KeyParserTests {
  static let sequences: [(String, [Key])] = [
    ("q", [.character("q")]),
    ("\u{1b}[A\u{1b}[B\u{1b}[C\u{1b}[D", [.up, .down, .right, .left]),
    ("\u{1b}OA\u{1b}OB\u{1b}OH\u{1b}OF", [.up, .down, .home, .end]),
    ("\u{1b}[1;5A\u{1b}[1;2B", [.up, .down]),
    ("\u{1b}[5~\u{1b}[6~\u{1b}[5;2~", [.pageUp, .pageDown, .pageUp]),
    ("\u{1b}[1~\u{1b}[4~\u{1b}[7~\u{1b}[8~\u{1b}[3~", [.home, .end, .home, .end, .delete]),
    ("\u{1b}[H\u{1b}[F\u{1b}[Z", [.home, .end, .backTab]),
    ("\u{1b}[20~\u{1b}[20;2~", [.function(9), .function(9)]),
    ("\r\n\t\u{7f}\u{8}", [.enter, .enter, .tab, .backspace, .backspace]),
    ("\u{15}\u{17}", [.control("u"), .control("w")]),
    ("ü€😀", [.character("ü"), .character("€"), .character("😀")]),
    ("\u{1b}\u{1b}[A", [.escape, .up]),
    ("\u{1b}x", [.escape, .character("x")]),
    ("\u{1b}OM", [.enter]),
    // What no key sends, and replies of terminals.
    ("\u{1b}[15~\u{1b}[200~", []),
    ("\u{1b}[?62;22c", []),
    ("\u{1b}[<0;10;10M", []),
    ("\u{1b}[[A", []),
    ("\u{1b}OP", []),
    ("\u{0}\u{1c}", []),
    ("\u{1b}[\u{1b}[B", [.down]),
    ("\u{1b}[1\rj", [.enter, .character("j")]),
  ]

  @Test(arguments: sequences)
  func readsKeysHoweverTheyArrive(_ sequence: (String, [Key])) {
    let bytes = Array(sequence.0.utf8)
    for cut in 0...bytes.count {
      var parser = KeyParser()
      let head = Array(bytes[..<cut])
      let tail = Array(bytes[cut...])
      #expect(parser.feed(head.span) + parser.feed(tail.span) == sequence.1)
      #expect(!parser.isWaiting)
    }
  }

  @Test func letsSilenceDecideAboutEsc() {
    var parser = KeyParser()
    let esc: [UInt8] = [0x1b]
    #expect(parser.feed(esc.span).isEmpty)
    #expect(parser.isWaiting)
    #expect(parser.timeout() == [.escape])
    #expect(!parser.isWaiting)
    #expect(parser.timeout().isEmpty)
  }

  @Test func forgetsHalfASequenceAfterSilence() {
    var parser = KeyParser()
    let half = Array("\u{1b}[1".utf8)
    #expect(parser.feed(half.span).isEmpty)
    #expect(parser.timeout().isEmpty)
    let next = Array("j".utf8)
    #expect(parser.feed(next.span) == [.character("j")])
  }

  @Test func takesAPasteOfAnySize() {
    var parser = KeyParser()
    let bytes = Array(String(repeating: "lport=443 ", count: 1000).utf8)
    #expect(parser.feed(bytes.span).count == 10_000)
  }

  @Test func dropsBytesThatAreNoText() {
    var parser = KeyParser()
    let bytes: [UInt8] = [0xff, 0x80, 0xc3, 0x28, 0xe2, 0x82, 0x71, 0xed, 0xa0, 0x80, 0x61]
    #expect(parser.feed(bytes.span) == [.character("("), .character("q"), .character("a")])
  }

  @Test func survivesAnything() {
    fuzz(Self.sequences.flatMap { Array($0.0.utf8) }, mutations: 500) { bytes in
      var parser = KeyParser()
      _ = parser.feed(bytes.span)
      _ = parser.timeout()
    }
  }
}
