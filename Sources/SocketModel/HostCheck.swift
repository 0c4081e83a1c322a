/// Looks for what is wrong, in two snapshots of a host and what else is known of it.
public struct HostCheck: Sendable {
  private let snapshot: Snapshot
  private let earlier: Snapshot?
  private let facts: HostFacts
  private let kinds: [FindingKind]
  private let limits: [FindingKind: Int]
  /// For each row its row before.
  private let predecessors: [UInt32]

  /// The later snapshot has verdicts; both have the memory and `tcp_info` of all TCP and UDP sockets.
  public init(
    _ snapshot: Snapshot, since earlier: Snapshot?, _ facts: HostFacts,
    without: Set<FindingKind> = [], limits: [FindingKind: Int] = [:]
  ) {
    self.snapshot = snapshot
    self.earlier = earlier
    self.facts = facts
    self.limits = limits
    kinds = FindingKind.allCases.filter { !without.contains($0) }
    predecessors =
      earlier.map { SnapshotChanges(from: $0.sockets, to: snapshot.sockets).predecessors } ?? []
  }

  /// The worst first.
  public func findings() -> [Finding] {
    kinds.flatMap { kind in
      findings(kind).sorted { ($1.count, $0.place) < ($0.count, $1.place) }
    }
  }

  private func findings(_ kind: FindingKind) -> [Finding] {
    let limit = limits[kind] ?? kind.limit
    switch kind {
    case .fileLimit:
      return facts.files.compactMap { use($1, kind, limit, .process(ProcessKey($0))) }
    case .queueDrops:
      return drops(kind, limit) { $0.isListener }
    case .udpDrops: return drops(kind, limit) { $0.kind == .udp }
    case .queueFull: return fullQueues(limit)
    case .ephemeralPorts: return usedPorts(limit)
    case .conntrack: return [use(facts.conntrack, kind, limit)].compactMap { $0 }
    case .tcpMemory: return [use(facts.tcpMemory, kind, limit)].compactMap { $0 }
    case .orphans: return [use(facts.orphans, kind, limit)].compactMap { $0 }
    case .notAccepted:
      return byOwner(kind, limit) { $0.verdict == .notAccepted && $0.socket.inode == 0 }
    case .closeWait:
      return byOwner(kind, limit) { row in
        row.socket.state == .closeWait && predecessor(row)?.socket.state == .closeWait
      }
    case .neverBound:
      return facts.neverBound.filter { $0.value >= limit }.map { pid, count in
        var finding = Finding(kind, count: count, limit: limit)
        finding.owner = .process(ProcessKey(pid))
        return finding
      }
    case .verdict:
      return Verdict.allCases.filter(\.isOfPath).flatMap { verdict in
        byOwner(kind, limit) { $0.verdict == verdict }.map { found in
          var finding = found
          finding.verdict = verdict
          return finding
        }
      }
    }
  }

  private func predecessor(_ row: Row) -> Row? {
    guard let earlier, row.index < predecessors.count,
      predecessors[row.index] != SnapshotChanges.none
    else { return nil }
    return earlier[predecessors[row.index]]
  }

  private func use(
    _ use: HostFacts.Use?, _ kind: FindingKind, _ limit: Int, _ owner: Finding.Owner? = nil
  ) -> Finding? {
    guard let use, use.limit > 0, use.count >= 0,
      Double(use.count) * 100 >= Double(use.limit) * Double(limit)
    else { return nil }
    var finding = Finding(kind, count: use.count, limit: limit)
    finding.total = use.limit
    finding.owner = owner
    return finding
  }

  private func owner(of row: Row) -> Finding.Owner {
    if let process = row.firstProcess { return .process(process) }
    return row.ownerStatus == .none ? .nobody : .hidden(uid: row.socket.uid)
  }

  private func finding(_ kind: FindingKind, _ count: Int, _ limit: Int, _ row: Row) -> Finding {
    var finding = Finding(kind, count: count, limit: limit)
    finding.owner = owner(of: row)
    finding.socket = row.socket
    return finding
  }

  private func drops(
    _ kind: FindingKind, _ limit: Int, _ isMeant: (Socket) -> Bool
  ) -> [Finding] {
    (0..<snapshot.count).compactMap { index in
      let row = snapshot[index]
      guard isMeant(row.socket), let now = row.number(MemoryMember.drops),
        let before = predecessor(row)?.number(MemoryMember.drops), now > before
      else { return nil }
      let count = Int(clamping: now - before)
      return count >= limit ? finding(kind, count, limit, row) : nil
    }
  }

  private func fullQueues(_ limit: Int) -> [Finding] {
    (0..<snapshot.count).compactMap { index in
      let row = snapshot[index]
      let socket = row.socket
      guard socket.isListener, socket.knowsQueueLimit,
        UInt64(socket.receiveQueue) * 100 > UInt64(socket.sendQueue) * UInt64(clamping: limit)
      else { return nil }
      var found = finding(.queueFull, Int(socket.receiveQueue), limit, row)
      found.total = Int(socket.sendQueue)
      return found
    }
  }

  /// Rows that belong together, one finding for each owner that has enough of them.
  private func byOwner(
    _ kind: FindingKind, _ limit: Int, _ isMeant: (Row) -> Bool
  ) -> [Finding] {
    var found: [Finding.Owner: Finding] = [:]
    for index in 0..<snapshot.count where isMeant(snapshot[index]) {
      let row = snapshot[index]
      let owner = owner(of: row)
      var finding = found[owner] ?? finding(kind, 0, limit, row)
      finding.count += 1
      if kind == .closeWait, let age = row.number(.last_ack_recv) {
        finding.age = max(finding.age ?? 0, age)
      }
      found[owner] = finding
    }
    return found.values.filter { $0.count >= limit }
  }

  /// A port may be used again for another destination, and on another address of this host.
  private struct Destination: Hashable {
    let local: Endpoint
    let remote: Endpoint
    let namespace: UInt16
  }

  private func usedPorts(_ limit: Int) -> [Finding] {
    guard let range = facts.ephemeralPorts else { return [] }
    let served = Set(snapshot.sockets.lazy.filter(\.isListener).map(\.local.port))
    var found: [Destination: (count: Int, row: Int)] = [:]
    for index in 0..<snapshot.count {
      let socket = snapshot[index].socket
      guard socket.kind == .tcp, socket.isConnected, range.contains(socket.local.port),
        !served.contains(socket.local.port)
      else { continue }
      let ends = Destination(
        local: socket.local.unmapped.addressOnly, remote: socket.remote.unmapped,
        namespace: socket.namespace)
      let known = found[ends]
      // One that has a process tells whose they are.
      let row = known.map { snapshot[$0.row].firstProcess == nil ? index : $0.row } ?? index
      found[ends] = ((known?.count ?? 0) + 1, row)
    }
    return found.values.compactMap { count, row in
      guard
        var finding = use(
          HostFacts.Use(count, of: Int(range.upperBound) - Int(range.lowerBound) + 1),
          .ephemeralPorts, limit)
      else { return nil }
      finding.owner = owner(of: snapshot[row])
      finding.socket = snapshot[row].socket
      return finding
    }
  }
}

extension Finding {
  /// Equal ones have an order all the same.
  fileprivate var place: UInt64 {
    let pid =
      if case .process(let process) = owner { UInt64(UInt32(bitPattern: process.pid)) } else {
        UInt64.max >> 16
      }
    return pid << 16 | UInt64(socket?.local.port ?? 0)
  }
}

extension Verdict {
  /// Whether it is about how data gets to the other end.
  fileprivate var isOfPath: Bool {
    switch self {
    case .noReply, .peerNotReading, .loss, .peerBufferSmall, .sendBuffer, .rttInflated: true
    case .notAccepted, .halfClosed, .answerOwed, .waitingForAnswer, .appIdle, .ok, .noEvidence:
      false
    }
  }
}
