/// `a, b or c`
func either(_ words: [String]) -> String {
  words.count < 2
    ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
}

/// Plain digits as a number; nil for anything else, a sign included.
func decimal(_ text: some StringProtocol) -> Int? {
  text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
}

/// A time in milliseconds: `2`, `0.25`, `500ms`, `2s`, `1m`, `1h`, `1d`. What is below a millisecond is
/// dropped.
func milliseconds(in text: String) -> Int? {
  let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
  let unit = units.first { text.hasSuffix($0.0) } ?? ("", 1000)
  let parts = text.dropLast(unit.0.count).split(separator: ".", omittingEmptySubsequences: false)
  guard let first = parts.first, parts.count < 3 else { return nil }
  guard let whole = first.isEmpty && parts.count == 2 ? 0 : decimal(first), whole < 1 << 32 else {
    return nil
  }
  guard parts.count == 2 else { return whole * unit.1 }
  let digits = parts[1].prefix(6)
  guard decimal(parts[1]) != nil, let fraction = decimal(digits) else { return nil }
  let scale = (0..<digits.count).reduce(1) { scale, _ in scale * 10 }
  return whole * unit.1 + fraction * unit.1 / scale
}

/// Milliseconds as a person writes seconds: `0.1`, `86400`.
func asSeconds(_ milliseconds: Int) -> String {
  guard milliseconds % 1000 != 0 else { return "\(milliseconds / 1000)" }
  var fraction = String("\(1000 + milliseconds % 1000)".dropFirst())
  while fraction.hasSuffix("0") { fraction.removeLast() }
  return "\(milliseconds / 1000).\(fraction)"
}
