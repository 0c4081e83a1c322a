import SocketModel

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

  private func test(_ field: Field, _ operands: Operands) throws(FilterError) -> Test {
    switch field {
    case .localPort: return try portTest(.local, operands)
    case .remotePort: return try portTest(.remote, operands)
    case .localAddress: return try addressTest(.local, operands)
    case .remoteAddress: return try addressTest(.remote, operands)
    case .proto: return try protocolTest(operands)
    case .family: return try familyTest(operands)
    case .state:
      var states: StateSet = []
      for item in operands.items { states.formUnion(try self.states(item)) }
      return .plain(.states(states))
    case .interface: return try interfaceTest(operands)
    case .user: return try userTest(operands)
    case .cgroup: return try cgroupTest(operands)
    case .mark: return try markTest(operands)
    case .process: return .process(operands.items.map(Glob.init))
    case .command: return .command(operands.items.map(Glob.init))
    case .ownerStatus: return try ownerStatusTest(operands)
    case .timer:
      return try wordTest(field, operands, ["off", "on", "keepalive", "timewait", "persist"])
    case .v6only: return try wordTest(field, operands, ["true", "false"])
    case .congestion: return .text(field, operands.items.map(Glob.init))
    case .pid: return .pids(try numbers(operands))
    case .fds: return .descriptors(try numbers(operands))
    default: return .number(field, try numbers(operands, in: Measure(field)))
    }
  }

  func states(_ item: Lexeme) throws(FilterError) -> StateSet {
    if let states = StateWords.states(item.text) { return states }
    let near = nearest(to: item.text, among: StateWords.all)
    throw error(item, .unknownState(item.text, nearest: near))
  }

  private func protocolTest(_ operands: Operands) throws(FilterError) -> Test {
    var set: ProtocolSet = []
    for item in operands.items {
      guard let named = ProtocolSet(word: item.text) else {
        throw unknown(item, operands, ["tcp", "udp"])
      }
      set.formUnion(named)
    }
    return .plain(.protocols(set))
  }

  private func familyTest(_ operands: Operands) throws(FilterError) -> Test {
    var set: FamilySet = []
    for item in operands.items {
      guard let named = FamilySet(word: item.text) else {
        throw unknown(item, operands, ["ipv4", "ipv6"])
      }
      set.formUnion(named)
    }
    return .plain(.families(set))
  }

  private func ownerStatusTest(_ operands: Operands) throws(FilterError) -> Test {
    let all: [OwnerStatus] = [.known, .queued, .none, .hidden]
    var statuses: [OwnerStatus] = []
    for item in operands.items {
      guard let status = all.first(where: { $0.name == item.text.lowercased() }) else {
        throw unknown(item, operands, all.compactMap(\.name))
      }
      statuses.append(status)
    }
    return .ownerStatus(statuses)
  }

  private func wordTest(
    _ field: Field, _ operands: Operands, _ values: [String]
  ) throws(FilterError) -> Test {
    for item in operands.items where !values.contains(item.text) {
      throw unknown(item, operands, values)
    }
    return .text(field, operands.items.map(Glob.init))
  }

  func unknown(_ item: Lexeme, _ operands: Operands, _ values: [String]) -> FilterError {
    error(item, .unknownValue(item.text, field: operands.field, values: values))
  }
}

extension ProtocolSet {
  init?(word: String) {
    switch word.lowercased() {
    case "tcp": self = .tcp
    case "udp": self = .udp
    default: return nil
    }
  }
}

extension FamilySet {
  init?(word: String) {
    switch word.lowercased() {
    case "ipv4", "inet", "ip4", "v4": self = .ipv4
    case "ipv6", "inet6", "ip6", "v6": self = .ipv6
    default: return nil
    }
  }
}
