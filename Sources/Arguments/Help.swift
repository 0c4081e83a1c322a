import Display
import SocketModel

/// The text of `-h` and `--help`, at most 80 columns wide.
public enum Help {
  static let width = 80

  /// The first screen: what one needs most, on a terminal of 24 lines.
  public static var usage: String {
    var lines = opening + ["Usage: sockeye \(Verb.list.synopsis)"]
    let options = common.compactMap { name in Option.listed(for: .list).first { $0.name == name } }
    lines += rows(options.map { ($0.forms, $0.help) }, column: 26)
    let verbs = [
      Verb.watch, .trace, .stats, .diff, .record, .check, .why, .close, .kill, .wait, .probe,
    ]
    lines += [
      "", "Verbs: " + verbs.map(\.rawValue).joined(separator: " ") + " …",
      "More: sockeye VERB --help, sockeye --help (all of it), sockeye man | man -l -",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static let common = [
    "tcp", "udp", "listening", "numeric", "info", "columns", "sort", "long", "json", "quiet",
    "pids",
  ]

  /// What it is for, and five examples.
  private static var opening: [String] {
    ["Shows this host's sockets, who owns them, and what they are doing.", ""]
      + rows(Example.all.prefix(5).map { ($0.line, $0.answer) }, column: 42) + [""]
  }

  /// The help of a verb; nil or `list` gives that of the whole command.
  public static func text(for verb: Verb?) -> String {
    let lines = verb == nil || verb == .list || verb == .help ? overview : page(verb ?? .list)
    return lines.joined(separator: "\n") + "\n"
  }

  private static var overview: [String] {
    var lines =
      opening + [
        "Usage: sockeye \(Verb.list.synopsis)", "       sockeye VERB --help", "", "Verbs:",
      ]
    lines += rows(
      Verb.allCases.filter { $0 != .list && $0 != .help }.map { ($0.rawValue, $0.summary) },
      column: 15)
    lines += options(of: .list)
    lines += ["", "Filter terms, joined by and:"]
    lines += rows(TermText.all.map { ($0.forms.joined(separator: " "), $0.meaning) }, column: 33)
    lines += fields + ["", "Columns of several fields, for --columns:"]
    lines += names(Column.composite.map(\.name))
    lines += ["", "Groups, for stats --by:"] + names(Grouping.allCases.map(\.name))
    lines += ["", "Exit codes:"]
    lines += rows(ExitCode.allCases.map { ("\($0.rawValue)", $0.meaning) }, column: 7)
    return lines + ["", "sockeye man | man -l - shows the manual page."]
  }

  private static func page(_ verb: Verb) -> [String] {
    let usage = "Usage: sockeye \(verb.synopsis)"
    var lines = [usage, ""] + wrapped(verb.summary, width: width)
    lines += wrapped(verb.explanation, width: width) + options(of: verb)
    if ([Verb].selecting + [.trace]).contains(verb) {
      lines += ["", "Filter terms, and the fields in them, are those of sockeye --help."]
    }
    return lines
  }

  /// One vocabulary for three uses.
  private static var fields: [String] {
    ["", "Fields, for --columns, --sort and terms:"] + names(Field.all.map(\.name))
  }

  private static func names(_ names: [String]) -> [String] {
    wrapped(names.joined(separator: " "), width: width - 2).map { "  " + $0 }
  }

  private static func options(of verb: Verb) -> [String] {
    OptionGroup.all.flatMap { group -> [String] in
      let options = group.options.filter { $0.verbs.contains(verb) && !$0.isHidden }
      if options.isEmpty { return [] }
      return ["", group.title + ":"] + rows(options.map { ($0.forms, words($0)) }, column: 26)
    }
  }

  /// With the values that can be given, where the sentence does not name them.
  private static func words(_ option: Option) -> String {
    if option.choices.allSatisfy(option.help.contains) { return option.help }
    return option.help + " One of " + ArgumentError.list(option.choices) + "."
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
