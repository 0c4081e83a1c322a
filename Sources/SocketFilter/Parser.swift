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

  /// A whole filter, or what stands in parentheses. In ss the states that stand first hold for all
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
    guard depth <= Expression.maximumDepth else { throw error(open, .tooDeep) }
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
  func peek(_ distance: Int = 0) -> Token? {
    position + distance < tokens.count ? tokens[position + distance] : nil
  }

  mutating func skip() { position += 1 }

  /// Counts the terms that a word stands for.
  mutating func count(_ terms: Int, _ lexeme: Lexeme) throws(FilterError) {
    termCount += terms
    if termCount > Expression.maximumTerms { throw error(lexeme, .tooManyTerms) }
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
