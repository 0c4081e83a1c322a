import SocketModel

extension Test {
  /// Whether the row meets it. Only what is asked of hidden owners can't be told.
  func answer(_ row: Int, of snapshot: Snapshot) -> Answer {
    switch self {
    case .plain(let test): Answer(test.meets(snapshot.sockets[row]))
    case .ports(let ends, let set): Answer(Self.meets(set, ends, snapshot.sockets[row]))
    case .endpoints(let ends, let patterns):
      Answer(Self.meets(patterns, ends, snapshot.sockets[row]))
    case .reaches(let patterns):
      Answer(patterns.contains { $0.isReached(by: snapshot.sockets[row]) })
    case .interfaces(let indexes): Answer(indexes.contains(snapshot.sockets[row].interface))
    case .number(let field, let set): Answer(Self.meets(set, field, row, snapshot))
    case .mark, .cgroups, .text: Answer(detailAnswer(row, of: snapshot))
    case .process, .command, .judged, .pids, .descriptors, .ownerStatus:
      ownerAnswer(row, of: snapshot)
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

  private static func meets(
    _ set: NumberSet, _ field: Field, _ row: Int, _ snapshot: Snapshot
  ) -> Bool {
    if case .number(let number) = field.value(row, of: snapshot) { return set.contains(number) }
    return false
  }

  private func detailAnswer(_ row: Int, of snapshot: Snapshot) -> Bool {
    let details = snapshot.details.isEmpty ? nil : snapshot.details[row]
    switch self {
    case .mark(let value, let mask): return details?.mark.map { $0 & mask == value } ?? false
    case .cgroups(let ids): return details?.cgroup.map(ids.contains) ?? false
    case .text(let field, let globs):
      guard case .text(let text) = field.value(row, of: snapshot) else { return false }
      return globs.contains { $0.matches(text.utf8) }
    default: return false
    }
  }
}
