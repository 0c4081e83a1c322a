import TestSupport
import Testing

@testable import Display

@Suite struct EscapeTests {
  @Test(arguments: [
    ("sshd", "sshd"), ("tmux: server", "tmux: server"), ("a) S 1 2 (b", "a) S 1 2 (b"),
    ("a\tb\nc", "a\\tb\\nc"), ("\u{1b}[31m", "\\x1b[31m"), ("\r", "\\x0d"), ("\u{7f}", "\\x7f"),
    ("\\x1b", "\\\\x1b"), ("\u{9b}31m", "\\xc2\\x9b31m"), ("\u{85}", "\\xc2\\x85"),
    ("\u{202e}gnp", "\\xe2\\x80\\xaegnp"), ("\u{2066}", "\\xe2\\x81\\xa6"),
    ("\u{200f}", "\\xe2\\x80\\x8f"), ("\u{61c}", "\\xd8\\x9c"), ("\u{200b}", "\\xe2\\x80\\x8b"),
    ("\u{200d}", "\\xe2\\x80\\x8d"), ("\u{feff}", "\\xef\\xbb\\xbf"), ("\u{ad}", "\\xc2\\xad"),
    ("\u{2028}", "\\xe2\\x80\\xa8"), ("\u{e0041}", "\\xf3\\xa0\\x81\\x81"),
    ("\u{fe0f}", "\\xef\\xb8\\x8f"), ("\u{e000}", "\\xee\\x80\\x80"), ("naïve", "naïve"),
    ("日本", "日本"), ("e\u{301}", "e\u{301}"), ("a ", "a\\x20"), (" ", "\\x20"), (" a", " a"),
    ("a  ", "a \\x20"), ("", ""), ("\0", "\\x00"),
  ])
  func makesTextHarmless(text: String, harmless: String) {
    #expect(Array(escaped(text).utf8) == Array(harmless.utf8))
  }

  @Test(
    arguments: [
      ([0xff], "\\xff"), ([0xc3], "\\xc3"), ([0x61, 0xc3, 0x28], "a\\xc3("),
      ([0xc0, 0x80], "\\xc0\\x80"), ([0xe0, 0x80, 0x80], "\\xe0\\x80\\x80"),
      ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"), ([0xf4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
      ([0xf0, 0x9f, 0x98], "\\xf0\\x9f\\x98"), ([0x9b, 0x6d], "\\x9bm"),
    ] as [([UInt8], String)])
  func keepsBytesThatAreNoText(bytes: [UInt8], harmless: String) {
    #expect(escaped(bytes) == harmless)
  }

  /// What was escaped can be had back, whatever it was, and nothing in it acts on a terminal.
  @Test func isReversible() {
    fuzz(Array("a\\x1b\n\t\u{1b}[2J\u{202e}日本 e\u{301}\u{200b}\u{9b}".utf8), mutations: 3000) {
      let text = Array(escaped($0).utf8)
      #expect(unescaped(text) == $0)
      #expect(!text.contains { $0 < 0x20 || $0 == 0x7f })
      #expect(String(validating: text, as: UTF8.self) != nil)
    }
  }

  @Test func everyCharacterIsReversible() {
    for value in UInt32(0)...0x1_ffff {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let bytes = Array(String(scalar).utf8)
      #expect(unescaped(Array(escaped(bytes).utf8)) == bytes)
    }
  }
}

/// The way back, as a reader of the output would write it.
func unescaped(_ text: [UInt8]) -> [UInt8] {
  var bytes: [UInt8] = []
  var index = 0
  while index < text.count {
    guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
      bytes.append(text[index])
      index += 1
      continue
    }
    switch text[index + 1] {
    case UInt8(ascii: "n"): bytes.append(0x0a)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "x"):
      let digits = String(decoding: text[(index + 2)..<(index + 4)], as: UTF8.self)
      bytes.append(UInt8(digits, radix: 16) ?? 0)
      index += 2
    default: bytes.append(text[index + 1])
    }
    index += 2
  }
  return bytes
}
