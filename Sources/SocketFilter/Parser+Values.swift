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

  /// What is written in a way of its own, or looked at in more than one place of a row, goes by the
  /// field; the rest by what its values are.
  private func test(_ field: Field, _ operands: Operands) throws(FilterError) -> Test {
    switch (field.kind, field) {
    case (_, .localPort): return try portTest(.local, operands)
    case (_, .remotePort): return try portTest(.remote, operands)
    case (_, .proto): return try protocolTest(operands)
    case (_, .family): return try familyTest(operands)
    case (_, .state):
      var states: StateSet = []
      for item in operands.items { states.formUnion(try self.states(item)) }
      return .plain(.states(states))
    case (_, .interface): return try interfaceTest(operands)
    case (_, .user): return try userTest(operands)
    case (_, .cgroup): return try cgroupTest(operands)
    case (_, .mark): return try markTest(operands)
    case (_, .process): return .owners(.process(.name(operands.items.map(Glob.init))))
    case (_, .command): return .owners(.process(.command(operands.items.map(Glob.init))))
    case (_, .pid): return .owners(.process(.pids(try numbers(operands))))
    case (_, .ownerStatus): return try ownerStatusTest(operands)
    case (.address, _):
      return try addressTest(field == .remoteAddress ? .remote : .local, operands)
    // The owners themselves are no subject.
    case (.list, _): return .owners(.descriptors(try numbers(operands)))
    case (.number, _):
      return .number(FieldReader(field), try numbers(operands, in: field.unit))
    case (.flag, _):
      let words = try words(operands, among: ["true", "false"])
      return .flag(FieldReader(field), words.map { $0 == "true" })
    case (.word, _):
      return .words(FieldReader(field), try words(operands, among: field.words))
    case (.name, _): return .text(FieldReader(field), operands.items.map(Glob.init))
    }
  }

  func states(_ item: Lexeme) throws(FilterError) -> StateSet {
    if let states = StateWords.states(item.text) { return states }
    let near = nearest(to: item.text, among: StateWords.all)
    throw error(item, .unknownState(item.text, nearest: near))
  }

  private func protocolTest(_ operands: Operands) throws(FilterError) -> Test {
    var set: SocketKindSet = []
    for item in operands.items {
      guard let named = SocketKindSet(word: item.text) else {
        throw unknown(item, operands, Field.proto.words)
      }
      set.formUnion(named)
    }
    return .plain(.protocols(set))
  }

  private func familyTest(_ operands: Operands) throws(FilterError) -> Test {
    var set: FamilySet = []
    for item in operands.items {
      guard let named = FamilySet(word: item.text) else {
        throw unknown(item, operands, Field.family.words)
      }
      set.formUnion(named)
    }
    return .plain(.families(set))
  }

  private func ownerStatusTest(_ operands: Operands) throws(FilterError) -> Test {
    var statuses: [OwnerStatus] = []
    for item in operands.items {
      let word = item.text.lowercased()
      let status = OwnerStatus.allCases.first { $0.name?.elementsEqual(word.utf8) ?? false }
      guard let status else { throw unknown(item, operands, Field.ownerStatus.words) }
      statuses.append(status)
    }
    return .owners(.status(statuses))
  }

  /// The items, each of them one of these words.
  private func words(
    _ operands: Operands, among words: [ShortText]
  ) throws(FilterError) -> [ShortText] {
    var found: [ShortText] = []
    for item in operands.items {
      guard let word = words.first(where: { $0.elementsEqual(item.text.utf8) }) else {
        throw unknown(item, operands, words)
      }
      found.append(word)
    }
    return found
  }

  private func unknown(_ item: Lexeme, _ operands: Operands, _ words: [ShortText]) -> FilterError {
    error(
      item,
      .unknownValue(item.text, field: operands.field, values: words.map { "\($0)" }))
  }
}

extension SocketKindSet {
  init?(word: String) {
    let word = word.lowercased()
    guard let kind = SocketKind.allCases.first(where: { $0.name.elementsEqual(word.utf8) }) else {
      return nil
    }
    self.init(kind)
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
