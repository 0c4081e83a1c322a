/// The text of `--help`, at most 80 columns wide.
public enum Help {
  static let width = 80

  /// The help of a verb; nil or `list` gives that of the whole command.
  public static func text(for verb: Verb?) -> String {
    let lines = verb == nil || verb == .list || verb == .help ? overview : page(verb ?? .list)
    return lines.joined(separator: "\n") + "\n"
  }

  private static var overview: [String] {
    var lines = ["Shows this host's sockets, who owns them, and what they are doing.", ""]
    lines += rows(Example.all.prefix(5).map { ($0.line, $0.answer) }, column: 42)
    lines += [
      "", "Usage: sockeye \(Verb.list.synopsis)", "       sockeye VERB --help", "", "Verbs:",
    ]
    lines += rows(
      Verb.allCases.filter { $0 != .list && $0 != .help }.map { ($0.rawValue, $0.summary) },
      column: 15)
    lines += options(of: .list)
    lines += ["", "Filter terms, joined by and:"]
    lines += rows(TermText.all.map { ($0.forms.joined(separator: " "), $0.meaning) }, column: 33)
    lines += ["", "Exit codes:"]
    lines += rows(ExitCode.allCases.map { ("\($0.rawValue)", $0.meaning) }, column: 7)
    return lines + ["", "sockeye man | man -l - shows the manual page."]
  }

  private static func page(_ verb: Verb) -> [String] {
    let usage = "Usage: sockeye \(verb.synopsis)"
    var lines = [usage, ""] + wrapped(verb.summary, width: width)
    lines += wrapped(verb.explanation, width: width) + options(of: verb)
    if [Verb].asking.contains(verb) {
      lines += ["", "Filter terms are those of sockeye --help."]
    }
    return lines
  }

  private static func options(of verb: Verb) -> [String] {
    OptionGroup.all.flatMap { group -> [String] in
      let options = group.options.filter { $0.verbs.contains(verb) && !$0.isHidden }
      if options.isEmpty { return [] }
      return ["", group.title + ":"] + rows(options.map { ($0.forms, $0.help) }, column: 26)
    }
  }

  /// Two columns: what is typed, and what it means, wrapped. A long left side has a line of its own.
  static func rows(_ rows: [(String, String)], column: Int) -> [String] {
    rows.flatMap { left, right -> [String] in
      let text = wrapped(right, width: width - column)
      let indent = String(repeating: " ", count: column)
      let head = "  " + left
      if head.count + 2 > column { return [head] + text.map { indent + $0 } }
      let padded = head + String(repeating: " ", count: column - head.count)
      return text.enumerated().map { ($0.offset == 0 ? padded : indent) + $0.element }
    }
  }

  /// Breaks a text at spaces; a word that is longer than a line has its own.
  static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    return line.isEmpty ? lines : lines + [line]
  }
}

extension Option {
  /// `-c, --watch[=SECONDS]`
  var forms: String {
    (letters.map { "-\($0)" } + [usage]).joined(separator: ", ")
  }
}
