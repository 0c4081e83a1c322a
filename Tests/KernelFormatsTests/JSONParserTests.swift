import TestSupport
import Testing

@testable import KernelFormats

@Suite struct JSONParserTests {
  private func value(_ text: String) throws(MalformedJSON) -> JSONValue {
    try JSONParser.value(of: Array(text.utf8))
  }

  @Test(
    arguments: [
      ("null", .null), (" true\n", .flag(true)), ("false", .flag(false)), ("0", .number(0)),
      ("18446744073709551615", .number(.max)), ("18446744073709551616", .decimal(0x1p64)),
      ("-1", .decimal(-1)), ("1.5e3", .decimal(1500)), ("\"\"", .text("")),
      (#""a\"\\\/\b\f\n\r\t""#, .text("a\"\\/\u{8}\u{c}\n\r\t")),
      (#""\u00e9\u0000\uD83D\uDE00é""#, .text("é\u{0}😀é")), ("[]", .list([])), ("{}", .object([:])),
      (#"[1, [2],{"a":null}]"#, .list([.number(1), .list([.number(2)]), .object(["a": .null])])),
      (#"{"a":1,"b":{"c":[]}}"#, .object(["a": .number(1), "b": .object(["c": .list([])])])),
    ] as [(String, JSONValue)])
  func whatIsJSONIsRead(text: String, expected: JSONValue) throws {
    #expect(try value(text) == expected)
  }

  @Test(
    arguments: [
      ("", 0, .end), ("  ", 2, .end), ("nul", 3, .end), ("nulx", 3, .byte), ("01", 2, .end),
      ("01 ", 2, .number), ("+1", 0, .byte), (".5", 0, .byte), ("1.", 2, .end), ("1e", 2, .end),
      ("-", 1, .end), ("--1", 1, .number), ("1 2", 2, .remainder), ("[1", 2, .end),
      ("[1,]", 3, .byte), ("[1}", 2, .byte), ("{\"a\"}", 4, .byte), ("{\"a\":1,}", 7, .byte),
      ("{a:1}", 1, .byte), (#"{"a":1,"a":2}"#, 7, .repeatedKey), ("\"a", 2, .end),
      ("\"a\u{1}\"", 2, .string), ("\"\\q\"", 2, .escape), (#""\ud800""#, 7, .escape),
      (#""\udc00""#, 7, .escape), (#""\ud800\u0041""#, 13, .escape), (#""\u12g4""#, 5, .escape),
      ("'a'", 0, .byte), ("NaN", 0, .byte), ("\u{feff}1", 0, .byte),
    ] as [(String, Int, MalformedJSON.Problem)])
  func whatIsNotIsRefused(text: String, offset: Int, problem: MalformedJSON.Problem) {
    #expect(throws: MalformedJSON(offset: offset, problem: problem)) { try value(text) }
  }

  @Test func textsAreUTF8() {
    for bytes: [UInt8] in [
      [0x22, 0xff, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xc0, 0x80, 0x22],
    ] {
      #expect(throws: MalformedJSON(offset: 1, problem: .string)) {
        try JSONParser.value(of: bytes)
      }
    }
  }

  /// The stack of a thread is no matter of who wrote a file.
  @Test func depthHasALimit() throws {
    let deep = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    _ = try value(deep)
    for text in [String(repeating: "[", count: 1_000_000), "[" + deep + "]"] {
      #expect(throws: MalformedJSON(offset: 32, problem: .depth)) { try value(text) }
    }
  }

  @Test func membersAreReadAsFarAsTheyAreWanted() throws {
    let bytes = Array(#"x{"event":"opened","id":7,"rest":nonsense"#.utf8)
    let members = try JSONParser.members(of: bytes, in: 1..<bytes.count, upTo: "id")
    #expect(members == ["event": .text("opened"), "id": .number(7)])
    #expect(throws: MalformedJSON.self) {
      try JSONParser.members(of: bytes, in: 1..<bytes.count, upTo: "other")
    }
  }

  @Test func anyBytesAreSurvived() {
    let whole = #"{"schema":1,"a":[-1.5e-3,true,null,"\u00e9\ud83d\ude00\\x41"],"b":{"c":{}}}"#
    fuzz(Array(whole.utf8), mutations: 5000) { _ = try JSONParser.value(of: $0) }
    fuzz(Array(whole.utf8), mutations: 1000) {
      _ = try JSONParser.members(of: $0, in: 0..<$0.count, upTo: "b")
    }
  }
}
