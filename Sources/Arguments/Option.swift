import Display
import SocketModel

/// One option: everything that the parser, the help, the completions and the manual page know of it.
///
/// Two rows may share a long name where they belong to different verbs (`--timeout`); then both take
/// a value or none does, so that a command line can be read before its verb is known.
public struct Option: Sendable {
  /// The long name, without its dashes.
  public let name: String
  /// The short forms, without their dash.
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

  /// The value that an option takes, with its placeholder in the help.
  public enum Value: Sendable {
    case none
    /// Only as `--name=value`.
    case optional(String, Kind)
    /// As `--name=value` or `--name value`.
    case required(String, Kind)
  }

  /// What a value may be.
  public enum Kind: Sendable {
    case number, seconds, bytes, expectation, limits, text
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
    .selection, .columns, .forms, .scripts, .sources, .saved, .recording, .live, .tracing, .totals,
    .measuring, .checking, .ending, .serving, .connecting, .probing, .waiting, .demonstrating,
    .general,
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

/// One option as it was typed.
struct ParsedOption {
  let option: Option
  /// `--sort`, `-c`: for messages.
  let spelling: String
  let text: String?

  func refusal(_ expected: String) -> ArgumentError {
    .badValue(option: spelling, expected: expected, typed: text ?? "")
  }

  /// The value of an option that can't do without.
  func string() throws(ArgumentError) -> String {
    guard let text, !text.isEmpty else {
      throw .missingValue(option: spelling, usage: option.usage)
    }
    return text
  }
}

/// A value that an option takes: how the help writes it, and how it is read.
struct ValueParser<Result>: Sendable {
  let value: Option.Value
  let read: @Sendable (ParsedOption) throws(ArgumentError) -> Result
}

extension ValueParser<Int> {
  static func number(_ word: String, _ range: ClosedRange<Int>) -> Self {
    Self(value: .required(word, .number)) { (given) throws(ArgumentError) in
      guard let number = decimal(try given.string()), range.contains(number) else {
        throw given.refusal("a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }

  /// A number of bytes, with K, M or G for powers of 1024.
  static func bytes(_ word: String) -> Self {
    Self(value: .required(word, .bytes)) { (given) throws(ArgumentError) in
      var digits = try given.string()[...]
      let shift = ["K": 10, "M": 20, "G": 30][digits.last?.uppercased() ?? ""]
      if shift != nil { digits.removeLast() }
      guard let number = decimal(digits), number > 0, number < 1 << 32 else {
        throw given.refusal("a number of bytes such as 65536, 64K or 1M")
      }
      return number << (shift ?? 0)
    }
  }
}

extension ValueParser<Duration> {
  /// A time between two bounds in milliseconds.
  static func seconds(_ word: String, _ range: ClosedRange<Int>) -> Self {
    Self(value: .required(word, .seconds)) { (given) throws(ArgumentError) in
      guard let time = milliseconds(in: try given.string()), range.contains(time) else {
        throw given.refusal(
          "\(asSeconds(range.lowerBound)) to \(asSeconds(range.upperBound)) seconds")
      }
      return .milliseconds(time)
    }
  }
}

extension ValueParser<Duration?> {
  /// A time that may be left out.
  static func optionalSeconds(_ word: String, _ range: ClosedRange<Int>) -> Self {
    let required = ValueParser<Duration>.seconds(word, range)
    return Self(value: .optional(word, .seconds)) { (given) throws(ArgumentError) in
      given.text == nil ? nil : try required.read(given)
    }
  }
}

extension ValueParser<String> {
  static func fields(_ word: String) -> Self { string(word, .fields) }
  static func file(_ word: String) -> Self { string(word, .file) }
  static func directory(_ word: String) -> Self { string(word, .directory) }

  /// Any text, also none at all.
  static func text(_ word: String) -> Self {
    Self(value: .required(word, .text)) { $0.text ?? "" }
  }

  private static func string(_ word: String, _ kind: Option.Kind) -> Self {
    Self(value: .required(word, kind)) { (given) throws(ArgumentError) in try given.string() }
  }
}

extension ValueParser<[FindingKind: Int]> {
  static func limits(_ word: String) -> Self {
    let usual = FindingKind.allCases.map { "\($0.name)=\($0.limit)" }
    return Self(value: .required(word, .limits)) { (given) throws(ArgumentError) in
      var limits: Result = [:]
      for text in try given.string().split(separator: ",", omittingEmptySubsequences: false) {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let kind = FindingKind(rawValue: parts[0].lowercased()),
          let limit = decimal(parts[1]), (1...1_000_000_000).contains(limit)
        else { throw given.refusal("limits such as \(either(usual))") }
        limits[kind] = limit
      }
      return limits
    }
  }
}

extension ValueParser<Format> {
  static func form(_ word: String) -> Self {
    let words = Format.allCases.map(\.rawValue) + Tool.allCases.map(\.rawValue)
    return Self(value: .required(word, .choice(words))) { (given) throws(ArgumentError) in
      let typed = try given.string()
      if let form = Format(rawValue: typed) { return form }
      if Tool(rawValue: typed) == nil { throw given.refusal(either(words)) }
      throw .refused(
        "--format \(typed)", instead: "that is the form of a list; type: sockeye --format \(typed)")
    }
  }
}

extension ValueParser<ExpectedCount> {
  static func expectation(_ word: String) -> Self {
    Self(value: .required(word, .expectation)) { (given) throws(ArgumentError) in
      guard let expectation = ExpectedCount(try given.string()) else {
        throw given.refusal("none, any, N, <N or >N")
      }
      return expectation
    }
  }
}

extension ValueParser {
  /// Some of a type's words, joined by commas, each once.
  static func choices<Choice: RawRepresentable<String> & CaseIterable & Sendable & Equatable>(
    _ word: String, _ type: Choice.Type
  ) -> Self where Result == [Choice] {
    let one = ValueParser<Choice>.choice(word, type)
    return Self(value: one.value) { (given) throws(ArgumentError) in
      var choices: [Choice] = []
      for text in try given.string().split(separator: ",", omittingEmptySubsequences: false) {
        let part = ParsedOption(
          option: given.option, spelling: given.spelling, text: text.isEmpty ? "," : String(text))
        let choice = try one.read(part)
        if !choices.contains(choice) { choices.append(choice) }
      }
      return choices
    }
  }
}

extension ValueParser where Result: RawRepresentable<String> & CaseIterable & Sendable {
  /// One of a type's words, in any case; a field under any of its names.
  static func choice(_ word: String, _ type: Result.Type) -> Self {
    let words = type.allCases.map(\.rawValue)
    return Self(value: .required(word, .choice(words))) { (given) throws(ArgumentError) in
      let typed = try given.string().lowercased()
      guard
        let choice = type.init(rawValue: typed)
          ?? Field(typed).flatMap({ .init(rawValue: $0.name) })
      else { throw given.refusal(either(words)) }
      return choice
    }
  }
}
