import Testing

@testable import Arguments

@Suite("Options of other tools")
struct UnsupportedOptionTests {
  @Test(
    "each is refused alone and in a bundle, with what to type instead",
    arguments: [
      ("S", "ss -S"), ("d", "ss -d"), ("F", "sockeye \"$(cat FILE)\""),
      ("D", "sockeye --capture FILE"), ("Z", "ss -Z"), ("B", "sockeye bound"),
      ("K", "sockeye close FILTER"), ("E", "sockeye watch --events"),
      ("g", "ip maddress"),
      ("P", "sockeye -n"), ("k", "sockeye kill FILTER"),
    ])
  func letters(letter: String, instead: String) {
    for line in ["-\(letter)", "-t\(letter)n"] {
      let message = refusal(line)
      #expect(message?.hasPrefix("-\(letter): ") == true, "\(line)")
      #expect(message?.contains("type: \(instead)") == true, "\(message ?? "")")
    }
  }

  @Test("every long name is refused", arguments: UnsupportedOption.all.flatMap(\.names))
  func names(name: String) {
    #expect(refusal("--\(name)=x")?.hasPrefix("--\(name): ") == true)
  }

  @Test("the exact words")
  func exact() {
    #expect(
      refusal("-K") == """
        -K: type: sockeye close FILTER; to end the owners: sockeye kill FILTER
        """)
    #expect(refusal("--sctp") == "--sctp: SCTP sockets are not listed here; type: ss -S")
  }
}
