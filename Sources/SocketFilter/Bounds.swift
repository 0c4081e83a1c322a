import SocketModel

/// What every row that a filter may match has in common: what is outside answers "no" for certain.
struct Bounds: Hashable {
  var protocols = SocketKindSet.every
  var families = FamilySet.all
  /// Also what it says of states beyond the mask: those are in `.all` alone.
  var states = StateSet.all
  var pushdown = Pushdown.everything

  static let everything = Bounds()
  static let nothing = Bounds(protocols: [], families: [], states: [], pushdown: .nothing)

  static func && (a: Bounds, b: Bounds) -> Bounds { .all([a, b]) }

  /// What both admit, but for the pushdown.
  private func narrowed(by other: Bounds) -> Bounds {
    Bounds(
      protocols: protocols.intersection(other.protocols),
      families: families.common(with: other.families), states: states.intersection(other.states))
  }

  /// What one of them admits, but for the pushdown.
  private func widened(by other: Bounds) -> Bounds {
    Bounds(
      protocols: protocols.union(other.protocols), families: families.union(other.families),
      states: states.union(other.states))
  }
}

extension FamilySet {
  /// Rows that belong to both (`Socket.isOf`), which either of two single families admits.
  func common(with other: FamilySet) -> FamilySet {
    let both = intersection(other)
    return both.isEmpty && !other.isEmpty ? self : both
  }
}

extension Expression {
  /// The bounds of the rows that it may match, or, negated, of those that it may not.
  func bounds(negated: Bool = false, among protocols: SocketKindSet) -> Bounds {
    switch self {
    case .term(let term): term.test.bounds(negated: negated, among: protocols)
    case .not(let inner): inner.bounds(negated: !negated, among: protocols)
    case .all(let parts) where !negated, .any(let parts) where negated:
      .all(parts.map { $0.bounds(negated: negated, among: protocols) })
    case .all(let parts), .any(let parts):
      .any(parts.map { $0.bounds(negated: negated, among: protocols) })
    }
  }
}

extension Test {
  fileprivate func bounds(negated: Bool, among protocols: SocketKindSet) -> Bounds {
    switch self {
    case .plain(let test): return test.bounds(negated: negated, among: protocols)
    case .ports(let ends, let set):
      return Bounds(pushdown: set.pushdown(ends, negated: negated))
    // The rest has no complement that bounds could say.
    case _ where negated: return .everything
    case .endpoints(let ends, let patterns): return .any(patterns.map { $0.bounds(ends) })
    case .paths: return Bounds(protocols: .unix)
    case .reaches(let reach):
      return Bounds(states: protocols.listening, pushdown: reach.listeners)
    case .number(let reader, _), .text(let reader, _):
      return reader.field.kinds.map { Bounds(protocols: $0) } ?? .everything
    case .interfaces, .flag, .words, .mark, .cgroups, .owners: return .everything
    }
  }
}

extension PlainTest {
  fileprivate func bounds(negated: Bool, among protocols: SocketKindSet) -> Bounds {
    switch self {
    case .everything: return negated ? .nothing : .everything
    case .protocols(let set):
      return Bounds(protocols: negated ? SocketKindSet.every.subtracting(set) : set)
    case .families(let set):
      return Bounds(families: negated ? FamilySet.all.subtracting(set) : set)
    case .end(let ends, nil, let range):
      let set = NumberSet([UInt64(range.lowerBound)...UInt64(range.upperBound)])
      return Bounds(pushdown: set.pushdown(ends, negated: negated))
    case _ where negated: return .everything
    case .states(let set): return Bounds(states: set)
    case .listening, .exposed: return Bounds(states: protocols.listening)
    case .loopback: return Bounds(pushdown: .loopback)
    case .end(let ends, let prefix, let range):
      let set = NumberSet([UInt64(range.lowerBound)...UInt64(range.upperBound)])
      return EndpointPattern(prefixes: prefix.map { [$0] }, ports: set).bounds(ends)
    }
  }
}

extension Bounds {
  /// A source has room for few conditions, and to join many two by two takes time that grows with
  /// their square. What is left out passes too much, never too little.
  private static let maximumParts = 256

  fileprivate static func any(_ parts: [Bounds]) -> Bounds {
    var joined = parts.reduce(Bounds.nothing) { $0.widened(by: $1) }
    joined.pushdown =
      parts.count > maximumParts ? .everything : parts.reduce(.nothing) { $0 || $1.pushdown }
    return joined
  }

  fileprivate static func all(_ parts: [Bounds]) -> Bounds {
    var joined = parts.reduce(Bounds.everything) { $0.narrowed(by: $1) }
    joined.pushdown = parts.prefix(maximumParts).reduce(.everything) { $0 && $1.pushdown }
    return joined
  }
}

extension Pushdown {
  /// 127.0.0.0/8, also v4-mapped, and ::1.
  fileprivate static let loopback = [
    IPPrefix(.loopback(.ipv4), length: 8), IPPrefix(.loopback(.ipv6), length: 128),
  ].compactMap { $0.map { Pushdown.prefix(.local, $0) } }.reduce(.nothing, ||)
}

extension NumberSet {
  /// More ranges than this become one: a source has room for few.
  private static let maximumRanges = 64

  fileprivate func pushdown(_ ends: Ends, negated: Bool) -> Pushdown {
    let set = negated ? complement : self
    let parts = ends.all.map { set.ports(at: $0) }
    return negated ? parts.reduce(.everything, &&) : parts.reduce(.nothing, ||)
  }

  fileprivate func ports(at end: Pushdown.End) -> Pushdown {
    var ports = ranges.filter { $0.lowerBound <= 65535 }
    if let first = ports.first, let last = ports.last, ports.count > Self.maximumRanges {
      ports = [first.lowerBound...last.upperBound]
    }
    if ports.count == 1, ports[0].lowerBound == 0, ports[0].upperBound >= 65535 {
      return .everything
    }
    return ports.reduce(.nothing) {
      $0 || .port(end, UInt16($1.lowerBound)...UInt16(min($1.upperBound, 65535)))
    }
  }
}

extension EndpointPattern {
  fileprivate func bounds(_ ends: Ends) -> Bounds {
    let parts = ends.all.map { end in
      (ports?.ports(at: end) ?? .everything)
        && (prefixes?.reduce(.nothing) { $0 || .prefix(end, $1) } ?? .everything)
    }
    return Bounds(families: families ?? .all, pushdown: parts.reduce(.nothing, ||))
  }
}

extension Expression {
  /// The listening sockets among which its terms decide.
  var listeners: Pushdown {
    let reaches = terms.compactMap {
      if case .reaches(let reach) = $0.test { reach } else { nil as Reach? }
    }
    return Bounds.any(reaches.map { Bounds(pushdown: $0.listeners) }).pushdown
  }
}

extension Reach {
  /// The addresses themselves, and the wildcards that may take what comes for them.
  fileprivate var listeners: Pushdown {
    Bounds.any(patterns.map { Bounds(pushdown: $0.listeners) }).pushdown
  }
}

extension EndpointPattern {
  fileprivate var listeners: Pushdown {
    let hosts = prefixes?.reduce(Pushdown.nothing) { pushdown, prefix in
      let wildcards = IPAddress.Family.allCases.map {
        Pushdown.prefix(.local, IPPrefix(.unspecified($0)))
      }
      let own = Pushdown.prefix(.local, IPPrefix(prefix.address.unmapped))
      return wildcards.reduce(pushdown || own, ||)
    }
    return (ports?.ports(at: .local) ?? .everything) && (hosts ?? .everything)
  }
}
