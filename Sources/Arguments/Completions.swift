import Display
import SocketModel

/// The completion scripts, made from the tables. What is alive (process names, listening ports) they
/// ask of the command itself: `sockeye completions --words processes`.
public enum Completions {
  public static func script(for shell: Shell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  /// Whether a word may be offered as it is: nothing in it that a shell or a filter would read
  /// otherwise. `sockeye completions --words` leaves out the others.
  public static func isPlain(_ word: some Sequence<UInt8>) -> Bool {
    var isFirst = true
    for byte in word {
      let isLetter = (97...122).contains(byte | 0x20)
      let isOther = (48...57).contains(byte) || [43, 45, 46, 95].contains(byte)
      guard isLetter || isOther && !isFirst else { return false }
      isFirst = false
    }
    return !isFirst
  }

  /// Verbs that a word may name.
  static let verbs = Verb.allCases
  static let fields = Column.all.map(\.name)

  /// Every way to type an option.
  static func spellings(_ option: Option) -> [String] {
    option.letters.map { "-\($0)" } + ["--" + option.name]
  }

  /// Spellings of the options whose value is the next word, each once.
  static let valued = unique(
    Option.all.filter { $0.takesSeparateValue && !$0.isHidden }.map { "--" + $0.name })

  /// Options of one name share their choices, so that a script need not know the verb.
  static let chosen = unique(Option.all.filter { !$0.choices.isEmpty && !$0.isHidden }.map(\.name))
    .map { name in (name: name, choices: Option.named(name).first?.choices ?? []) }

  static func names(_ matches: (Option.Kind) -> Bool) -> [String] {
    unique(Option.all.filter { $0.kind.map(matches) ?? false }.map { "--" + $0.name })
  }

  static let fieldOptions = names { if case .fields = $0 { true } else { false } }
  static let fileOptions = names { if case .file = $0 { true } else { false } }
  static let directoryOptions = names { if case .directory = $0 { true } else { false } }

  private static func unique(_ words: [String]) -> [String] {
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted }
  }
}

extension Verb {
  /// What its words can be.
  enum Operands {
    case terms, ports, shells, verbs, files, nothing
  }

  var operands: Operands {
    switch self {
    case .list, .watch, .trace, .stats, .close, .kill: .terms
    case .connect, .probe, .wait, .why: .ports
    case .completions: .shells
    case .help: .verbs
    case .diff, .record: .files
    case .metrics, .check, .serve, .demo, .man: .nothing
    }
  }
}
