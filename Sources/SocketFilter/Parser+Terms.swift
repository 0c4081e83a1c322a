import SocketModel

extension Parser {
  /// One term, from its first word on: a comparison, one of ss's words with its value, or a bare
  /// word.
  mutating func term() throws(FilterError) -> Expression {
    guard let lexeme = peek()?.lexeme else { return .term(Term("all", .everything)) }
    skip()
    if let comparison = comparison(behind: lexeme) {
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
    let isTerm = keywordTest(word) != nil || Subject(word) != nil || word.contains(":")
    return isNumber || sign == "=" && !isTerm ? name + sign + next.lexeme.printed : standard
  }

  /// The comparison that stands here; ss also takes words for it, behind a field alone.
  private func comparison(behind name: Lexeme) -> Comparison? {
    guard let token = peek() else { return nil }
    if case .comparison(let comparison) = token.kind { return comparison }
    guard let keyword = name.keyword, Subject(keyword) != nil, token.kind == .word else {
      return nil
    }
    return token.lexeme.keyword.flatMap(Comparison.init(word:))
  }

  /// A field, how it is compared, and the value that stands next.
  private mutating func compared(
    _ name: Lexeme, _ comparison: Comparison
  ) throws(FilterError) -> Expression {
    let field = name.text.lowercased()
    guard let subject = Subject(field) else {
      throw error(name, .unknownField(name.text, nearest: Subject.nearest(to: name.text)))
    }
    guard let value = peek(), value.kind == .word else {
      let last = peek(-1)?.lexeme ?? name
      throw error(last, .missingValue(behind: field + comparison.rawValue))
    }
    skip()
    if !subject.isOrdered, comparison != .equal, comparison != .notEqual {
      throw error(name, .notOrdered(field, comparison: comparison.rawValue))
    }
    let operands = Operands(
      field: field, comparison: comparison, value: value.lexeme,
      items: value.lexeme.splitAtCommas())
    for item in operands.items where item.units.isEmpty && !item.isQuoted {
      throw error(item, .missingValue(behind: field + comparison.rawValue))
    }
    let test = try test(subject, operands)
    let sign = comparison == .notEqual ? Comparison.equal : comparison
    let term = Expression.term(Term(field + sign.rawValue + value.lexeme.printed, test))
    return comparison == .notEqual ? term.negated : term
  }

  /// `state X` and `exclude X`, one or more: the first `state` begins with none, the first `exclude`
  /// with all.
  mutating func stateClause() throws(FilterError) -> Expression? {
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
