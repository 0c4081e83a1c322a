import SocketModel

extension Filter {
  /// The same filter, but a port without an end is that of the row's own end: `8080` is the server's
  /// side of it, and not that of its clients, whom `rport=8080` names. What ends sockets goes by it.
  ///
  /// Where a port rules rows out it still does so at either end: nothing more matches than before.
  public var ofOwnEnd: Filter {
    guard let expression else { return self }
    return Filter(expression.mapPositiveTerms { $0.ofOwnEnd })
  }
}

extension Expression {
  /// The same with each term replaced that makes rows match where it holds.
  fileprivate func mapPositiveTerms(
    _ isPositive: Bool = true, _ replace: (Term) -> Term
  ) -> Expression {
    switch self {
    case .term(let term): .term(isPositive ? replace(term) : term)
    case .not(let inner): .not(inner.mapPositiveTerms(!isPositive, replace))
    case .all(let parts): .all(parts.map { $0.mapPositiveTerms(isPositive, replace) })
    case .any(let parts): .any(parts.map { $0.mapPositiveTerms(isPositive, replace) })
    }
  }
}

extension Term {
  fileprivate var ofOwnEnd: Term {
    switch test {
    case .plain(.end(.either, let prefix, let ports)) where ports != PlainTest.anyPort:
      atOwnEnd(.plain(.end(.local, prefix, ports)), hasAddress: prefix != nil)
    case .ports(.either, let set): atOwnEnd(.ports(.local, set), hasAddress: false)
    case .endpoints(.either, let patterns) where patterns.contains { $0.ports != nil }:
      atOwnEnd(
        .endpoints(.local, patterns),
        hasAddress: patterns.contains { $0 != EndpointPattern(ports: $0.ports) })
    case .plain, .ports, .endpoints, .paths, .reaches, .interfaces, .number, .flag, .words, .text,
      .mark, .cgroups, .owners:
      self
    }
  }

  /// As it would be typed for that end alone.
  private func atOwnEnd(_ test: Test, hasAddress: Bool) -> Term {
    let isComparison = text.contains { "=<>".contains($0) }
    let value = text.drop { $0 != "=" && $0 != ":" }.dropFirst()
    let typed =
      if hasAddress {
        "src=" + (isComparison ? String(value) : text)
      } else if isComparison {
        "l" + text
      } else {
        "lport=" + (text.hasPrefix(":") ? String(value) : text)
      }
    return Term(typed, test)
  }
}

extension Filter {
  /// What names the clients of the ports that it asks for at a row's own end: `rport=8080`; nil where it
  /// asks for none.
  public var clientsOf: String? {
    let terms = (expression?.assertedTerms ?? []).map(\.text).filter { $0.hasPrefix("lport") }
    return terms.isEmpty ? nil : terms.map { "r" + $0.dropFirst() }.joined(separator: " ")
  }
}
