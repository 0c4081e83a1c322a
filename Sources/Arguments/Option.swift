/// One option: everything that the parser, the help, the completions and the manual page know of it.
///
/// Two rows may share a long name where they belong to different verbs (`--timeout`); then both take
/// a value or none does, so that a command line can be read before its verb is known.
public struct Option: Sendable {
  /// The long name, without its dashes.
  public let name: String
  /// The short forms, without their dash. None of them takes a value.
  public let letters: [Character]
  /// Other long names that are taken for it and that nothing lists.
  public let aliases: [String]
  public let value: Value
  public let verbs: [Verb]
  /// One sentence.
  public let help: String
  /// What the manual page says besides.
  public let more: String
  /// Only for sockeye's own scripts: in no list.
  public let isHidden: Bool
  let effect: Effect

  typealias Effect = @Sendable (inout RawOptions, ParsedOption) throws(ArgumentError) -> Void

  /// The value that an option takes, with the word that stands for it in the help.
  public enum Value: Sendable {
    case none
    /// Only as `--name=value`.
    case optional(String, Kind)
    /// As `--name=value` or `--name value`.
    case required(String, Kind)
  }

  /// What a value may be.
  public enum Kind: Sendable {
    case number, seconds, bytes, expectation, text
    case choice([String])
    /// A list of fields, each with a sign or without.
    case fields
    case file, directory
  }

  /// An option without a value.
  init(
    _ name: String, _ letters: Character..., aliases: [String] = [], in verbs: [Verb],
    _ help: String, more: String = "", set: @escaping @Sendable (inout RawOptions) -> Void
  ) {
    self.name = name
    self.letters = letters
    self.aliases = aliases
    self.value = .none
    self.verbs = verbs
    self.help = help
    self.more = more
    isHidden = false
    effect = { typed, _ in set(&typed) }
  }

  /// An option with a value.
  init<Result>(
    _ name: String, _ letters: Character..., aliases: [String] = [],
    takes value: ValueParser<Result>,
    in verbs: [Verb], _ help: String, more: String = "", isHidden: Bool = false,
    set: @escaping @Sendable (inout RawOptions, Result) -> Void
  ) {
    self.name = name
    self.letters = letters
    self.aliases = aliases
    self.value = value.value
    self.verbs = verbs
    self.help = help
    self.more = more
    self.isHidden = isHidden
    effect = { (typed: inout RawOptions, given: ParsedOption) throws(ArgumentError) in
      set(&typed, try value.read(given))
    }
  }
}

extension Option {
  var takesSeparateValue: Bool {
    if case .required = value { true } else { false }
  }

  var kind: Kind? {
    switch value {
    case .none: nil
    case .optional(_, let kind), .required(_, let kind): kind
    }
  }

  /// The long form with its value: `--watch[=SECONDS]`, `--sort KEYS`.
  var usage: String {
    switch value {
    case .none: "--" + name
    case .optional(let word, _): "--\(name)[=\(word)]"
    case .required(let word, _): "--\(name) \(word)"
    }
  }

  /// All values that make sense, where they can be counted.
  var choices: [String] {
    if case .choice(let choices) = kind { choices } else { [] }
  }
}

/// The options under one heading.
public struct OptionGroup: Sendable {
  public let title: String
  public let options: [Option]
}

extension OptionGroup {
  /// The one table of options.
  public static let all: [OptionGroup] = [
    .selection, .columns, .forms, .scripts, .sources, .live, .totals, .serving, .connecting,
    .probing, .waiting, .demonstrating, .general,
  ]
}

extension Option {
  /// Every option, in the order of the help.
  public static let all: [Option] = OptionGroup.all.flatMap(\.options)

  /// The options of one verb that its help lists.
  public static func listed(for verb: Verb) -> [Option] {
    all.filter { $0.verbs.contains(verb) && !$0.isHidden }
  }

  static func named(_ name: String) -> [Option] {
    all.filter { $0.name == name || $0.aliases.contains(name) }
  }

  static func lettered(_ letter: Character) -> [Option] {
    all.filter { $0.letters.contains(letter) }
  }
}
