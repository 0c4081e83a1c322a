public import SocketModel

extension Filter {
  /// The protocols that the filter names. One that names none asks for both where it looks at a
  /// port, an address or `exposed`, so that `sockeye 53` finds the name server; else nil: it does
  /// not say.
  public var protocols: ProtocolSet? {
    guard let expression else { return nil }
    let terms = expression.terms
    if terms.contains(where: { if case .plain(.protocols) = $0.test { true } else { false } }) {
      return expression.bounds(among: .all).protocols
    }
    return terms.contains(where: \.test.asksBothProtocols) ? .all : nil
  }

  /// Whether the filter says anything of states. Where it does not, another tool's default may.
  public var namesStates: Bool {
    expression?.terms.contains(where: { if case .plain(.states) = $0.test { true } else { false } })
      ?? false
  }

  /// Whether `state` or `exclude` stands in it: in ss they replace -l and -a.
  public var replacesStates: Bool {
    expression?.terms.contains { $0.text.hasPrefix("state ") || $0.text.hasPrefix("excl") } ?? false
  }

  /// What must be fetched so that the filter can be answered.
  public var needs: Needs {
    guard let expression else { return [] }
    let isOfBound = expression.bounds(among: .all).states == StateSet(.bound)
    return expression.terms.reduce(isOfBound ? .boundAlone : []) { $0.union($1.test.needs) }
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
