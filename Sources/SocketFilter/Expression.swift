/// A filter's terms and how they are joined, in a normal form: `all` and `any` hold at least two
/// parts and none of their own kind, `not` holds no `not`.
indirect enum Expression: Hashable, Sendable {
  case term(Term)
  case not(Expression)
  case all([Expression])
  case any([Expression])

  static func both(_ parts: [Expression]) -> Expression {
    let flat = parts.flatMap { if case .all(let inner) = $0 { inner } else { [$0] } }
    return flat.count == 1 ? flat[0] : .all(flat)
  }

  static func either(_ parts: [Expression]) -> Expression {
    let flat = parts.flatMap { if case .any(let inner) = $0 { inner } else { [$0] } }
    return flat.count == 1 ? flat[0] : .any(flat)
  }

  var negated: Expression { if case .not(let inner) = self { inner } else { .not(self) } }

  /// The same with each term replaced.
  func mapTerms(_ replace: (Term) -> Term) -> Expression {
    switch self {
    case .term(let term): .term(replace(term))
    case .not(let inner): .not(inner.mapTerms(replace))
    case .all(let parts): .all(parts.map { $0.mapTerms(replace) })
    case .any(let parts): .any(parts.map { $0.mapTerms(replace) })
    }
  }

  /// The same with each term replaced that is not negated.
  func mapAssertedTerms(_ replace: (Term) -> Term) -> Expression {
    switch self {
    case .term(let term): .term(replace(term))
    case .not: self
    case .all(let parts): .all(parts.map { $0.mapAssertedTerms(replace) })
    case .any(let parts): .any(parts.map { $0.mapAssertedTerms(replace) })
    }
  }

  /// Every term that is not negated, from left to right.
  var assertedTerms: [Term] {
    switch self {
    case .term(let term): [term]
    case .not: []
    case .all(let parts), .any(let parts): parts.flatMap(\.assertedTerms)
    }
  }

  /// Every term, from left to right.
  var terms: [Term] {
    switch self {
    case .term(let term): [term]
    case .not(let inner): inner.terms
    case .all(let parts), .any(let parts): parts.flatMap(\.terms)
    }
  }
}

extension Expression: CustomStringConvertible {
  var description: String {
    switch self {
    case .term(let term): term.text
    case .not(let inner): "not \(inner.enclosed)"
    case .all(let parts):
      parts.map { if case .any = $0 { $0.enclosed } else { "\($0)" } }.joined(separator: " and ")
    case .any(let parts): parts.map { "\($0)" }.joined(separator: " or ")
    }
  }

  private var enclosed: String { if case .term(let term) = self { term.text } else { "(\(self))" } }
}
