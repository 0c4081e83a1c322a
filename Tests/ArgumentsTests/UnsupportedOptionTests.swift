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
      ("K", "sockeye close FILTER"), ("E", "sockeye watch --events"),
      ("g", "ip maddress"), ("M", "ss -M"),
      ("P", "sockeye -n"), ("k", "sockeye kill FILTER"),
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
    let tools = [Tool.sockeye, .ss, .netstat].filter {
      UnsupportedOption.of(name: name, tool: $0) != nil
    }
    #expect(!tools.isEmpty)
    for tool in tools {
      #expect(refusal("--\(name)=x", as: tool)?.hasPrefix("--\(name): ") == true)
    }
  }

  @Test("the exact words")
  func exact() {
    #expect(
      refusal("-K") == """
        -K: type: sockeye close FILTER; to end the owners: sockeye kill FILTER
        """)
    #expect(refusal("--raw") == "--raw: raw sockets are not listed here; type: ss -w")
    #expect(
      refusal("-w", as: .ss) == "-w: raw sockets are not listed here; type: ss -w (iproute2's own)"
    )
  }
}
