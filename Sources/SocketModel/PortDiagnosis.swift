/// Why a port can't be had, and who reaches what has it: decided from rows first. It touches nothing.
///
/// bind(2) is asked where the rows do not decide, once, by who has a kernel (`wantsTrial`). It is not
/// harmless: a UDP socket that shares a port takes the other's datagrams, and one on a port that nobody has
/// takes what comes in that moment.
public struct PortDiagnosis: Sendable {
  private let question: PortQuestion
  private let facts: PortFacts
  private let snapshot: Snapshot
  /// The rows of the protocol that have the port, at any address.
  private let rows: [Row]
  /// Those of the other protocol that take what comes to the port.
  private let others: [Row]
  /// Those at the addresses asked about, and those that may be.
  private let near: [Row]
  private let maybeNear: [Row]

  /// `rows` has all rows of this namespace with the local port, of both protocols; for port 0 all rows.
  public init(_ question: PortQuestion, in rows: Listing, _ facts: PortFacts) {
    self.question = question
    self.facts = facts
    snapshot = rows.snapshot
    let ports = question.port == 0 ? facts.clientPorts.range : question.port...question.port
    let here = rows.filter { ports.contains($0.socket.local.port) }
    self.rows = here.filter { $0.socket.kind == question.kind }
    others = here.filter { $0.socket.kind != question.kind && $0.socket.isListening }
    near = self.rows.filter { question.overlaps($0.socket) == .yes }
    maybeNear = self.rows.filter { question.overlaps($0.socket) == .cantTell }
  }

  /// What has the port for certain: a TCP socket that listens or is bound, any UDP socket.
  private var holders: [Row] {
    question.port == 0 ? [] : near.filter { question.kind == .udp || $0.socket.holdsPort }
  }

  /// What has it unless all of it was bound with `SO_REUSEADDR`.
  private var leftovers: [Row] { near.filter { !$0.socket.holdsPort } }

  /// Whether bind(2) has to say: of TCP with `SO_REUSEADDR`, of UDP without any option, and there only
  /// where some row has the port.
  public var wantsTrial: Bool {
    if question.kind == .tcp { return holders.isEmpty }
    return question.port != 0 && holders.isEmpty && !rows.isEmpty
  }

  /// The answer; `trial` is what came of bind(2), nil where it was not asked.
  public func answer(_ trial: BindOutcome?) -> PortAnswer {
    var (verdict, findings) = judge(trial)
    if findings.contains(where: { $0.role == .obstacle }), question.places.isEmpty,
      question.port != 0
    {
      findings += freeAddresses
    }
    findings += reach
    let far = rows.filter { question.overlaps($0.socket) == .no && $0.socket.holdsPort }
    if !far.isEmpty { findings.append(.otherAddress(far.map { PortSocket($0) })) }
    if question.port != 0, !others.isEmpty {
      findings.append(.otherProtocol(others.map { PortSocket($0) }))
    }
    if question.port != 0, facts.clientPorts.isReserved(question.port) {
      findings.append(.reservedPort(question.port))
    }
    if let sentence = facts.hiddenOwners { findings.append(.hiddenOwners(sentence)) }
    if verdict == .free, trial == nil, let gap = incompleteness {
      verdict = .cannotTell
      findings.append(.tableIncomplete(gap))
    }
    return PortAnswer(question, verdict, findings)
  }

  private typealias Judgement = (PortAnswer.Verdict, [PortFinding])

  private func judge(_ trial: BindOutcome?) -> Judgement {
    let held = holders
    if !held.isEmpty { return (.taken, findings(of: held) + privilege) }
    switch trial {
    case .bound: return (.free, remains(canBeBound: true))
    case .inUse: return (.taken, obstacles)
    case .notPermitted(let words):
      return (.taken, isPrivileged ? privilege : [.policy(words)])
    case .notLocal, .noFamily, .zoneMissing: return problem(trial)
    case .failed(let words): return (.cannotTell, [.notTried(words)])
    case nil:
      if let problem = facts.addressProblem { return self.problem(problem) }
      if question.port == 0 { return judgeAnyPort() }
      return mayNotBind ? (.taken, privilege) : (.free, [])
    }
  }

  /// An address that can't be bound, whatever the port.
  private func problem(_ trial: BindOutcome?) -> Judgement {
    switch trial {
    case .notLocal(let address):
      return (.taken, [.addressNotLocal(address)] + usedUpTowards(address))
    case .noFamily(let family): return (.taken, [.noFamily(family)])
    case .zoneMissing(let address): return (.taken, [.zoneMissing(address)])
    case .bound, .inUse, .notPermitted, .failed, nil: return (.free, [])
    }
  }

  /// Of UDP, by the rows alone.
  private func judgeAnyPort() -> Judgement {
    portsUsed < facts.clientPorts.count ? (.free, []) : (.taken, [usedUp])
  }

  private var portsUsed: Int {
    Set(near.map(\.socket.local.port)).count(where: facts.clientPorts.contains)
  }

  private var usedUp: PortFinding { .portsUsedUp(used: portsUsed, facts.clientPorts, to: nil) }

  /// Why connect(2) to another host's address fails.
  private func usedUpTowards(_ address: IPAddress) -> [PortFinding] {
    let used = facts.portsUsedTowards
    if used == 0 || used < facts.clientPorts.count { return [] }
    return [.portsUsedUp(used: used, facts.clientPorts, to: IPEndpoint(address, question.port))]
  }

  /// bind(2) says that it is in use.
  private var obstacles: [PortFinding] {
    if question.port == 0 { return [usedUp] }
    // A wildcard of which /proc does not tell whether it takes IPv4.
    let maybe = maybeNear.filter { question.kind == .udp || $0.socket.holdsPort }
    let found = findings(of: maybe) + remains(canBeBound: false)
    return found.isEmpty ? [.unseenSocket(showsBound: snapshot.boundGap == nil)] : found
  }

  private var isPrivileged: Bool {
    question.port > 0 && Int(question.port) < facts.lowestUnprivileged
  }

  private var mayNotBind: Bool { isPrivileged && !facts.mayBindPrivileged }

  private var privilege: [PortFinding] {
    isPrivileged && (!facts.mayBindPrivileged || holders.isEmpty)
      ? [.privilegedPort(lowest: facts.lowestUnprivileged)] : []
  }

  /// Why the rows alone can't say that it is free; nil where they can.
  private var incompleteness: String? {
    if snapshot.gap != nil { return "the kernel's table could not be read as a whole" }
    if snapshot.unread == 0 { return nil }
    return "lines of the kernel's table could not be read"
  }
}

// MARK: What has it

extension PortDiagnosis {
  /// Sockets that listen on one address together, then what each owner has.
  private func findings(of rows: [Row]) -> [PortFinding] {
    let sockets = rows.map { PortSocket($0) }
    let listening = Dictionary(grouping: sockets.filter(\.socket.isListener), by: Place.init)
    var shared: [Place: [PortSocket]] = [:]
    var alone: [Holder: [PortSocket]] = [:]
    var places: [Place] = []
    var owners: [Holder] = []
    for socket in sockets {
      let place = Place(socket)
      if socket.socket.isListener, (listening[place]?.count ?? 0) > 1 {
        if shared[place] == nil { places.append(place) }
        shared[place, default: []].append(socket)
      } else {
        let holder = Holder(socket)
        if alone[holder] == nil { owners.append(holder) }
        alone[holder, default: []].append(socket)
      }
    }
    let groups =
      owners.compactMap { alone[$0] }.map { group -> (PortFinding, [PortSocket]) in
        let socket = group[0].socket
        if socket.kind == .udp { return (.datagramSocket(group), group) }
        return socket.isListening ? (.listener(group), group) : (.bound(group), group)
      } + places.compactMap { shared[$0] }.map { (.sharedListeners($0, asking: facts.uid), $0) }
    return groups.flatMap { finding, group -> [PortFinding] in
      var all = [finding]
      if let unit = group[0].socketUnit { all.append(.systemdSocket(unit: unit, group)) }
      let unheld = group.filter { $0.ownerStatus == .unheld }
      if !unheld.isEmpty { all.append(.unheld(unheld)) }
      return all
    }
  }

  /// Where a socket is bound.
  private struct Place: Hashable {
    let local: Endpoint
    let interface: UInt32

    init(_ socket: PortSocket) {
      local = socket.socket.local
      interface = socket.socket.interface
    }
  }

  /// What one sentence can be said of.
  private struct Holder: Hashable {
    let state: TCPState
    let ownerStatus: OwnerStatus
    let pids: [Int32]
    let unit: String?
    let user: String?

    init(_ socket: PortSocket) {
      state = socket.socket.state
      ownerStatus = socket.ownerStatus
      pids = socket.pids
      unit = socket.unit
      user = socket.user
    }
  }

  /// Connections and what is left of them, where they have the addresses asked about.
  private func remains(canBeBound: Bool) -> [PortFinding] {
    if question.kind == .udp || question.port == 0 { return [] }
    let waiting = leftovers.filter { $0.socket.state == .timeWait }
    let live = leftovers.filter { $0.socket.state != .timeWait }
    let isClients = facts.clientPorts.contains(question.port)
    var found: [PortFinding] = []
    if !live.isEmpty {
      let connections = PortConnections(live)
      found.append(
        isClients
          ? .clientPort(connections, canBeBound: canBeBound, facts.clientPorts)
          : .connection(connections, canBeBound: canBeBound))
    }
    if !waiting.isEmpty {
      found.append(.timeWait(PortConnections(waiting), canBeBound: canBeBound))
    }
    return found
  }

  /// Of all addresses those that nothing has: the wildcards first, which stand for theirs.
  private var freeAddresses: [PortFinding] {
    let blocking = near.filter { question.kind == .udp || $0.socket.holdsPort }
    let rows = blocking.isEmpty ? near : blocking
    if rows.isEmpty { return [] }
    func isFree(_ place: PortPlace) -> Bool {
      rows.allSatisfy { place.overlaps($0.socket) == .no }
    }
    var free: [PortPlace] = []
    for family in IPAddress.Family.allCases {
      let own = facts.addresses.filter { $0.family == family && !$0.isLinkLocal }.sorted()
      let wildcard = PortPlace(.unspecified(family), isV6Only: family == .ipv6)
      if own.isEmpty { continue }
      free += isFree(wildcard) ? [wildcard] : own.map { PortPlace($0) }.filter(isFree)
    }
    return free.isEmpty ? [] : [.freeAddresses(free)]
  }
}

// MARK: Who reaches it

extension PortDiagnosis {
  private var reach: [PortFinding] {
    if question.port == 0 { return [] }
    let listening = (near + maybeNear).filter(\.socket.isListening)
    let sockets = listening.map { PortSocket($0) }
    let loopback = sockets.filter { $0.socket.isOnLoopback }
    let gone = sockets.filter { isGone($0.socket.local) }
    let open = sockets.filter { !$0.socket.isOnLoopback && !isGone($0.socket.local) }
    let onDevice = open.filter { $0.interface != nil }
    let wide = open.filter { $0.interface == nil }
    var found: [PortFinding] = []
    if !wide.isEmpty { found.append(.otherHosts(wide)) }
    if !gone.isEmpty { found.append(.addressGone(gone)) }
    if !onDevice.isEmpty { found.append(.deviceOnly(onDevice)) }
    if !loopback.isEmpty { found.append(.loopbackOnly(loopback)) }
    let takesIPv4 = sockets.contains {
      $0.socket.local.isUnspecified && ($0.socket.family == .ipv4 || $0.socket.isDualStackWildcard)
    }
    let v6Only = sockets.filter {
      $0.socket.local.kind == .ipv6 && $0.socket.local.isUnspecified && $0.socket.v6Only == .yes
    }
    if !v6Only.isEmpty, !takesIPv4 { found.append(.v6Only(v6Only)) }
    for (row, socket) in zip(listening, sockets) { found += troubles(row, socket) }
    return found
  }

  /// Whether it was bound at an address that no interface has any more. All of 127.0.0.0/8 is loopback's.
  private func isGone(_ end: Endpoint) -> Bool {
    let end = end.unmapped
    guard !facts.addresses.isEmpty, !end.isUnspecified, let address = end.address else {
      return false
    }
    return !(address.family == .ipv4 && address.isLoopback) && !facts.addresses.contains(address)
  }

  private func troubles(_ row: Row, _ socket: PortSocket) -> [PortFinding] {
    var found: [PortFinding] = []
    let isFull = socket.socket.isQueueFull
    if isFull { found.append(.queueFull(socket)) }
    let isStopped =
      !socket.pids.isEmpty && socket.ownerStatus == .known
      && facts.stopped.isSuperset(of: socket.pids)
    if isStopped { found.append(.stopped(socket)) }
    if let waited = longestWait(at: row.socket), waited >= Self.longWait {
      found.append(.notAccepted(socket, milliseconds: waited))
    }
    if !isFull, let drops = socket.drops, drops > 0 { found.append(.dropped(socket)) }
    return found
  }

  /// A program that accepts does so at once.
  private static let longWait: UInt64 = 1000

  /// For how long a connection has waited at least to be accepted: its last acknowledgement is no older
  /// than it. Nil where none waits or the source does not tell.
  private func longestWait(at listener: Socket) -> UInt64? {
    if listener.receiveQueue == 0 || !listener.isListener { return nil }
    let waiting = rows.filter { row in
      row.socket.inode == 0 && [.established, .closeWait].contains(row.socket.state)
        && row.socket.local.address.map { listener.score(for: $0.unmapped) != nil } ?? false
    }
    return waiting.compactMap { $0.number(TCPInfoMember.last_ack_recv) }.max()
  }
}

extension Socket {
  /// Whether nothing can be bound beside it that is to listen, whatever its options were.
  fileprivate var holdsPort: Bool { kind == .udp || isListening || state == .bound }

  fileprivate var isOnLoopback: Bool { local.address?.isLoopback ?? false }
}
