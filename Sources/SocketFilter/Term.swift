import SocketModel

/// One term of a filter: what it asks of a row, and how it is written.
struct Term: Hashable, Sendable {
  /// Read again it gives the same term.
  let text: String
  let test: Test
  /// The word, where a process was asked for by its bare name.
  var bareWord: String?
  /// Whether it is ss's `state X` or `exclude X`.
  var isStateClause = false

  init(_ text: String, _ test: Test, bareWord: String? = nil, isStateClause: Bool = false) {
    self.text = text
    self.test = test
    self.bareWord = bareWord
    self.isStateClause = isStateClause
  }
}

/// What a term asks of a row.
enum Test: Hashable, Sendable {
  case plain(PlainTest)
  case ports(Ends, NumberSet)
  case endpoints(Ends, [EndpointPattern])
  /// Names of unix sockets.
  case paths(Ends, [Glob])
  case reaches(Reach)
  case interfaces([UInt32])
  case number(FieldReader, NumberSet)
  case flag(FieldReader, [Bool])
  case words(FieldReader, [ShortText])
  case text(FieldReader, [Glob])
  /// The mark's bits under the mask.
  case mark(value: UInt32, mask: UInt32)
  case cgroups([UInt64])
  case owners(OwnerTest)
}

extension Test {
  /// What must be fetched so that the query can be answered.
  var needs: Projection {
    switch self {
    case .plain, .ports, .endpoints, .reaches, .paths(.local, _): []
    case .paths(.remote, _), .paths(.either, _): .peers
    case .interfaces: Field.interface.needs
    case .number(let reader, _), .flag(let reader, _), .words(let reader, _),
      .text(let reader, _):
      reader.field.needs
    case .mark: Field.mark.needs
    case .cgroups: Field.cgroup.needs
    case .owners(let test): test.needs
    }
  }

  /// Whether it looks at a port or an address: then UDP is asked for as well as TCP.
  var asksBothProtocols: Bool {
    switch self {
    case .plain(let test): test.asksBothProtocols
    case .ports, .endpoints, .reaches: true
    case .interfaces, .paths, .number, .flag, .words, .text, .mark, .cgroups, .owners: false
    }
  }

  /// The protocols that it names, where it is a protocol, or asks for what some kinds alone have.
  var protocols: SocketKindSet? {
    switch self {
    case .plain(.protocols(let set)): set
    case .paths: .unix
    case .number(let reader, _), .text(let reader, _): reader.field.kinds
    case .plain, .ports, .endpoints, .reaches, .interfaces, .flag, .words, .mark, .cgroups, .owners:
      nil
    }
  }

  /// The states that it names, where it is a state.
  var states: StateSet? { if case .plain(.states(let set)) = self { set } else { nil } }
}

extension Test {
  static let everything = Test.plain(.everything)

  /// Ports at one end or the other; several ranges are no plain test.
  static func port(_ ends: Ends, _ set: NumberSet) -> Test {
    set.portRange.map { .plain(.end(ends, nil, $0)) } ?? .ports(ends, set)
  }

  /// One of the patterns, as a plain test where it can be one.
  static func endpoint(_ ends: Ends, _ patterns: [EndpointPattern]) -> Test {
    guard let pattern = patterns.first, patterns.count == 1, pattern.prefixes?.count ?? 0 < 2,
      pattern == EndpointPattern(prefixes: pattern.prefixes, ports: pattern.ports),
      let ports = pattern.ports.map(\.portRange) ?? PlainTest.anyPort
    else { return .endpoints(ends, patterns) }
    return .plain(.end(ends, pattern.prefixes?.first, ports))
  }
}

extension NumberSet {
  /// Its only range, if it has one that holds a port.
  fileprivate var portRange: ClosedRange<UInt16>? {
    guard ranges.count == 1, let lower = UInt16(exactly: ranges[0].lowerBound) else { return nil }
    return lower...UInt16(clamping: ranges[0].upperBound)
  }
}
