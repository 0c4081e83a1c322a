internal import KernelFormats
internal import LinuxSystem
public import SocketModel

/// Answers a Query: reads sockets, looks up their owners, joins both, and names what rows hold.
///
///     var collector = Collector()
///     let snapshot = try collector.collect(Query(needs: [.owners, .processNames]))
///
/// It may be asked again and again: what it learned is kept, and looked up again only where something
/// shows that it is old. It keeps its caller waiting: the kernel looks for the next row that matches in
/// one call, among a million for half a second.
public struct Collector: Sendable {
  /// Where sockets come from.
  public enum Sockets: Sendable {
    /// Netlink, and /proc where the kernel refuses it.
    case auto
    case proc
    case diag
    /// What `DiagRecorder` got.
    case recording([UInt8])
    /// Tables that were written down, one after the other; the last one again and again.
    case saved(SavedTables)
  }

  public var sockets = Sockets.auto
  public var owners = OwnerBackend.auto
  /// Another root than /proc forces /proc for sockets and owners.
  public var procRoot = Self.hostProc

  static let hostProc = ProcRoot.host
  /// Gets every netlink message that is sent or received.
  public var recorder: DiagRecorder?

  private var trust = NetlinkTrust()
  /// The kernel was seen to tell of bound sockets.
  private var tellsBound = false
  private var ownerCache = OwnerCache()
  private var nameCache = NameCache()
  private var namespaces = NamespaceTable()
  private var containers = NamespaceContainers()
  private var kernelSockets = KernelSockets()
  private var spent: Snapshot?
  /// As read with the first snapshot: it stays the same.
  private var identity: HostIdentity?
  /// What connections are judged by next time.
  var lastSample: Sample?
  private let open: @Sendable () throws(SourceError) -> NetlinkSocket

  public init() { self.init(over: DiagDump.open) }

  /// Asks over the sockets that `open` gives: in tests none.
  init(over open: @escaping @Sendable () throws(SourceError) -> NetlinkSocket) {
    self.open = open
  }

  /// Whether a recording answers: it has no names, and nobody knows where and when.
  public var isReplay: Bool { recording != nil }

  /// Whether a table answers that was written down, with its names.
  public var isSaved: Bool { if case .saved = sockets { true } else { false } }

  /// The kinds of sockets in a table that was written down; nil where none answers.
  public var savedKinds: SocketKindSet? {
    if case .saved(let tables) = sockets { tables.kinds } else { nil }
  }

  /// Whether the host answers, as it is now.
  public var isLive: Bool { !isReplay && !isSaved }

  /// Whether the running kernel may be asked who owns what, beside /proc.
  public var mayAskKernel: Bool {
    switch owners {
    case .auto, .bpf: isLive && procRoot == Self.hostProc
    case .proc, .none: false
    }
  }

  /// Whether owners are looked up at all: a recording tells nothing of them.
  public var tellsOwners: Bool {
    if case .saved(let tables) = sockets { return tables.tellsOwners }
    return switch owners {
    case .none: false
    case .auto, .proc, .bpf: !isReplay
    }
  }

  /// How often every process was looked at.
  var lookups: Int { ownerCache.generation }

  /// Takes the memory of a snapshot that nobody needs any more, to use it for the next.
  public mutating func recycle(_ snapshot: consuming Snapshot) { spent = snapshot }

  /// Reads once. Rows are as the kernel gave them, without those that the query rules out; the
  /// filter has yet to decide. Processes are named as far as the query needs it.
  ///
  /// Where netlink has answered before and fails for a moment (`SourceError.isPassing`), that is thrown:
  /// what /proc does not know would seem to be gone. The next call may answer again.
  ///
  /// A file is held against the question: what was not asked for when it was written may have been there.
  public mutating func collect(
    _ query: Query, answering question: Question? = nil, counted: Bool = false
  ) throws(SourceError) -> Snapshot {
    if case .saved(var tables) = sockets {
      defer { sockets = .saved(tables) }
      return tables.next(for: query, answering: question, counted: counted)
    }
    let ticks = ProcessReader.now()
    var builder = SnapshotBuilder()
    if recording == nil {
      let identity = identity ?? HostIdentity(procRoot: procRoot)
      self.identity = identity
      builder.identity = identity
      (builder.time, builder.host) = (.now(), ProcRoot.hostName(procRoot))
    }
    let lookup = ownerLookup(for: query)
    var early: OwnerCache.Early?
    let asksNamespaces = query.needs.contains(.namespace) || query.namespaces != .own
    if asksNamespaces && tellsNamespaces { namespaces.setOwn(NetworkNamespaces.current()) }
    builder.table =
      query.namespaces == .own
      ? try read(query, lookup, &early, since: ticks) : try readNamespaces(query)
    builder.listeners = try readListeners(
      query.protocols, query.listeners, beside: query, &builder.table)
    if asksNamespaces && !tellsNamespaces { builder.table.unknown.insert(.namespace) }
    builder.names.unix = builder.table.unixNames ?? [:]
    try joinEnds(&builder, query)
    builder.namespaces = namespaces.all
    builder.names.namespaces = namespaces.names
    builder.names.interfaces = namespaces.interfaces
    builder.names.unreadNames = namespaces.unread
    if query.needs.contains(.verdicts) { judge(&builder) }
    guard let lookup else { return builder.frozen() }
    let listeners =
      builder.hasQueuedRows
      ? try readListeners(.tcp, .everything, beside: query, &builder.table) : []
    try ownerCache.join(
      &builder, lookup, early.take(), listeners: listeners, since: ticks)
    if tellsNamespaces {
      builder.markTunnels(namespaces.tunnels)
      kernelSockets.mark(&builder)
    }
    var snapshot = builder.frozen()
    if query.needs.contains(.processNames) {
      let pids = nameCache.owningProcesses(of: snapshot, query, ownerCache.generation)
      try nameProcesses(pids, of: &snapshot, query.needs)
    }
    return snapshot
  }

  private var recording: [UInt8]? {
    if case .recording(let bytes) = sockets { bytes } else { nil }
  }

  /// Nil where owners are not asked for. A recording tells nothing of them.
  private func ownerLookup(for query: Query) -> OwnerLookup? {
    guard query.needs.contains(.owners), tellsOwners else { return nil }
    return OwnerLookup(owners, root: procRoot)
  }
}

// MARK: Sockets

extension Collector {
  /// Reads the rows, and starts a lookup of owners once those that listen are there: beside the rest
  /// of the dump the kernel's iterator costs no time.
  private mutating func read(
    _ query: Query, _ lookup: OwnerLookup? = nil, _ early: inout OwnerCache.Early?,
    since ticks: UInt64
  ) throws(SourceError) -> SocketTable {
    do throws(SourceError) {
      let backend = backend
      var table = try read(query, from: backend, lookup, &early, since: ticks)
      table.notices.append(.remark("sockets are from \(backend.origin)"))
      if backend is DiagSource {
        trust.noteAnswer()
        trust.endReading()
        if query.checksBound && query.admitsBound { tellsBound = table.boundGap == nil }
      }
      if table.boundGap == .kernel, let own = try? FileStatus(of: NetworkNamespaces.own).inode {
        addBoundSockets(&table, query, in: [own: 0])
      }
      return table
    } catch {
      // There is nothing of /proc to record.
      guard case .auto = sockets, recorder == nil, case .refused(let reason) = error,
        trust.yields(to: error)
      else { throw error }
      var table = try read(query, from: proc, lookup, &early, since: ticks)
      table.notices.append(
        .remark("netlink sock_diag is refused (\(reason)); reading \(procRoot)/net instead"))
      return table
    }
  }

  private mutating func read(
    _ query: Query, from backend: any SocketBackend, _ lookup: OwnerLookup?,
    _ early: inout OwnerCache.Early?, since ticks: UInt64
  ) throws(SourceError) -> SocketTable {
    let reading = try backend.begin(query, reusing: emptyTable())
    if let lookup, early == nil {
      early = ownerCache.start(lookup, besides: reading.rows, since: ticks)
    }
    return try reading.finish()
  }

  /// In the memory of the spent snapshot. Nobody may hold that any more, or its memory is theirs.
  private mutating func emptyTable() -> SocketTable {
    guard let snapshot = spent.take() else { return SocketTable() }
    return SocketTable(reusing: consume snapshot)
  }

  /// The backend that is asked first.
  private var backend: any SocketBackend {
    switch sockets {
    case .recording(let bytes): RecordingSource(bytes: bytes)
    case .saved: RecordingSource(bytes: [])
    case .proc: proc
    case .auto where trust.isRefused: proc
    case .auto where procRoot != ProcRoot.host, .diag where procRoot != ProcRoot.host: proc
    case .auto, .diag: DiagSource(recorder: recorder, tellsBound: tellsBound, over: open)
    }
  }

  private var proc: ProcSource { ProcSource(root: procRoot) }

  /// What listens: of the rows that were read, or read now where the query left some out.
  private mutating func readListeners(
    _ protocols: SocketKindSet, _ pushdown: Pushdown, beside query: Query,
    _ table: inout SocketTable
  ) throws(SourceError) -> [Socket] {
    if pushdown == .nothing { return [] }
    var wanted = Query(
      protocols: protocols, states: protocols.listening, onlyListening: true, pushdown: pushdown)
    wanted.namespaces = query.namespaces
    let isComplete =
      query.protocols.isSuperset(of: protocols) && query.states.isSuperset(of: wanted.states)
      && query.families == .all && [.everything, pushdown].contains(query.pushdown)
    if isComplete {
      return table.sockets.filter { $0.isListening && protocols.contains($0.kind) }
    }
    var early: OwnerCache.Early?
    let listeners =
      wanted.namespaces == .own
      ? try read(wanted, nil, &early, since: 0) : try readNamespaces(wanted)
    table.gap = table.gap ?? listeners.gap
    table.notices += listeners.notices.filter { !table.notices.contains($0) }
    return listeners.sockets
  }
}

// MARK: Other ends

extension Collector {
  /// Finds out what took each connection and what is at its other end, where that is asked for. That may
  /// be no row.
  private mutating func joinEnds(
    _ builder: inout SnapshotBuilder, _ query: Query
  ) throws(SourceError) {
    let protocols = query.protocols.intersection(.all)
    if query.needs.isDisjoint(with: [.peers, .directions, .joining]) || protocols.isEmpty {
      return
    }
    // A recording holds what was asked for and no more.
    let mayReadMore = !isReplay && recorder == nil
    let listeners =
      query.needs.contains(.directions)
        || query.needs.contains(.joining) && (mayReadMore || query.isOfAllConnections)
      ? try readListeners(.tcp, .everything, beside: query, &builder.table) : []
    var others: [Socket] = []
    if query.needs.contains(.peers) {
      others = try readConnections(protocols, beside: query, &builder.table)
    } else if query.namespaces != .own, query.isOfAllConnections {
      others = builder.table.sockets
    }
    if tellsNamespaces, query.namespaces == .own,
      !query.needs.isDisjoint(with: [.peers, .joining])
    {
      namespaces.setOwnAddresses(NetworkNamespaces.addresses())
    }
    builder.addresses = namespaces.addresses
    builder.joinEnds(others, listeners: listeners, addresses: namespaces.addresses)
  }

  /// All that are connected: of the rows that were read, or read now where the query left some out.
  private mutating func readConnections(
    _ protocols: SocketKindSet, beside query: Query, _ table: inout SocketTable
  ) throws(SourceError) -> [Socket] {
    let states = StateSet.all.subtracting(StateSet(.listening, .closed, .bound))
    var wanted = Query(protocols: protocols, states: states)
    wanted.namespaces = query.namespaces
    if query.states.isSuperset(of: states), query.takesAllOfItsStates { return table.sockets }
    var early: OwnerCache.Early?
    let found =
      wanted.namespaces == .own
      ? try read(wanted, nil, &early, since: 0) : try readNamespaces(wanted)
    table.gap = table.gap ?? found.gap
    return found.sockets
  }
}

extension Query {
  fileprivate var takesAllOfItsStates: Bool {
    families == .all && pushdown == .everything && !onlyListening
  }

  /// Whether no TCP socket is left out.
  fileprivate var isOfAllConnections: Bool {
    protocols.contains(.tcp) && states == .all && takesAllOfItsStates
  }
}

// MARK: Network namespaces

extension Collector {
  /// A recording and another /proc are of namespaces that nobody can enter.
  private var tellsNamespaces: Bool { procRoot == ProcRoot.host && isLive }

  /// Reads the rows of the namespaces that are asked for, each with its number.
  private mutating func readNamespaces(_ query: Query) throws(SourceError) -> SocketTable {
    let held = heldSockets(query)
    let search = try NetworkNamespaces.search(query.namespaces, held, &containers)
    let shared = Locked(trust)
    let source = namespaceSource(shared)
    let parts: [NamespaceReading.Part]
    do throws(Errno) {
      parts = try NamespaceReading(
        search.found, query, from: source, asksNetlink ? held : nil,
        lookups: DiagSource(over: open)
      ).run()
    } catch {
      throw .refused(error)
    }
    trust = shared.withLock { $0 }
    if parts.contains(where: \.isLookedUp) { trust.noteAnswer() }
    trust.endReading()
    var all = emptyTable()
    var closed = 0
    for part in parts {
      do throws(SourceError) {
        var table = try part.table.get()
        guard let index = namespaces.index(of: part) else {
          closed += 1
          continue
        }
        table.setNamespace(index)
        all.append(table)
      } catch .closedNamespace(let name, let path, let failure) {
        if case .named = query.namespaces {
          throw .closedNamespace(name, path: path, failure)
        }
        closed += 1
      }
    }
    if all.boundGap == .kernel {
      addBoundSockets(&all, query, in: namespaces.numbers(parts.map(\.found.namespace)))
    }
    if closed + search.hidden > 0 {
      all.gap = .namespaces(closed: closed, hiddenProcesses: search.hidden)
    }
    all.notices.append(
      .remark("sockets are from \(parts.count - closed) network namespaces by \(source.origin)"))
    return all
  }

  /// What processes hold, for a search of all namespaces, and where it pays because many are read: as much
  /// as a few dumps of the table of connections. Nil as well where the kernel does not let us see it.
  private func heldSockets(_ query: Query) -> BPFHeldSockets? {
    switch query.namespaces {
    case .own: return nil
    case .everywhere: break
    case .named(let names):
      guard names.count >= 4, asksNetlink, DiagSource.walksConnections(query) else { return nil }
    }
    return try? BPFHeldSockets.read()
  }

  private var asksNetlink: Bool {
    switch sockets {
    case .auto: !trust.isRefused
    case .diag: true
    case .proc, .recording, .saved: false
    }
  }

  private func namespaceSource(_ trust: Locked<NetlinkTrust>) -> any SocketBackend {
    switch sockets {
    case .proc: ProcSource.ofThread
    case .auto where self.trust.isRefused: ProcSource.ofThread
    case .auto: FirstThatAnswers(DiagSource(over: open), ProcSource.ofThread, trust)
    case .diag, .recording, .saved: DiagSource(over: open)
    }
  }
}

// MARK: Names

extension Collector {
  /// Looks up names for some rows (nil: for all), as far as `needs` says, and those of the users whose
  /// processes are hidden; none of users at all where `users` is false.
  ///
  /// Host names may send packets, and take at most `hostTimeout` in all.
  public mutating func name(
    _ rows: [UInt32]?, of snapshot: Snapshot, needs: Projection, services: ServicePorts,
    users: Bool = true, hostTimeout: Duration = .seconds(2)
  ) throws(SourceError) -> Snapshot {
    let request = NameCache.Request(
      needs: needs, services: services, namesUsers: users, hostTimeout: hostTimeout)
    let rows = rows ?? Array(0..<UInt32(snapshot.count))
    var named = snapshot.naming(nameCache.name(rows, of: snapshot, request))
    let isNamed = !snapshot.names.processes.isEmpty || snapshot.names.unreadProcesses != nil
    if needs.contains(.processNames), !isNamed {
      try nameProcesses(snapshot.namedProcesses(rows), of: &named, needs)
    }
    return named
  }

  /// The names and command lines of all processes that can be seen, whatever they hold, but our own: its
  /// command line has the words that are looked for.
  public func runningProcesses() throws(SourceError) -> [Int32: ProcessName] {
    var names = try ProcessReader(root: procRoot).readAll(commands: true).names
    if procRoot == ProcRoot.host { names[ProcessID.own] = nil }
    return names
  }

  private mutating func nameProcesses(
    _ pids: [Int32], of snapshot: inout Snapshot, _ needs: Projection
  ) throws(SourceError) {
    let isCurrent = try nameCache.nameProcesses(
      pids, of: &snapshot, commands: needs.contains(.commands),
      executables: needs.contains(.executables), root: procRoot)
    if !isCurrent { ownerCache.outdate() }
  }
}
