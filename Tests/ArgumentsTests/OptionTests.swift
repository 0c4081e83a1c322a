import Display
import Testing

@testable import Arguments

@Suite("The table of options")
struct OptionTests {
  @Test("no verb has two options of one name or letter")
  func unique() {
    for verb in Verb.allCases {
      let options = Option.all.filter { $0.verbs.contains(verb) }
      let names = options.flatMap { [$0.name] + $0.aliases }
      #expect(Set(names).count == names.count, "\(verb)")
      let letters = options.flatMap(\.letters)
      #expect(Set(letters).count == letters.count, "\(verb)")
    }
  }

  @Test("options that share a name or letter agree on taking a value", arguments: Option.all)
  func sameShape(option: Option) {
    for name in [option.name] + option.aliases {
      for other in Option.named(name) {
        #expect(other.takesSeparateValue == option.takesSeparateValue)
        #expect((other.kind == nil) == (option.kind == nil))
      }
    }
    for letter in option.letters {
      for other in Option.lettered(letter) {
        #expect(other.takesSeparateValue == option.takesSeparateValue)
      }
    }
  }

  @Test("each form but the table has an option", arguments: Format.allCases)
  func forms(format: Format) {
    let option = OptionGroup.forms.options.first { $0.name == format.rawValue }
    #expect((option == nil) == (format == .table))
  }

  @Test("each is said in one sentence, and belongs to a verb", arguments: Option.all)
  func help(option: Option) {
    #expect(option.help.hasSuffix(".") && option.help.first?.isUppercase == true)
    #expect(!option.verbs.isEmpty)
  }

  @Test("each verb takes each of its options, long and short", arguments: Option.all)
  func parsed(option: Option) throws {
    let value = valid(option)
    for verb in option.verbs {
      // What these are about are the groups of --by.
      let isOfGroups = verb == .stats && ["top", "sum", "sort"].contains(option.name)
      let needed = isOfGroups ? ["--by", "state"] : []
      var lines = ["--\(option.name)" + (value.map { "=\($0)" } ?? "")]
      lines += option.aliases.map { "--\($0)" + (value.map { "=\($0)" } ?? "") }
      if let value, option.takesSeparateValue { lines.append("--\(option.name) \(value)") }
      lines += option.letters.map { "-\($0)" + (option.takesSeparateValue ? value ?? "" : "") }
      if let value, option.takesSeparateValue { lines += option.letters.map { "-\($0) \(value)" } }
      for line in lines {
        let object = verb.object.map { Array(split($0.example).dropFirst()) } ?? needed
        #expect(throws: Never.self, "\(verb) \(line)") {
          try Command([verb.rawValue] + split(line) + object)
        }
        #expect(throws: Never.self, "\(line) \(verb)") {
          try Command(split(line) + [verb.rawValue] + object)
        }
      }
    }
  }

  @Test("no option is refused under its own name")
  func refused() {
    for option in Option.all {
      for name in [option.name] + option.aliases {
        #expect(UnsupportedOption.of(name: name) == nil)
      }
      for letter in option.letters {
        #expect(UnsupportedOption.of(letter: letter) == nil)
      }
    }
  }

  private func valid(_ option: Option) -> String? {
    switch option.kind {
    case nil: nil
    case .number, .seconds, .bytes, .expectation: "2"
    case .choice(let words): words[0]
    case .limits: "close-wait=2"
    case .fields: "rtt"
    case .file, .directory, .text: "x"
    }
  }
}
