import SocketModel

extension Test {
  /// Whether the row meets it. What is asked of owners may be unknown, over /proc
  /// who is reached and what takes IPv4, and a name that could not be looked up.
  func answer(_ row: Row) -> Answer {
    switch self {
    case .plain(let test): test.answer(row.socket)
    case .ports(let ends, let set):
      Answer(
        row.socket.kind.isInternet && row.socket.kind != .raw && Self.meets(set, ends, row.socket))
    case .endpoints(let ends, let patterns): Self.answer(patterns, ends, row.socket)
    case .paths(.local, let globs): Self.answer(globs, .localPath, row)
    case .paths(.remote, let globs): Self.answer(globs, .remotePath, row)
    case .paths(.either, let globs):
      max(Self.answer(globs, .localPath, row), Self.answer(globs, .remotePath, row))
    case .reaches(let reach): reach.answer(row)
    case .interfaces(let indexes):
      Self.answer(indexes.contains { row.socket.isBound(to: $0) }, of: .interface, row)
    case .number(let reader, let set): Self.answer(reader, row) { $0.isIn(set) }
    case .flag(let reader, let flags): Self.answer(reader, row) { $0.isIn(flags) }
    case .words(let reader, let words): Self.answer(reader, row) { $0.isIn(words) }
    case .text(let reader, let globs):
      switch reader.value(of: row).answer(globs, names: row.snapshot.names) {
      case .no: Self.answer(reader, row) { _ in false }
      case let answer: answer
      }
    case .mark(let value, let mask):
      Self.answer(
        row.number(.mark, width: 4).map { $0 & UInt64(mask) == UInt64(value) }, of: .mark, row)
    case .cgroups(let ids): Self.answer(row.cgroup.map(ids.contains), of: .cgroup, row)
    case .owners(let test): test.answer(row)
    }
  }

  /// Nothing in a row is "no" only where the source would have told of it.
  private static func answer(
    _ reader: FieldReader, _ row: Row, _ meets: (Value) -> Bool
  ) -> Answer {
    let value = reader.value(of: row)
    if case .absent = value { return answer(meets(value) ? true : nil, of: reader.field, row) }
    if case .unknown = value { return .cantTell }
    return Answer(meets(value))
  }

  /// Nil is what the row does not have.
  private static func answer(_ isMet: Bool?, of field: Field, _ row: Row) -> Answer {
    if isMet ?? false { return .yes }
    let unknown = row.unknown
    // The interface is a number, 0 also where it is unknown.
    let isThere = isMet != nil && field != .interface
    return isThere || unknown.isEmpty || unknown.isDisjoint(with: field.needs) ? .no : .cantTell
  }

  /// Whether one of the patterns matches a unix socket's name.
  private static func answer(_ globs: [Glob], _ field: Field, _ row: Row) -> Answer {
    if !row.socket.kind.isUnix { return .no }
    guard case .name(let name) = field.value(of: row) else {
      return answer(nil, of: field, row)
    }
    return Value.name(name).answer(globs, names: row.snapshot.names)
  }

  /// The same test for many rows of one snapshot.
  func prepared(for snapshot: Snapshot) -> Test {
    switch self {
    case .owners(let test): .owners(test.prepared(for: snapshot))
    case .reaches(let reach): .reaches(reach.prepared(for: snapshot))
    case .plain, .ports, .endpoints, .paths, .interfaces, .number, .flag, .words, .text, .mark,
      .cgroups:
      self
    }
  }

  private static func meets(_ set: NumberSet, _ ends: Ends, _ socket: Socket) -> Bool {
    switch ends {
    case .local: set.contains(UInt64(socket.local.port))
    case .remote: set.contains(UInt64(socket.remote.port))
    case .either:
      set.contains(UInt64(socket.local.port)) || set.contains(UInt64(socket.remote.port))
    }
  }

  private static func answer(
    _ patterns: [EndpointPattern], _ ends: Ends, _ socket: Socket
  ) -> Answer {
    var answer = Answer.no
    for pattern in patterns where answer != .yes {
      if ends != .remote { answer = max(answer, pattern.answer(.local, of: socket)) }
      if ends != .local { answer = max(answer, pattern.answer(.remote, of: socket)) }
    }
    return answer
  }
}

extension Socket {
  /// Whether it is bound to the interface, or has its zone. Names were looked up in our own network
  /// namespace, the first: in another the same number is another interface.
  func isBound(to interface: UInt32) -> Bool {
    self.interface == interface && (namespace == 0 || interface == 0)
  }
}

extension Value {
  fileprivate func isIn(_ set: NumberSet) -> Bool {
    if case .number(let number) = self { set.contains(number) } else { false }
  }

  fileprivate func isIn(_ flags: [Bool]) -> Bool {
    if case .flag(let flag) = self { flags.contains(flag) } else { false }
  }

  fileprivate func isIn(_ words: [ShortText]) -> Bool {
    if case .word(let word) = self { words.contains(word) } else { false }
  }

  /// Whether one of the patterns matches it as text; what is not text matches none, and a name that could
  /// not be looked up may match any. Of processes `ProcessTest` asks: there are several to a row. A cgroup
  /// has a path: where that was not found it matches by the number that is shown for it, or may match all
  /// the same.
  fileprivate func answer(_ globs: [Glob], names: Names) -> Answer {
    switch self {
    case .text(let text), .word(let text): return Answer(globs.contains { $0.matches(text) })
    case .name(let thing):
      let name = names.text(thing)
      if name == nil, names.unreadNames?.contains(thing) ?? false { return .cantTell }
      guard let text = name ?? thing.number.map({ String($0) }) else {
        // A process is there, and has a name.
        if case .process = thing { return .cantTell }
        return .no
      }
      let bytes = text.mayHoldRawBytes ? text.rawBytes : nil
      if globs.contains(where: { glob in bytes.map(glob.matches) ?? glob.matches(text.utf8) }) {
        return .yes
      }
      if case .cgroup(let id) = thing { return names.cgroups[id] == nil ? .cantTell : .no }
      return .no
    case .unknown: return .cantTell
    case .absent, .number, .flag, .address, .descriptors, .owners: return .no
    }
  }
}

extension Names {
  /// A name as it is kept, without a copy.
  fileprivate func text(_ thing: NamedThing) -> String? {
    switch thing {
    case .user(let uid): users[uid]
    case .interface(let key): interfaces[key]
    case .cgroup(let id): cgroups[id]?.path
    case .unit(let id): cgroups[id]?.unit
    case .container(let id): cgroups[id]?.container
    case .namespace(let inode): namespaces[inode]
    case .forward(let process): self.process(process)?.forwardsTo.map { "\($0)" }
    case .unix(let number): unix[number]
    case .verdict(let verdict): verdict.name
    case .process(let process): self.process(process).map { String(raw: $0.name) }
    case .command, .origin: nil
    }
  }
}
