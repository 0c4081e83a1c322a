import Display
import SocketModel
import TestSupport
import Testing

@testable import Arguments

@Suite("Manual page")
struct ManualPageTests {
  private static let page = ManualPage.text
  private static let lines = page.split(separator: "\n")
  private var text: String { Self.page }
  private var lines: [Substring] { Self.lines }

  @Test("names each option", arguments: Option.all.filter { !$0.isHidden })
  func options(option: Option) {
    let items = lines.filter { $0.hasPrefix(".It ") }
    let name = "Fl Fl \(Mdoc.literal(option.name))"
    let heads = items.filter { $0.hasSuffix(name) || $0.contains(name + " ") }
    #expect(!heads.isEmpty)
    for letter in option.letters {
      #expect(heads.contains { $0.contains("Fl \(letter) ,") }, "-\(letter)")
    }
  }

  @Test("names each column and every short form")
  func columns() {
    let words = Set(text.split { " \n,()".contains($0) })
    for column in Column.all {
      #expect(words.contains(Substring(Mdoc.literal(column.name))))
      for alias in column.aliases { #expect(words.contains(Substring(alias)), "\(alias)") }
    }
  }

  @Test("names each field as a head", arguments: Field.all)
  func fields(field: Field) {
    #expect(lines.contains(".It Li \(Mdoc.literal(field.name))"))
    #expect(field.help.hasSuffix("."))
  }

  @Test func statesVerbsExitCodesTermsExamples() {
    for state in TCPState.named {
      #expect(!state.explanation.isEmpty)
      #expect(lines.contains(".It Li \(state.name().map { "\($0)" } ?? "")"))
    }
    for verb in Verb.allCases { #expect(lines.contains(".It Cm \(verb)")) }
    for code in ExitCode.allCases { #expect(lines.contains(".It Li \(code.rawValue)")) }
    for term in TermText.all {
      let head = ".It " + term.forms.map { "Li " + Mdoc.argument($0) }.joined(separator: " , ")
      #expect(lines.contains { $0 == head })
    }
    for example in Example.all {
      let line = ".Dl " + Mdoc.argument(example.line)
      #expect(lines.contains { $0 == line })
    }
    #expect(!lines.contains { $0.hasSuffix("Fl Fl words") })
  }

  @Test("mandoc has nothing to say; where CI is set it must be there")
  func lint() throws {
    let mandoc = "if test -z \"$CI\" && ! command -v mandoc >/dev/null; then exit 0; fi; mandoc"
    let outcome = try Program.shell("\(mandoc) -T lint <<'PAGE'\n\(ManualPage.text)PAGE\n")
    #expect(outcome.output == "" && outcome.errors == "" && outcome.status == 0)
  }
}

@Suite("mdoc source")
struct MdocTests {
  @Test(
    "what roff reads otherwise is escaped",
    arguments: [
      (".Sh x", "\\&.Sh x"), ("'x'", "\\(aqx\\(aq"), ("a\\b", "a\\eb"), ("-t", "\\-t"),
      ("PORT…", "PORT..."),
    ])
  func escaped(text: String, expected: String) {
    #expect(Mdoc.escaped(text) == expected)
  }

  @Test func anArgumentIsNoMacro() {
    #expect(Mdoc.argument("No \"x\"") == "\"\\&No \\(dqx\\(dq\\&\"")
  }

  @Test func aSentenceALine() {
    var page = Mdoc()
    page.text("One. Two, e.g. this. \(String(repeating: "word ", count: 20))")
    #expect(page.lines.first == "One.")
    #expect(page.lines[1].hasPrefix("Two, e.g. this. word"))
    #expect(page.lines.allSatisfy { $0.utf8.count <= 80 })
  }
}
