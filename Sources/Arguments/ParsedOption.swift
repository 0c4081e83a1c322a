import SocketModel

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
