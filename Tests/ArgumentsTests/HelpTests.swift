import Display
import SocketModel
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

  @Test("-h is one screen: examples, the commonest options, where there is more")
  func usage() throws {
    let lines = Help.usage.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.count < 24 && lines.allSatisfy { $0.count <= 80 })
    for example in Example.all.prefix(5) { #expect(Help.usage.contains(example.line)) }
    for option in ["tcp", "listening", "columns", "json", "pids"].flatMap(Option.named) {
      #expect(lines.contains { $0.hasPrefix("  \(option.forms) ") }, "\(option.name)")
    }
    #expect(Help.usage.contains("sockeye --help") && Help.usage.contains("sockeye man"))
    try expectGolden("help-short.txt", Array(Help.usage.utf8))
  }

  @Test("--help has the names that --columns, --sort and --by take")
  func names() {
    let words = Set(Help.text(for: nil).split { " \n".contains($0) }.map(String.init))
    for field in Field.all { #expect(words.contains(field.name)) }
    for column in Column.composite { #expect(words.contains(column.name)) }
    for grouping in Grouping.allCases { #expect(words.contains(grouping.name)) }
    let stats = Help.text(for: .stats)
    for grouping in Grouping.allCases { #expect(stats.contains(grouping.name)) }
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
