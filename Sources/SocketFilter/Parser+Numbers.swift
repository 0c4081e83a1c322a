import SocketModel

/// A number as C's strtoul reads it with base 0: decimal, `0x` hexadecimal, `0` octal; no sign.
func cNumber(_ text: some StringProtocol) -> UInt64? {
  guard let first = text.utf8.first, (0x30...0x39).contains(first) else { return nil }
  if text.hasPrefix("0x") || text.hasPrefix("0X") {
    let digits = text.dropFirst(2)
    return digits.hasPrefix("+") || digits.hasPrefix("-") ? nil : UInt64(digits, radix: 16)
  }
  return UInt64(text, radix: first == 0x30 && text.utf8.count > 1 ? 8 : 10)
}

/// A number, or a range that may be open at one end: `5`, `5-10`, `5-`, `-5`.
enum NumberText: Equatable {
  case number(UInt64)
  case range(UInt64?, UInt64?)

  /// A number may be written in a larger unit.
  init?(_ text: some StringProtocol, in unit: Unit = .none) {
    func number(_ text: some StringProtocol) -> UInt64? { cNumber(text) ?? unit.number(text) }
    if let number = number(text) {
      self = .number(number)
      return
    }
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard ends.count == 2, !(ends[0].isEmpty && ends[1].isEmpty) else { return nil }
    let (lower, upper) = (number(ends[0]), number(ends[1]))
    guard (lower != nil) == !ends[0].isEmpty, (upper != nil) == !ends[1].isEmpty else {
      return nil
    }
    self = .range(lower, upper)
  }
}

extension Parser {
  /// The numbers that a comparison with a number, a range or a list of them means.
  func numbers(_ operands: Operands, in unit: Unit = .none) throws(FilterError) -> NumberSet {
    var ranges: [ClosedRange<UInt64>] = []
    for item in operands.items {
      guard let text = NumberText(item.text, in: unit) else {
        throw error(
          item, .notANumber(item.text, field: operands.field, withUnit: unit.example))
      }
      ranges += try numbers(text, item).ranges
    }
    return try compared(NumberSet(ranges), operands)
  }

  /// A port is written with or without a colon, as a number, a range or a service; `*` and nothing
  /// behind the colon are any port.
  func portTest(_ ends: Ends, _ operands: Operands) throws(FilterError) -> Test {
    var ranges: [ClosedRange<UInt64>] = []
    var families: FamilySet?
    for item in operands.items {
      var text = item.text[...]
      families = try familyPrefix(&text, item) ?? families
      if text.first == ":" { text = text.dropFirst() }
      ranges += try ports(text, item).ranges
    }
    let set = try compared(NumberSet(ranges), operands)
    guard let families else { return .port(ends, set) }
    return .endpoint(ends, [EndpointPattern(ports: set, families: families)])
  }

  func ports(_ text: Substring, _ item: Lexeme) throws(FilterError) -> NumberSet {
    if text.isEmpty || text == "*" { return NumberSet([0...65535]) }
    if let numbers = NumberText(text) {
      switch numbers {
      case .number(let port) where port > 65535, .range(let port?, nil) where port > 65535,
        .range(_, let port?) where port > 65535:
        throw error(item, .portTooLarge("\(port)"))
      case .number, .range: return try self.numbers(numbers, item)
      }
    }
    let ports = names.ports(service: String(text))
    if !ports.isEmpty { return NumberSet(ports.map(UInt64.init)) }
    guard text.utf8.allSatisfy(isNameByte), text.utf8.contains(where: isLetter) else {
      throw error(item, .notAPort(String(text)))
    }
    let near = nearest(to: String(text), among: names.serviceNames)
    throw error(item, .unknownService(String(text), nearest: near))
  }

  private func numbers(_ text: NumberText, _ item: Lexeme) throws(FilterError) -> NumberSet {
    switch text {
    case .number(let number): return NumberSet([number...number])
    case .range(let lower, let upper):
      let (low, high) = (lower ?? 0, upper ?? .max)
      guard low <= high else {
        throw error(item, .emptyRange("\(low)-\(high)", turned: "\(high)-\(low)"))
      }
      return NumberSet([low...high])
    }
  }

  /// The set itself for `=` and `!=`; for the others what compares so with its only number.
  private func compared(_ set: NumberSet, _ operands: Operands) throws(FilterError) -> NumberSet {
    let comparison = operands.comparison
    if comparison == .equal || comparison == .notEqual { return set }
    if set.ranges == [0...65535] { return set }
    if operands.items.count == 1, let range = set.ranges.first, set.ranges.count == 1,
      range.lowerBound == range.upperBound
    {
      return NumberSet(comparison, range.lowerBound)
    }
    let text = operands.value.text
    if operands.items.count == 1, NumberText(text.drop { $0 == ":" }) == nil {
      let ports = set.ranges.lazy.flatMap { $0 }.prefix(8).map { UInt16(truncatingIfNeeded: $0) }
      throw error(operands.value, .ambiguousService(text, ports: Array(ports)))
    }
    throw error(operands.value, .takesOneNumber(comparison: comparison.rawValue))
  }
}

func isLetter(_ byte: UInt8) -> Bool {
  (0x41...0x5a).contains(byte & 0xdf)
}

/// What a service or host name is made of.
func isNameByte(_ byte: UInt8) -> Bool {
  isLetter(byte) || (0x30...0x39).contains(byte) || "-_.+".utf8.contains(byte) || byte >= 0x80
}
