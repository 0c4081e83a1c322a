public import SocketModel

extension Filter {
  /// The protocols that the filter names. One that names none asks for both where it looks at a
  /// port, an address or `exposed`, so that `sockeye 53` finds the name server; else nil: it does
  /// not say.
  public var protocols: SocketKindSet? {
    guard let expression else { return nil }
    let terms = expression.terms
    if terms.contains(where: { $0.test.protocols != nil }) {
      return expression.bounds(among: .all).protocols
    }
    return terms.contains(where: \.test.asksBothProtocols) ? .all : nil
  }

  /// Whether the filter says anything of states. Where it does not, another tool's default may.
  public var namesStates: Bool {
    expression?.terms.contains { $0.test.states != nil } ?? false
  }

  /// Whether it has a `state X` or `exclude X`: in ss they replace -l and -a.
  public var replacesStates: Bool { expression?.terms.contains(where: \.isStateClause) ?? false }

  /// What must be fetched so that the filter can be answered.
  public var needs: Needs {
    expression?.terms.reduce(into: []) { $0.formUnion($1.test.needs) } ?? []
  }

  /// The fields that terms compare with a value, each once, in the order typed: `drops>0`.
  public var comparedFields: [Field] {
    var fields: [Field] = []
    for case let field? in expression?.terms.map(\.comparedField) ?? []
    where !fields.contains(field) {
      fields.append(field)
    }
    return fields
  }

  /// Leaves out of a question what no row that matches has, and adds what the filter needs. Its
  /// protocols stay: see `protocols`.
  public func narrow(_ question: inout Question) {
    guard let expression else { return }
    let bounds = expression.bounds(among: question.protocols)
    question.states.formIntersection(bounds.states)
    question.families = question.families.common(with: bounds.families)
    question.narrowing = question.narrowing && bounds.narrowing
    question.needs.formUnion(needs)
  }
}

extension Term {
  /// The field before its comparison; nil for a port or an address at either end, and for other terms.
  fileprivate var comparedField: Field? {
    if bareWord != nil { return nil }
    let name = text.prefix { !"=<>".contains($0) }
    guard name.count < text.count, case .field(let field) = Subject(String(name)) else {
      return nil
    }
    return field
  }
}
