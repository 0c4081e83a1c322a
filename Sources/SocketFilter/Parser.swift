import SocketModel

/// Terms joined by `and` (or by nothing), `or`, `not` and parentheses; `and` binds tighter than
/// `or`.
struct Parser<Names: FilterNames> {
  let words: [String]
  let names: Names
  private let tokens: [Token]
  private var position = 0
  private var depth = 0
  private var termCount = 0

  init(_ words: [String], names: Names) throws(FilterError) {
    self.words = words
    self.names = names
    tokens = try Lexer.tokens(words)
  }

  /// The whole filter; nil where nothing was typed.
  mutating func filter() throws(FilterError) -> Expression? {
    if tokens.isEmpty { return nil }
    let expression = try group()
    if let token = peek() { throw error(token.lexeme, .unopenedParenthesis) }
    return expression
  }

  /// A whole filter, or what is in parentheses. In ss the states that come first hold for all
  /// that follows, also across an `or`.
  private mutating func group() throws(FilterError) -> Expression {
    let start = position
    guard let states = try stateClause() else { return try alternatives() }
    switch peek()?.kind {
    case nil, .close: return states
    case .and, .or:
      position = start
      return try alternatives()
    case .open, .not, .word, .comparison:
      depth += 1
      let rest = try alternatives()
      depth -= 1
      return try joined([states, rest])
    }
  }

  private mutating func alternatives() throws(FilterError) -> Expression {
    var parts = [try conjunction()]
    while peek()?.kind == .or {
      position += 1
      parts.append(try conjunction())
    }
    return .either(parts)
  }

  private mutating func conjunction() throws(FilterError) -> Expression {
    var parts = [try factor()]
    while let next = peek()?.kind, next != .or, next != .close {
      if next == .and { position += 1 }
      parts.append(try factor())
    }
    return try joined(parts)
  }

  private mutating func factor() throws(FilterError) -> Expression {
    var isNegated = false
    while peek()?.kind == .not {
      position += 1
      isNegated.toggle()
    }
    let inner = try primary()
    return isNegated ? inner.negated : inner
  }

  private mutating func primary() throws(FilterError) -> Expression {
    guard let token = peek() else { throw missingTerm() }
    switch token.kind {
    case .open: return try parentheses()
    case .word:
      if let states = try stateClause() { return states }
      return try term()
    case .comparison: throw error(token.lexeme, .missingField(before: typed(token.lexeme)))
    case .and, .or, .not, .close: throw missingTerm()
    }
  }

  private mutating func parentheses() throws(FilterError) -> Expression {
    let open = tokens[position].lexeme
    position += 1
    depth += 1
    guard depth <= FilterLimits.maximumDepth else { throw error(open, .tooDeep) }
    if peek()?.kind == .close {
      throw FilterError(words, open, .emptyParentheses)
    }
    let inner = try group()
    guard peek()?.kind == .close else { throw error(open, .unclosedParenthesis) }
    position += 1
    depth -= 1
    return inner
  }
}

extension Parser {
  private func peek(_ distance: Int = 0) -> Token? {
    position + distance < tokens.count ? tokens[position + distance] : nil
  }

  mutating func skip() { position += 1 }

  /// Counts the terms that a word makes.
  mutating func count(_ terms: Int, _ lexeme: Lexeme) throws(FilterError) {
    termCount += terms
    if termCount > FilterLimits.maximumTerms { throw error(lexeme, .tooManyTerms) }
  }

  func error(_ lexeme: Lexeme, _ reason: FilterError.Reason) -> FilterError {
    FilterError(words, lexeme, reason)
  }

  /// What was typed there.
  func typed(_ lexeme: Lexeme) -> String {
    String(decoding: Array(words[lexeme.word].utf8)[lexeme.range], as: UTF8.self)
  }

  private func missingTerm() -> FilterError {
    let before = position > 0 ? tokens[position - 1] : nil
    if let before, before.kind != .open {
      return error(before.lexeme, .missingTerm(beside: typed(before.lexeme), isBefore: false))
    }
    guard let here = peek() ?? before else {
      return FilterError(words, word: 0, range: 0..<0, .emptyParentheses)
    }
    if here.kind == .close { return error(here.lexeme, .unopenedParenthesis) }
    if here.kind == .open { return error(here.lexeme, .unclosedParenthesis) }
    return error(here.lexeme, .missingTerm(beside: typed(here.lexeme), isBefore: true))
  }

  /// All of these, unless no socket can be all of them: `tcp udp`, `established time-wait`.
  private func joined(_ parts: [Expression]) throws(FilterError) -> Expression {
    let expression = Expression.both(parts)
    guard case .all(let flat) = expression else { return expression }
    var protocols: (set: SocketKindSet, text: String)?
    var states: (set: StateSet, text: String)?
    for case .term(let term) in flat {
      if let set = term.test.protocols {
        if let other = protocols, other.set.isDisjoint(with: set) {
          throw contradiction(other.text, term.text)
        }
        protocols = (set, term.text)
      }
      if let set = term.test == .plain(.listening) ? .listening : term.test.states {
        if let other = states, other.set.isDisjoint(with: set) {
          throw contradiction(other.text, term.text)
        }
        states = (set, term.text)
      }
    }
    return expression
  }

  private func contradiction(_ a: String, _ b: String) -> FilterError {
    let lexeme = tokens[max(0, position - 1)].lexeme
    return error(lexeme, .contradiction(a, b))
  }
}

extension Parser {
  /// One term, from its first word on: a comparison, one of ss's words with its value, or a bare
  /// word.
  mutating func term() throws(FilterError) -> Expression {
    guard let lexeme = peek()?.lexeme else { return .term(Term("all", .everything)) }
    skip()
    if let comparison = comparison(after: lexeme) {
      skip()
      try count(1, lexeme)
      return try compared(lexeme, comparison)
    }
    if let keyword = lexeme.keyword {
      if Comparison(word: keyword) != nil {
        throw error(lexeme, .missingField(before: keyword))
      }
      if SSWords.takesValue(keyword), peek()?.kind == .word {
        try count(1, lexeme)
        return try compared(lexeme, .equal)
      }
      if let subject = Subject(keyword) {
        throw error(lexeme, .loneField(keyword, example: example(of: subject, keyword)))
      }
    }
    return try bareWords(lexeme)
  }

  /// A comparison to type for a field on its own, with the value that was typed after it: `pid 812`.
  private func example(of subject: Subject, _ name: String) -> String {
    let standard = subject.example(name)
    guard let next = peek(), next.kind == .word, let word = next.lexeme.keyword else {
      return standard
    }
    let sign = standard.dropFirst(name.utf8.count).prefix { "=<>".contains($0) }
    let isNumber = word.utf8.first.map { (0x30...0x39).contains($0) } ?? false
    let isTerm =
      keywordTest(word) != nil || word == "autobound" || Subject(word) != nil || word.contains(":")
    return isNumber || sign == "=" && !isTerm ? name + sign + next.lexeme.printed : standard
  }

  /// The comparison that is here; ss also takes words for it, after a field alone.
  private func comparison(after name: Lexeme) -> Comparison? {
    guard let token = peek() else { return nil }
    if case .comparison(let comparison) = token.kind { return comparison }
    guard let keyword = name.keyword, Subject(keyword) != nil, token.kind == .word else {
      return nil
    }
    return token.lexeme.keyword.flatMap(Comparison.init(word:))
  }

  /// A field, how it is compared, and the value that comes next.
  private mutating func compared(
    _ name: Lexeme, _ comparison: Comparison
  ) throws(FilterError) -> Expression {
    let field = name.text.lowercased()
    guard let subject = Subject(field) else {
      throw error(name, .unknownField(name.text, nearest: Subject.nearest(to: name.text)))
    }
    guard let value = peek(), value.kind == .word else {
      let last = peek(-1)?.lexeme ?? name
      throw error(last, .missingValue(after: field + comparison.rawValue))
    }
    skip()
    if !subject.isOrdered, comparison != .equal, comparison != .notEqual {
      throw error(name, .notOrdered(field, comparison: comparison.rawValue))
    }
    let operands = Operands(
      field: field, comparison: comparison, value: value.lexeme,
      items: value.lexeme.splitAtCommas())
    for item in operands.items where item.units.isEmpty && !item.isQuoted {
      throw error(item, .missingValue(after: field + comparison.rawValue))
    }
    let test = try test(subject, operands)
    let sign = comparison == .notEqual ? Comparison.equal : comparison
    let term = Expression.term(Term(field + sign.rawValue + value.lexeme.printed, test))
    if comparison == .notEqual, subject == .field(.verdict) {
      // What is no connection has none, and is not asked for.
      return .both([
        .term(Term(field + "=*", .text(FieldReader(.verdict), [.anything]))), term.negated,
      ])
    }
    return comparison == .notEqual ? term.negated : term
  }

  /// `state X` and `exclude X`, one or more: the first `state` begins with none, the first `exclude`
  /// with all.
  private mutating func stateClause() throws(FilterError) -> Expression? {
    var states: StateSet?
    var text: [String] = []
    while let keyword = peek()?.lexeme.keyword, ["state", "exclude", "excl"].contains(keyword),
      let value = peek(1), value.kind == .word
    {
      if value.lexeme.keyword.flatMap(Comparison.init(word:)) != nil { break }
      skip()
      skip()
      let named = try self.states(value.lexeme)
      states =
        keyword == "state"
        ? (states ?? []).union(named) : (states ?? .all).subtracting(named)
      text.append("\(keyword) \(value.lexeme.printed)")
    }
    return states.map {
      .term(Term(text.joined(separator: " "), .plain(.states($0)), isStateClause: true))
    }
  }
}

extension Parser {
  /// Words joined by commas are alternatives: `22,443`, `nginx,sshd`.
  mutating func bareWords(_ lexeme: Lexeme) throws(FilterError) -> Expression {
    var words: [Expression] = []
    let items = lexeme.splitAtCommas()
    try count(items.count, lexeme)
    for item in items {
      guard !item.units.isEmpty || item.isQuoted else {
        throw error(item, .missingValue(after: ","))
      }
      words.append(
        .term(items.count > 1 && means(item) ? processTerm(item) : try bareWord(item)))
    }
    return .either(words)
  }

  /// Whether it would be an operator or a field as a word on its own. In a list it is a word like any
  /// other: `nginx,or`, `nginx,gt`, `nginx,pid`, `nginx,!x`.
  private func means(_ lexeme: Lexeme) -> Bool {
    guard let keyword = lexeme.keyword else { return false }
    return keyword.hasPrefix("!") || Comparison(word: keyword) != nil || Subject(keyword) != nil
      || SSWords.takesValue(keyword)
  }

  /// A word on its own: a port, a state, a protocol, a family, a word of the language, an address,
  /// or else the name of a process.
  private func bareWord(_ lexeme: Lexeme) throws(FilterError) -> Term {
    let text = lexeme.text
    let printed = lexeme.printed
    guard let keyword = lexeme.keyword, !Lexeme.operatorWords.contains(keyword) else {
      return processTerm(lexeme)
    }
    if let ports = try barePorts(text, lexeme) { return Term(printed, .port(.either, ports)) }
    if keyword == "autobound" { return Term(keyword, try autobound(lexeme)) }
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

  private func autobound(_ lexeme: Lexeme) throws(FilterError) -> Test {
    let range = try found("the ports of", lexeme.text, lexeme) { () throws(LookupFailure) in
      try names.localPortRange()
    }
    return .port(.local, NumberSet([UInt64(range.lowerBound)...UInt64(range.upperBound)]))
  }

  private func keywordTest(_ keyword: String) -> Test? {
    switch keyword {
    case "listening", "listen": return .plain(.listening)
    case "all": return .everything
    case "exposed": return .plain(.exposed)
    case "loopback": return .plain(.loopback)
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

/// The value of a comparison.
struct Operands {
  /// As it was typed, in lower case.
  var field: String
  var comparison: Comparison
  var value: Lexeme
  /// The items of a list; one where it is none.
  var items: [Lexeme]
}

extension Parser {
  /// The test that a comparison asks for. `!=` is tested as `=`.
  func test(_ subject: Subject, _ operands: Operands) throws(FilterError) -> Test {
    switch subject {
    case .port: try portTest(.either, operands)
    case .address: try addressTest(.either, operands)
    case .reaches: try reachesTest(operands)
    case .field(let field): try test(field, operands)
    }
  }

  /// What is written in a way of its own, or looked at in more than one place of a row, goes by the
  /// field; the rest by what its values are.
  private func test(_ field: Field, _ operands: Operands) throws(FilterError) -> Test {
    switch (field.kind, field) {
    case (_, .localPort): return try portTest(.local, operands)
    case (_, .remotePort): return try portTest(.remote, operands)
    case (_, .proto): return try protocolTest(operands)
    case (_, .family): return try familyTest(operands)
    case (_, .state):
      var states: StateSet = []
      for item in operands.items { states.formUnion(try self.states(item)) }
      return .plain(.states(states))
    case (_, .interface): return try interfaceTest(operands)
    case (_, .user): return try userTest(operands)
    case (_, .cgroup): return try cgroupTest(operands)
    case (_, .mark): return try markTest(operands)
    case (_, .process): return .owners(.process(.name(operands.items.map(Glob.init))))
    case (_, .localPath): return .paths(.local, operands.items.map(Glob.init))
    case (_, .remotePath): return .paths(.remote, operands.items.map(Glob.init))
    case (_, .command): return .owners(.process(.command(operands.items.map(Glob.init))))
    case (_, .pid): return .owners(.process(.pids(try numbers(operands))))
    case (_, .ownerStatus): return try ownerStatusTest(operands)
    case (_, .verdict): return try verdictTest(operands)
    case (.address, _):
      return try addressTest(
        [.remoteAddress, .ip(.remote)].contains(field) ? .remote : .local, operands)
    // The owners themselves are no subject.
    case (.list, _): return .owners(.descriptors(try numbers(operands)))
    case (.number, _):
      return .number(FieldReader(field), try numbers(operands, in: field.unit))
    case (.flag, _):
      let flags = try words(operands, among: ["true", "false"]).map { $0 == "true" }
      return field == .exeDeleted
        ? .owners(.process(.exeDeleted(flags))) : .flag(FieldReader(field), flags)
    case (.word, _):
      return .words(FieldReader(field), try words(operands, among: field.words))
    case (.name, _): return .text(FieldReader(field), operands.items.map(Glob.init))
    }
  }

  func states(_ item: Lexeme) throws(FilterError) -> StateSet {
    if let states = StateWords.states(item.text) { return states }
    let near = nearest(to: item.text, among: StateWords.all)
    throw error(item, .unknownState(item.text, nearest: near))
  }

  private func protocolTest(_ operands: Operands) throws(FilterError) -> Test {
    var set: SocketKindSet = []
    for item in operands.items {
      guard let named = SocketKindSet(word: item.text) else {
        throw unknown(item, operands, Field.proto.words)
      }
      set.formUnion(named)
    }
    return .plain(.protocols(set))
  }

  private func familyTest(_ operands: Operands) throws(FilterError) -> Test {
    var set: FamilySet = []
    let others = operands.items.compactMap { SocketKindSet(otherFamily: $0.text) }
    if others.count == operands.items.count {
      return .plain(.protocols(others.reduce([]) { $0.union($1) }))
    }
    for item in operands.items {
      guard let named = FamilySet(word: item.text) else {
        throw unknown(item, operands, Field.family.words)
      }
      set.formUnion(named)
    }
    return .plain(.families(set))
  }

  private func ownerStatusTest(_ operands: Operands) throws(FilterError) -> Test {
    var statuses: [OwnerStatus] = []
    for item in operands.items {
      let word = item.text.lowercased()
      let status = OwnerStatus.allCases.first { $0.name?.elementsEqual(word.utf8) ?? false }
      guard let status else { throw unknown(item, operands, Field.ownerStatus.words) }
      statuses.append(status)
    }
    return .owners(.status(statuses))
  }

  /// The items, each of them one of these words.
  private func words(
    _ operands: Operands, among words: [ShortText]
  ) throws(FilterError) -> [ShortText] {
    var found: [ShortText] = []
    for item in operands.items {
      guard let word = words.first(where: { $0.elementsEqual(item.text.utf8) }) else {
        throw unknown(item, operands, words)
      }
      found.append(word)
    }
    return found
  }

  private func unknown(_ item: Lexeme, _ operands: Operands, _ words: [ShortText]) -> FilterError {
    error(item, .unknownValue(item.text, field: operands.field, values: words.map { "\($0)" }))
  }
}
