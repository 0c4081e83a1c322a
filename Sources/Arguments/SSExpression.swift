import SocketModel

/// An expression of ss of which it is certain that it means the same here. The rest is the real tool's: host
/// names, forms that its parser takes in its own way, conditions on sockets without ports.
struct SSExpression {
  let text: String
  /// The names that stand in the place of ports.
  private(set) var services: Set<String> = []
  private var tokens: ArraySlice<String>
  private var hasIPv4 = false
  private var hasIPv6 = false
  /// Whether there is an `or` or a `not`.
  private var isBranched = false
  private var hasImpliedAnd = false

  /// Throws where one of the words is not understood.
  init(_ words: [String], _ choice: SSChoice) throws(NotAnswered) {
    text = words.joined(separator: " ")
    tokens = text.split { $0 == " " || $0 == "\t" }.map(String.init)[...]
    guard takeAlternatives(), tokens.isEmpty, isAlike(choice),
      choice.tables.isSubset(of: [.tcp, .udp, .mptcp])
    else { throw NotAnswered("'\(text)'") }
  }

  /// In ss a condition on an IPv6 address leaves IPv6 sockets alone, also those that another part of the
  /// expression asks for, and `a b or c` is `a (b or c)`.
  private func isAlike(_ choice: SSChoice) -> Bool {
    if hasImpliedAnd && isBranched || hasIPv6 && (isBranched || hasIPv4) { return false }
    guard choice.familyOptions > 0 else { return true }
    let hasAddress = hasIPv4 || hasIPv6
    if choice.familyOptions > 1 { return !hasAddress }
    return !(hasIPv4 && choice.families.contains(.inet6))
      && !(hasIPv6 && choice.families.contains(.inet))
  }

  /// ss reads from left to right: with it `a or b and c` is `(a or b) and c`, so no `and` follows an `or`.
  private mutating func takeAlternatives() -> Bool {
    guard takeConjunction() else { return false }
    while let token = tokens.first, ["or", "|", "||"].contains(token) {
      tokens.removeFirst()
      isBranched = true
      guard takeFactor() else { return false }
    }
    return true
  }

  private mutating func takeConjunction() -> Bool {
    guard takeFactor() else { return false }
    while let token = tokens.first, !["or", "|", "||", ")"].contains(token) {
      if ["and", "&", "&&"].contains(token) { tokens.removeFirst() } else { hasImpliedAnd = true }
      guard takeFactor() else { return false }
    }
    return true
  }

  private mutating func takeFactor() -> Bool {
    while let token = tokens.first, ["not", "!"].contains(token) {
      tokens.removeFirst()
      isBranched = true
    }
    guard let token = tokens.popFirst() else { return false }
    switch token {
    case "(": return takeAlternatives() && tokens.popFirst() == ")"
    case "sport", "dport":
      takeComparison(Self.comparisons)
      return tokens.popFirst().map { takePort($0) } ?? false
    case "src", "dst":
      takeComparison(["=", "==", "eq"])
      return tokens.popFirst().map { takeHost($0) } ?? false
    default: return false
    }
  }

  private static let comparisons: Set<String> = [
    "=", "==", "eq", "!=", "ne", "neq", ">", "gt", ">=", "ge", "geq", "<", "lt", "<=", "le", "leq",
  ]

  private mutating func takeComparison(_ known: Set<String>) {
    if let token = tokens.first, known.contains(token) { tokens.removeFirst() }
  }

  /// `80`, `:80`, `:http`.
  private mutating func takePort(_ text: String) -> Bool {
    let hasColon = text.hasPrefix(":")
    let name = hasColon ? text.dropFirst() : text[...]
    if let port = UInt16(name), name == "\(port)" { return port > 0 }
    services.insert(String(name))
    return hasColon && name.utf8.first.map(Self.isLetter) ?? false
      && name.utf8.allSatisfy {
        Self.isLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: "-")
      }
  }

  /// `127.0.0.1`, `10.0.0.0/8`, `10.0.0.5:80`, `:80`, `[::1]:443`, `::1/128`.
  private mutating func takeHost(_ text: String) -> Bool {
    if text.hasPrefix("[") {
      let parts = text.dropFirst().split(
        separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
      hasIPv6 = true
      guard parts.count == 2, IPAddress(String(parts[0]))?.family == .ipv6 else { return false }
      return parts[1].isEmpty || parts[1].hasPrefix(":") && takePort(String(parts[1]))
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if let address = IPAddress(String(parts[0])) {
      if address.family == .ipv6 { hasIPv6 = true } else { hasIPv4 = true }
      // To ss the last colon of an address without brackets is before a port.
      return parts.count == 1 && address.family == .ipv4
        || parts.count == 2 && Self.isLength(parts[1], of: address.family)
    }
    if text.hasPrefix(":") { return takePort(text) }
    let ends = text.split(separator: ":", omittingEmptySubsequences: false)
    hasIPv4 = true
    return ends.count == 2 && IPAddress(String(ends[0]))?.family == .ipv4
      && takePort(":" + ends[1])
  }

  private static func isLength(_ text: Substring, of family: IPAddress.Family) -> Bool {
    Int(text).map { 0...family.bitWidth ~= $0 && text == "\($0)" } ?? false
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    0x61...0x7a ~= byte | 0x20 && byte >= 0x41
  }

  private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
}
