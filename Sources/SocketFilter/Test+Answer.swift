import SocketModel

extension Test {
  /// Whether the row meets it. What is asked of owners may be unknown, and over /proc who is reached.
  func answer(_ row: Row) -> Answer {
    switch self {
    case .plain(let test): Answer(test.meets(row.socket))
    case .ports(let ends, let set): Answer(Self.meets(set, ends, row.socket))
    case .endpoints(let ends, let patterns): Answer(Self.meets(patterns, ends, row.socket))
    case .reaches(let reach): reach.answer(row)
    case .interfaces(let indexes):
      Answer(indexes.contains { row.socket.isBound(to: $0) })
    case .number(let reader, let set): Answer(reader.value(of: row).isIn(set))
    case .flag(let reader, let flags): Answer(reader.value(of: row).isIn(flags))
    case .words(let reader, let words): Answer(reader.value(of: row).isIn(words))
    case .text(let reader, let globs):
      reader.value(of: row).matches(globs, names: row.snapshot.names)
    case .mark(let value, let mask):
      Answer(row.number(.mark, width: 4).map { $0 & UInt64(mask) == UInt64(value) } ?? false)
    case .cgroups(let ids): Answer(row.cgroup.map(ids.contains) ?? false)
    case .owners(let test): test.answer(row)
    }
  }

  /// The same test for many rows of one snapshot.
  func prepared(for snapshot: Snapshot) -> Test {
    switch self {
    case .owners(let test): .owners(test.prepared(for: snapshot))
    case .reaches(let reach): .reaches(reach.prepared(for: snapshot))
    case .plain, .ports, .endpoints, .interfaces, .number, .flag, .words, .text, .mark, .cgroups:
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

  private static func meets(
    _ patterns: [EndpointPattern], _ ends: Ends, _ socket: Socket
  ) -> Bool {
    for pattern in patterns {
      if ends != .remote, pattern.matches(.local, of: socket) { return true }
      if ends != .local, pattern.matches(.remote, of: socket) { return true }
    }
    return false
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

  /// Whether one of the patterns matches it as text; what is not text matches none. Of processes
  /// `ProcessTest` asks: there are several to a row. A cgroup has a path: where that was not found it
  /// matches by the number that is shown for it, or may match all the same.
  fileprivate func matches(_ globs: [Glob], names: Names) -> Answer {
    switch self {
    case .text(let text), .word(let text): return Answer(globs.contains { $0.matches(text) })
    case .name(let thing):
      guard let text = names.text(thing) ?? thing.number.map({ String($0) }) else { return .no }
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
    case .forward(let process): self.process(process)?.forwardsTo.map { "\($0)" }
    case .process, .command: nil
    }
  }
}
