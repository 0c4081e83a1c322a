import SocketModel

/// One term of a filter: what it asks of a row, and how it is written.
struct Term: Hashable, Sendable {
  /// Read again it gives the same term.
  let text: String
  let test: Test
  /// The word, where a process was asked for by its bare name.
  var bareWord: String?

  init(_ text: String, _ test: Test, bareWord: String? = nil) {
    self.text = text
    self.test = test
    self.bareWord = bareWord
  }
}

/// What a term asks of a row.
enum Test: Hashable, Sendable {
  case plain(PlainTest)
  case ports(Ends, NumberSet)
  case endpoints(Ends, [EndpointPattern])
  case reaches([EndpointPattern])
  case interfaces([UInt32])
  case number(Field, NumberSet)
  /// The mark's bits under the mask.
  case mark(value: UInt32, mask: UInt32)
  case cgroups([UInt64])
  case text(Field, [Glob])
  case process([Glob])
  case command([Glob])
  /// What `process` or `command` answers for each process, worked out beforehand.
  case judged([Int32: Answer])
  case pids(NumberSet)
  case descriptors(NumberSet)
  case ownerStatus([OwnerStatus])
}

extension Test {
  /// What must be fetched so that the question can be answered.
  var needs: Needs {
    switch self {
    case .plain, .ports, .endpoints, .reaches: []
    case .interfaces: Field.interface.needs
    case .number(let field, _), .text(let field, _): field.needs
    case .mark: Field.mark.needs
    case .cgroups: Field.cgroup.needs
    case .process: Field.process.needs.union(.commands)
    case .command: Field.command.needs
    case .judged, .pids, .descriptors, .ownerStatus: .owners
    }
  }

  /// Whether it looks at a port or an address: then UDP is asked for as well as TCP.
  var asksBothProtocols: Bool {
    switch self {
    case .plain(.end), .plain(.exposed), .ports, .endpoints, .reaches: true
    default: false
    }
  }
}
