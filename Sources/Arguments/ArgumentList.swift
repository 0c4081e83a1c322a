import Display
import SocketModel

/// A command line taken apart: options with their values, words, and what follows `--`.
///
/// It is read before its verb is known, because options may come before the verb; which option a
/// name means is settled afterwards.
struct ArgumentList {
  struct Item {
    /// The candidates: rows of the table that share the name.
    let options: [Option]
    let spelling: String
    let text: String?
  }

  var items: [Item] = []
  var verb: Verb?
  var words: [String] = []
  /// What follows `--`; nil where there is none.
  var rest: [String]?

  private var hint: MisspellingHint { MisspellingHint(verb: verb, words: words) }

  init(_ arguments: [String]) throws(ArgumentError) {
    try MisspellingHint.checkListOpenFiles(line: arguments)
    var index = 0
    while index < arguments.count {
      let word = arguments[index]
      let next = index + 1 < arguments.count ? arguments[index + 1] : nil
      index += 1
      if word == "--" {
        rest = Array(arguments[index...])
        return
      } else if word.hasPrefix("--") {
        if try readLong(word, next: next) { index += 1 }
      } else if word.hasPrefix("-"), word != "-" {
        if try readLetters(word, next: next) { index += 1 }
      } else if words.isEmpty, verb == nil, let verb = Verb(rawValue: word) {
        self.verb = verb
      } else {
        words.append(word)
      }
    }
  }

  /// Reads `--name`, `--name=value`; true where the next word was its value.
  private mutating func readLong(_ word: String, next: String?) throws(ArgumentError) -> Bool {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let spelling = String(parts[0])
    // Elsewhere it is that of ss: --stats.
    let name = verb == .trace && spelling == "--summary" ? "every" : String(spelling.dropFirst(2))
    let options = Option.named(name)
    var text = parts.count == 2 ? String(parts[1]) : nil
    try hint.checkLong(spelling, name, value: text ?? next)
    if let refusal = UnsupportedOption.of(name: name, value: text ?? next) {
      throw .refused(spelling, instead: refusal.instead)
    }
    guard let option = options.first else {
      throw .unknownOption(spelling, nearest: nearestOption(name))
    }
    var takesNext = false
    switch option.value {
    case .none where text != nil: throw .unexpectedValue(option: spelling)
    case .none: break
    case .optional where text != nil: break
    case .optional: try hint.checkOptional(spelling, option, next: next)
    case .required where text == nil:
      guard let next, !next.hasPrefix("--") else {
        throw .missingValue(option: spelling, usage: option.usage)
      }
      (text, takesNext) = (next, true)
    case .required: break
    }
    // The option of that name: it says of which verbs it is.
    if option.name == "format", let form = text, Format(rawValue: form) != nil,
      !Option.named(form).isEmpty
    {
      items.append(Item(options: Option.named(form), spelling: "--format \(form)", text: nil))
      return takesNext
    }
    items.append(Item(options: options, spelling: spelling, text: text))
    return takesNext
  }

  /// Reads `-t`, `-tulpn`, `-tN NAME`, `-NNAME`; true where the next word was a value.
  private mutating func readLetters(
    _ word: String, next: String?
  ) throws(ArgumentError) -> Bool {
    try hint.check(word, next: next)
    for (index, letter) in word.enumerated().dropFirst() {
      let spelling = "-\(letter)"
      let attached = word.dropFirst(index + 1)
      let value = attached.isEmpty ? next : String(attached)
      if let refusal = UnsupportedOption.of(letter: letter, value: value) {
        throw .refused(spelling, instead: refusal.instead)
      }
      let options = Option.lettered(letter)
      guard let option = options.first else { throw unknown(letter, in: word) }
      if option.takesSeparateValue {
        guard let value else { throw .missingValue(option: spelling, usage: option.usage) }
        items.append(Item(options: options, spelling: spelling, text: value))
        return attached.isEmpty
      }
      items.append(Item(options: options, spelling: spelling, text: nil))
    }
    return false
  }

  private func unknown(_ letter: Character, in word: String) -> ArgumentError {
    if word.count == 2 { return .unknownOption(word, nearest: nil) }
    let name = String(word.dropFirst())
    if !Option.named(name).isEmpty { return .unknownOption(word, nearest: "--\(name)") }
    return .unknownOption("-\(letter) in \(word)", nearest: nil)
  }

  private func nearestOption(_ name: String) -> String? {
    nearest(to: name, among: Option.all.lazy.filter { !$0.isHidden }.map(\.name)).map { "--" + $0 }
  }
}
