import TestSupport
import Testing

@testable import Arguments

@Suite("Help")
struct HelpTests {
  @Test("names each option of its verb and fits 80 columns", arguments: Verb.allCases)
  func complete(verb: Verb) {
    let help = Help.text(for: verb)
    let lines = help.split(separator: "\n")
    let shown = verb == .help ? Verb.list : verb
    for option in Option.listed(for: shown) {
      #expect(lines.contains { $0.hasPrefix("  \(option.forms) ") }, "\(verb) \(option.name)")
    }
    for line in lines { #expect(line.count <= 80, "\(line)") }
    #expect(lines.contains { $0.hasPrefix("Usage: sockeye") })
    #expect(!lines.contains { $0.hasPrefix("  --words") })
  }

  @Test("the overview has five examples first, all verbs, terms and exit codes")
  func overview() throws {
    let help = Help.text(for: nil)
    #expect(help == Help.text(for: .list))
    let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[2..<7].allSatisfy { $0.contains("sockeye") } && lines[7].isEmpty)
    for verb in Verb.allCases where verb != .list && verb != .help {
      #expect(lines.contains { $0.hasPrefix("  \(verb) ") && $0.hasSuffix(verb.summary) })
    }
    for term in TermText.all { #expect(lines.contains { $0.hasPrefix("  " + term.forms[0]) }) }
    for code in ExitCode.allCases {
      #expect(lines.contains { $0.hasPrefix("  \(code.rawValue) ") })
    }
    try expectGolden("help.txt", Array(help.utf8))
  }

  @Test(
    "breaks at spaces",
    arguments: [
      ("", []), ("one", ["one"]), ("one two", ["one", "two"]), ("a b c", ["a b", "c"]),
      ("longer b", ["longer", "b"]),
    ])
  func wrapped(text: String, lines: [String]) {
    #expect(Help.wrapped(text, width: 4) == lines)
  }

  @Test func aLongLeftSideStandsAlone() {
    #expect(Help.rows([("ab", "x"), ("abc", "y")], column: 6) == ["  ab  x", "  abc", "      y"])
  }
}
