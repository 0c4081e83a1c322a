import Display
import SocketModel
import TestSupport
import Testing

@testable import Arguments

@Suite("Completions")
struct CompletionsTests {
  private static let fish = Completions.fish.split(separator: "\n")
  private static let zsh = Completions.zsh.split(separator: "\n")

  /// The script cut at everything that is in no name.
  private func words(_ shell: Shell) -> Set<String> {
    let words = Completions.script(for: shell).utf8.split {
      !((97...122).contains($0 | 0x20) || (48...57).contains($0) || $0 == 45 || $0 == 95)
    }
    return Set(words.map { String($0) ?? "" })
  }

  @Test("bash offers each option of a verb, and no other", arguments: Verb.allCases)
  func bashOptions(verb: Verb) throws {
    let script = "verb=\(verb) current= COMPREPLY=(); _sockeye_options"
    let outcome = try bash(script + "; printf '%s\\n' \"${COMPREPLY[@]}\"")
    let expected = Option.listed(for: verb).flatMap(Completions.spellings)
    #expect(outcome.lines.map(String.init) == expected)
  }

  private func bash(_ script: String) throws -> Program.Outcome {
    let text = Completions.bash + script + "\n"
    return try Program.shell("exec bash --norc <<'END_OF_SCRIPT'\n\(text)END_OF_SCRIPT\n")
  }

  @Test("zsh offers each option of a verb, and no other", arguments: Verb.allCases)
  func zshOptions(verb: Verb) {
    let rest = Self.zsh.drop { $0 != "    \(verb))" }
    let specs = rest.drop { !$0.hasSuffix("options=(") }.dropFirst().prefix { $0 != "      )" }
    let offered = specs.map { spec in
      let spelling = spec.drop { $0 != ")" }.dropFirst().prefix { $0 != "=" && $0 != "[" }
      return String(spelling)
    }
    #expect(offered == Option.listed(for: verb).flatMap(Completions.spellings))
  }

  @Test("fish offers each option for its verbs", arguments: Option.all.filter { !$0.isHidden })
  func fish(option: Option) {
    let verbs = option.verbs.map(\.rawValue).joined(separator: " ")
    let start = "complete -c sockeye -n '__sockeye_is \(verbs)"
    let line = Self.fish.first { $0.hasPrefix(start) && $0.contains(" -l \(option.name) ") }
    for letter in option.letters { #expect(line?.contains(" -s \(letter) ") == true) }
    #expect(line != nil)
    for choice in option.choices { #expect(line?.contains(choice) == true) }
  }

  @Test("every choice, field, state and verb is offered", arguments: Shell.allCases)
  func words(shell: Shell) {
    let offered = words(shell)
    let terms = TermText.words.map { $0.hasSuffix("=") ? String($0.dropLast()) : $0 }
    let choices = Option.all.filter { !$0.isHidden }.flatMap(\.choices)
    for word in Completions.fields + terms + choices + Verb.allCases.map(\.rawValue) {
      #expect(offered.contains(word), "\(word)")
    }
    #expect(!Option.listed(for: .completions).contains { $0.name == "words" })
  }

  // queue was offered for --sort and refused.
  @Test("every field that is offered is a column and a sort key", arguments: Completions.fields)
  func fields(word: String) throws {
    _ = try ColumnSet(word, standard: .standard())
    _ = try SortKeys(word)
  }

  @Test("options of one name have the same choices, so that a script need not know the verb")
  func sameChoices() {
    for option in Option.all {
      #expect(Option.named(option.name).allSatisfy { $0.choices == option.choices })
    }
  }

  @Test("every shell that is here reads its script", arguments: Shell.allCases)
  func syntax(shell: Shell) throws {
    let script = Completions.script(for: shell)
    let run = "command -v \(shell) >/dev/null || exit 0; \(shell) -n <<'END_OF_SCRIPT'\n"
    let outcome = try Program.shell(run + script + "END_OF_SCRIPT\n")
    #expect(outcome.status == 0 && outcome.errors == "")
  }

  @Test(
    "bash completes",
    arguments: [
      ("sockeye --lis", ["--listening"]),
      ("sockeye wa", ["wait", "watch"]),
      ("sockeye --color=ne", ["never"]),
      ("sockeye --color ne", ["never"]),
      ("sockeye --columns +rtt,-interf", ["+rtt,-interface"]),
      ("sockeye --sort rtt watch --inter", ["--interval"]),
      ("sockeye serve --listening", []),
      ("sockeye completions z", ["zsh"]),
      ("sockeye help prob", ["probe"]),
      ("sockeye -- watc", []),
      ("sockeye ngin", ["nginx"]),
      ("sockeye process=ngin", ["nginx"]),
      ("sockeye :84", ["8443"]),
      ("sockeye connect 80", ["8080"]),
      ("sockeye -- estab", ["established"]),
      ("sockeye $(touch", []),
    ] as [(String, [String])])
  func bash(line: String, expected: [String]) throws {
    let outcome = try bash(
      """
      compopt() { :; }
      sockeye() {
        if [[ $3 == ports ]]; then printf '8080\\n8443\\n'; else printf 'nginx\\n$(x)\\n'; fi
      }
      COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
      COMP_LINE='\(line)' COMP_POINT=\(line.utf8.count) COMP_WORDS=(sockeye)
      _sockeye
      printf '%s\\n' "${COMPREPLY[@]}"
      """)
    #expect(outcome.errors == "")
    #expect(outcome.lines.map(String.init).filter { !$0.isEmpty }.sorted() == expected)
  }

  @Test(
    "only plain names are offered",
    arguments: [
      ("nginx", true), ("php-fpm8.2", true), ("a_b+c", true), ("", false), ("-x", false),
      ("1x", false), ("a b", false), ("$(x)", false), ("a\n", false), ("é", false),
    ])
  func plain(name: String, expected: Bool) {
    #expect(Completions.isPlain(name.utf8) == expected)
  }
}
