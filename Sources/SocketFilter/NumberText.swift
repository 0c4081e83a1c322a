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

/// What a service or host name is made of.
func isNameByte(_ byte: UInt8) -> Bool {
  isLetter(byte) || (0x30...0x39).contains(byte) || "-_.+".utf8.contains(byte) || byte >= 0x80
}

func isLetter(_ byte: UInt8) -> Bool {
  (0x41...0x5a).contains(byte & 0xdf)
}
