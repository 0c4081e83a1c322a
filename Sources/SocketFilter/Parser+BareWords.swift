import SocketModel

extension Parser {
  /// Words joined by commas are alternatives: `22,443`, `nginx,sshd`.
  mutating func bareWords(_ lexeme: Lexeme) throws(FilterError) -> Expression {
    var words: [Expression] = []
    let items = lexeme.splitAtCommas()
    try count(items.count, lexeme)
    for item in items {
      guard !item.units.isEmpty || item.isQuoted else {
        throw error(item, .missingValue(behind: ","))
      }
      words.append(.term(try bareWord(item)))
    }
    return .either(words)
  }

  /// A word on its own: a port, a state, a protocol, a family, a word of the language, an address,
  /// or else the name of a process.
  private func bareWord(_ lexeme: Lexeme) throws(FilterError) -> Term {
    let text = lexeme.text
    let printed = lexeme.printed
    // In a list an operator is a word like any other: `nginx,or`.
    guard let keyword = lexeme.keyword, !Lexeme.operatorWords.contains(keyword) else {
      return processTerm(lexeme)
    }
    if let ports = try barePorts(text, lexeme) { return Term(printed, .port(.either, ports)) }
    if let test = keywordTest(keyword) { return Term(keyword, test) }
    if AddressLooks.fits(text) {
      let pattern = try endpoint(lexeme, mayBeShort: false)
      return Term(printed, .endpoint(.either, [pattern]))
    }
    return Term(printed, .owners(.process(.name([Glob(lexeme)]))), bareWord: text)
  }

  private func processTerm(_ lexeme: Lexeme) -> Term {
    Term("process=" + lexeme.printed, .owners(.process(.name([Glob(lexeme)]))))
  }

  /// `8080`, `8000-8100`, `:8080`, `:https`; but `::1` is an address.
  private func barePorts(_ text: String, _ lexeme: Lexeme) throws(FilterError) -> NumberSet? {
    if text.hasPrefix(":"), !text.hasPrefix("::") {
      guard text.utf8.count > 1 else { throw error(lexeme, .notAPort(text)) }
      if text.dropFirst().contains(":") { return nil }
      return try ports(text.dropFirst(), lexeme)
    }
    return NumberText(text) == nil ? nil : try ports(text[...], lexeme)
  }

  func keywordTest(_ keyword: String) -> Test? {
    switch keyword {
    case "listening", "listen": return .plain(.listening)
    case "all": return .everything
    case "exposed": return .plain(.exposed)
    case "loopback": return .plain(.loopback)
    case "autobound":
      let range = names.localPortRange
      return .port(.local, NumberSet([UInt64(range.lowerBound)...UInt64(range.upperBound)]))
    default: break
    }
    if let protocols = SocketKindSet(word: keyword) { return .plain(.protocols(protocols)) }
    if let families = FamilySet(word: keyword) { return .plain(.families(families)) }
    return StateWords.states(keyword).map { .plain(.states($0)) }
  }
}

/// Whether a bare word looks like an address and not like the name of a process.
enum AddressLooks {
  static func fits(_ text: String) -> Bool {
    if text == "*" || text == "localhost" { return true }
    let head = text.prefix { $0 != "/" && $0 != "%" }
    if text.first == "[" || ["inet:", "inet6:", "*:"].contains(where: text.hasPrefix) {
      return true
    }
    let colons = head.count { $0 == ":" }
    if colons > 1 {
      return head.utf8.allSatisfy { isHexadecimal($0) || ":.".utf8.contains($0) } || hasPort(head)
    }
    if colons == 1 { return hasPort(head) }
    let isNumeric = head.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    return isNumeric && !head.isEmpty && (head.contains(".") || head.count < text.count)
  }

  /// `localhost:8080`, `::1:https`: something on both sides of the last colon.
  private static func hasPort(_ text: Substring) -> Bool {
    guard let colon = text.lastIndex(of: ":") else { return false }
    let host = text[..<colon]
    return !host.isEmpty && text.index(after: colon) != text.endIndex
      && host.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: ":") }
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
  }
}
