import Testing

@testable import Arguments

@Suite("Options of other tools")
struct UnsupportedOptionTests {
  @Test(
    "each is refused alone and in a bundle, with what to type instead",
    arguments: [
      ("w", "ss -w"), ("S", "ss -S"), ("d", "ss -d"), ("0", "ss -0"),
      ("A", "sockeye -tu"), ("f", "sockeye -4"), ("F", "sockeye \"$(cat FILE)\""),
      ("D", "sockeye --record FILE"), ("Z", "ss -Z"), ("B", "sockeye bound"),
      ("K", "kill $(sockeye --pids FILTER)"), ("E", "sockeye watch --events"),
      ("g", "ip maddress"), ("M", "ss -M"),
      ("P", "sockeye -n"), ("k", "kill $(sockeye --pids FILTER)"),
    ])
  func letters(letter: String, instead: String) {
    for line in ["-\(letter)", "-t\(letter)n"] {
      let message = refusal(line)
      #expect(message?.hasPrefix("-\(letter): ") == true, "\(line)")
      #expect(message?.contains("type: \(instead)") == true, "\(message ?? "")")
    }
  }

  // -f inet6 was answered with sockeye -4.
  @Test("a family is answered with its own option", arguments: ["-f", "-tnf", "--family"])
  func families(option: String) {
    let joined = option.hasPrefix("--") ? option + "=" : option
    for (family, instead) in [("inet6", "-6"), ("inet", "-4")] {
      for line in ["\(option) \(family)", joined + family] {
        #expect(refusal(line)?.hasSuffix("type: sockeye \(instead)") == true, "\(line)")
      }
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
        -K: not there yet; to end the owner type: kill $(sockeye --pids FILTER), to close the \
        socket alone: ss -K FILTER
        """)
    #expect(refusal("--raw") == "--raw: raw sockets are not listed here; type: ss -w")
  }
}
