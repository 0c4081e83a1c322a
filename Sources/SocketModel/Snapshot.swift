/// What the kernel said at one moment: rows, and what was asked about each. It never changes; a
/// `SnapshotBuilder` makes it.
///
/// A row is read through `Row`. The columns are as long as there are rows, or empty where
/// what they hold was not asked for.
public final class Snapshot: Sendable {
  public let time: Timestamp
  /// The name of the host; empty where nobody knows.
  public let host: String
  public let identity: HostIdentity
  @usableFromInline let sockets: [Socket]
  let details: DetailStore
  let traffic: [SocketTraffic]
  let cgroups: [UInt64]
  /// What is the matter with each row; empty where nobody asked.
  let verdicts: [Verdict?]
  /// How long each row has been seen, in milliseconds; empty where nobody watches.
  let ages: [UInt64]
  let owners: [RowOwners]
  let connections: [ConnectionEnds]
  /// Who holds which socket, of all that was seen.
  public let ownerIndex: OwnerIndex
  /// When the owner lookup began, in clock ticks since the host's start; `.max` where owners were not
  /// asked. A process that is younger may not be the one that was seen.
  public let ownersSince: UInt64
  /// Why owners may be hidden; nil where every process could be looked at.
  public let hiddenCause: HiddenCause?
  /// Whether unix sockets may be among the rows.
  public let hasUnixSockets: Bool
  /// Whether rows of other kinds than TCP and UDP may be among the rows.
  public let hasOtherKinds: Bool
  /// The network namespaces that rows are of.
  public let namespaces: [NetworkNamespace]
  /// The addresses of each of them, by its place there, as far as they were asked for.
  public let addresses: [UInt16: Set<IPAddress>]
  /// The listening sockets that the query wanted known beside its rows, some of which they may be.
  public let listeners: [Socket]
  public let names: Names
  /// What was asked and the source does not tell.
  public let unknown: Projection
  /// The same of rows without a cookie alone.
  public let unknownInProc: Projection
  /// Why other rows that were asked for may be missing; nil where none is.
  public let gap: ReadGap?
  /// What happened to each row, where the rows are events: one for each, or none.
  public let events: [ConnectionEvent]
  /// Lines of the source's tables that could not be read: each may be any socket.
  public let unread: Int
  /// Why sockets that are bound and no more, which were asked for, may be missing; nil where none is.
  public let boundGap: BoundGap?
  /// What the reader should be told once, on stderr.
  public let notices: [Notice]

  init(_ builder: consuming SnapshotBuilder) {
    time = builder.time
    host = builder.host
    identity = builder.identity
    sockets = builder.table.sockets
    details = builder.table.details
    traffic = builder.table.traffic
    cgroups = builder.table.cgroups
    verdicts = builder.verdicts
    ages = builder.ages
    owners = builder.owners
    connections = builder.connections
    ownerIndex = builder.ownerIndex
    ownersSince = builder.ownersSince
    hiddenCause = builder.hiddenCause
    namespaces = builder.namespaces
    addresses = builder.addresses
    listeners = builder.listeners
    var names = builder.names
    names.origins[.host] = host.isEmpty ? nil : host
    names.origins[.time] = time == .epoch ? nil : time.rfc3339
    names.origins[.machineID] = identity.machineID
    names.origins[.bootID] = identity.bootID
    self.names = names
    hasUnixSockets = builder.table.unixNames != nil
    hasOtherKinds = builder.table.hasOtherKinds
    unknown = builder.table.unknown
    unknownInProc = builder.table.unknownInProc
    boundGap = builder.table.boundGap
    gap = builder.table.gap
    events = builder.events
    unread = builder.table.unread
    notices = builder.table.notices
  }

  public static let empty = SnapshotBuilder().frozen()

  /// The number of rows.
  @inlinable public var count: Int { sockets.count }

  @inlinable public var isEmpty: Bool { sockets.isEmpty }

  /// Whether every process was looked at but those that no right opens; nil where owners were not asked.
  public var seesAll: Bool? {
    asksOwners ? hiddenCause?.isExceptional ?? true : nil
  }

  /// Also where there is no row that could have one.
  public var asksOwners: Bool { ownersSince != .max || !owners.isEmpty }

  /// The same rows with other names: nothing of the columns is copied.
  public func naming(_ names: Names) -> Snapshot {
    var builder = SnapshotBuilder(copying: self)
    builder.names = names
    return builder.frozen()
  }

  /// The same rows as of another moment.
  public func at(_ time: Timestamp) -> Snapshot {
    var builder = SnapshotBuilder(copying: self)
    builder.time = time
    return builder.frozen()
  }

  /// The processes that own one of these rows, by pid.
  public func owners(of rows: [UInt32]) -> [ProcessKey] {
    owners.isEmpty ? [] : ownerIndex.processes(at: rows.map { owners[Int($0)].slot })
  }

  /// Their pids, each once.
  public func owningProcesses(_ rows: [UInt32]) -> [Int32] {
    var pids: [Int32] = []
    for process in owners(of: rows) where process.pid != pids.last { pids.append(process.pid) }
    return pids
  }

  /// Those and the owners of the other ends, as far as these were asked for.
  public func namedProcesses(_ rows: [UInt32]) -> [Int32] {
    if owners.isEmpty || !hasUnixSockets && connections.isEmpty { return owningProcesses(rows) }
    var slots = rows.map { owners[Int($0)].slot }
    for row in rows {
      if let peer = self[row].peerInode { slots.append(ownerIndex.slot(inode: peer)) }
    }
    var pids: [Int32] = []
    for process in ownerIndex.processes(at: slots) where process.pid != pids.last {
      pids.append(process.pid)
    }
    return pids
  }

  /// How many of these rows have owners that were not seen, all of them or some.
  public func hiddenOwners(_ rows: [UInt32]) -> Int {
    owners.isEmpty ? 0 : rows.count { owners[Int($0)].status.mayHaveOthers }
  }

  /// How many of these rows have owners that were all seen, and one of them has no name although it is
  /// there.
  public func unnamedOwners(_ rows: [UInt32]) -> Int {
    guard !owners.isEmpty, let unread = names.unreadProcesses else { return 0 }
    return rows.count { row in
      let held = owners[Int(row)]
      if held.status.mayHaveOthers { return false }
      var isUnread = false
      ownerIndex.forEachProcess(at: held.slot) {
        if unread.pids.contains($0.pid) { isUnread = true }
      }
      return isUnread
    }
  }

  /// How many of these rows are wildcards of which the source does not tell whether they take IPv4, and
  /// whose owners are no secret.
  public func rowsOpen(_ rows: [UInt32], to families: FamilySet) -> Int {
    rows.count { row in
      let isHidden = !owners.isEmpty && owners[Int(row)].status.mayHaveOthers
      return !isHidden && sockets[Int(row)].leavesOpen(families)
    }
  }

  /// How many of these rows have some owners that were seen, and may have others.
  public func partialOwners(_ rows: [UInt32]) -> Int {
    owners.isEmpty ? 0 : rows.count { owners[Int($0)].status == .partial }
  }
}

/// One row of a snapshot, with all that is known of it.
public struct Row: Sendable {
  public let snapshot: Snapshot
  public let index: Int

  @inlinable
  init(_ snapshot: Snapshot, _ index: Int) {
    self.snapshot = snapshot
    self.index = index
  }

  @inlinable public var socket: Socket { snapshot.sockets[index] }

  /// What was asked of it and the source does not tell.
  public var unknown: Projection {
    snapshot.unknownInProc.isEmpty || socket.cookie != 0
      ? snapshot.unknown : snapshot.unknown.union(snapshot.unknownInProc)
  }

  public var namespace: NetworkNamespace {
    let index = Int(socket.namespace)
    return index < snapshot.namespaces.count ? snapshot.namespaces[index] : NetworkNamespace()
  }
}

extension Snapshot {
  /// `index` is below `count`.
  @inlinable public subscript(index: Int) -> Row { Row(self, index) }

  @inlinable public subscript(index: UInt32) -> Row { Row(self, Int(index)) }
}

// MARK: Owners

extension Row {
  private var held: RowOwners { snapshot.owners.isEmpty ? .notAsked : snapshot.owners[index] }

  public var ownerStatus: OwnerStatus { held.status }

  /// Where the owners are in the snapshot's index.
  public var ownerSlot: OwnerIndex.Slot { held.slot }

  /// The lowest pid; nil where no owner is known.
  public var firstPID: Int32? { snapshot.ownerIndex.firstPID(at: held.slot) }

  /// The owner with the lowest pid; nil where none is known.
  public var firstProcess: ProcessKey? { snapshot.ownerIndex.firstProcess(at: held.slot) }

  /// The owner with the lowest pid and the number of others; nil where none is known.
  public var firstOwner: (process: ProcessKey, others: Int)? {
    snapshot.ownerIndex.first(at: held.slot)
  }

  /// The name of the process with the lowest pid, as text; nil where it is not known.
  public var ownerName: String? {
    firstProcess.flatMap { snapshot.names.process($0) }.map {
      String(decoding: $0.name, as: UTF8.self)
    }
  }

  /// All of them, by pid.
  public var owners: [Owner] { snapshot.ownerIndex.owners(at: held.slot) }
}

// MARK: What netlink alone tells

extension Row {
  /// Nil where it was not asked for, or the row has none.
  public var tcpInfo: TCPInfo? {
    snapshot.details.hasTCPInfo(index) ? TCPInfo(snapshot.details, index) : nil
  }

  public func number(_ member: TCPInfoMember) -> UInt64? {
    snapshot.details.info(member.place, of: index)
  }

  public func number(_ member: MemoryMember) -> UInt64? {
    snapshot.details.memory(member.place, of: index)
  }

  /// Payload bytes sent: see `TCPInfo`.
  public var payloadSent: UInt64? { TCPInfo(snapshot.details, index).payloadSent }

  /// Payload bytes received: see `TCPInfo`.
  var payloadReceived: UInt64? {
    TCPInfo(snapshot.details, index).payloadReceived(in: socket.state)
  }

  /// Calls `body` with the value of an attribute, as the kernel wrote it; returns whether there is one.
  /// Members that are known one by one are in none.
  public func withValue(of attribute: SocketAttribute, _ body: (Span<UInt8>) -> Void) -> Bool {
    snapshot.details.withValue(of: attribute, of: index, body)
  }

  /// An attribute that is a number of `width` bytes: 1, 2, 4 or 8.
  public func number(_ attribute: SocketAttribute, width: Int) -> UInt64? {
    snapshot.details.number(attribute, width: width, of: index)
  }

  public func text(_ attribute: SocketAttribute) -> ShortText? {
    snapshot.details.text(attribute, of: index)
  }

  /// The id of the cgroup (v2) that the socket was made in. None of TIME_WAIT.
  public var cgroup: UInt64? {
    if snapshot.cgroups.isEmpty { return number(.cgroup, width: 8) }
    let id = snapshot.cgroups[index]
    return id == 0 ? nil : id
  }

  /// What that is called; nil where it is gone, or in no tree that can be seen.
  public var cgroupName: CgroupName? { cgroup.flatMap { snapshot.names.cgroups[$0] } }

  /// Whether something of its cgroup is shown with its owner, which may be hidden.
  public var showsCgroup: Bool {
    held.status == .hidden || held.slot != OwnerIndex.none
  }

  /// Whether it was made in some cgroup, and nobody knows in which.
  public var hasUnknownCgroup: Bool {
    if case .unknown = partOfCgroup({ $0.path }, { .cgroup($0) }) { true } else { false }
  }

  /// A unit or a container of its cgroup. What is in TIME_WAIT or is a request yet has none; any other
  /// socket was made in some cgroup.
  func partOfCgroup(
    _ part: (CgroupName) -> String?, _ thing: (UInt64) -> NamedThing
  ) -> Value {
    guard let id = cgroup else {
      return socket.state == .timeWait || socket.state == .synReceived ? .absent : .unknown
    }
    guard let name = snapshot.names.cgroups[id] else { return .unknown }
    return part(name) == nil ? .absent : .name(thing(id))
  }

  /// Nil where it was not asked for, or the source does not count.
  public var traffic: SocketTraffic? {
    if !snapshot.traffic.isEmpty { return snapshot.traffic[index] }
    return tcpInfo.map { SocketTraffic($0, in: socket.state) }
  }
}

/// A snapshot in the making: rows come in, owners are joined, names are added, and `frozen` ends it.
public struct SnapshotBuilder: Sendable {
  public var time: Timestamp
  /// The name of the host.
  public var host: String
  public var identity = HostIdentity()
  public var table: SocketTable
  var owners: [RowOwners] = []
  var connections: [ConnectionEnds] = []
  public internal(set) var ownerIndex = OwnerIndex()
  /// See `Snapshot.ownersSince`.
  public var ownersSince: UInt64 = .max
  public internal(set) var hiddenCause: HiddenCause?
  public var namespaces = [NetworkNamespace()]
  /// See `Snapshot.addresses`.
  public var addresses: [UInt16: Set<IPAddress>] = [:]
  /// See `Snapshot.listeners`.
  public var listeners: [Socket] = []
  public var names = Names()
  /// One for each row, or none.
  var verdicts: [Verdict?] = []
  /// In milliseconds, one for each row, or none.
  public var ages: [UInt64] = []
  /// See `Snapshot.events`.
  var events: [ConnectionEvent] = []

  public init(
    time: Timestamp = .epoch, host: String = "", _ table: consuming SocketTable = SocketTable()
  ) {
    self.time = time
    self.host = host
    self.table = table
  }

  /// Rows of which nothing else is known.
  public init(time: Timestamp = .epoch, host: String = "", sockets: [Socket]) {
    self.init(time: time, host: host)
    for socket in sockets { table.append(socket) }
  }

  /// All of a snapshot, to be changed; what is not changed is shared.
  public init(copying snapshot: Snapshot) {
    self.init(
      time: snapshot.time, host: snapshot.host, SocketTable(copying: snapshot))
    identity = snapshot.identity
    owners = snapshot.owners
    connections = snapshot.connections
    ownerIndex = snapshot.ownerIndex
    ownersSince = snapshot.ownersSince
    hiddenCause = snapshot.hiddenCause
    namespaces = snapshot.namespaces
    addresses = snapshot.addresses
    listeners = snapshot.listeners
    names = snapshot.names
    verdicts = snapshot.verdicts
    ages = snapshot.ages
    events = snapshot.events
  }

  public consuming func frozen() -> Snapshot { Snapshot(self) }

  public var sockets: [Socket] { table.sockets }
  public var count: Int { table.sockets.count }

  public func ownerStatus(_ row: Int) -> OwnerStatus {
    owners.isEmpty ? .notAsked : owners[row].status
  }

  /// Nil where it was not asked for, or the source does not count.
  public func traffic(_ row: Int) -> SocketTraffic? {
    if !table.traffic.isEmpty { return table.traffic[row] }
    if !table.details.hasTCPInfo(row) { return nil }
    return SocketTraffic(TCPInfo(table.details, row), in: table.sockets[row].state)
  }

  /// Appends a row of another snapshot of this host with its details, owners and names, as far as
  /// this one has such. What has a name in both keeps the one that it has here; a process is the
  /// same only where it started at the same time.
  public mutating func append(_ row: Row) {
    let snapshot = row.snapshot
    let socket = row.socket
    if !verdicts.isEmpty { verdicts.append(row.verdict) }
    if !owners.isEmpty || table.sockets.isEmpty && !snapshot.owners.isEmpty {
      let held = row.owners.map { owner in
        let process = names.adopt(
          owner.process, of: snapshot.names, isTaken: ownerIndex.hasSeen(owner.pid))
        return Owner(process, descriptors: owner.descriptors)
      }
      owners.append(RowOwners(row.ownerStatus, slot: ownerIndex.append(held)))
    }
    if !connections.isEmpty || table.sockets.isEmpty && !snapshot.connections.isEmpty {
      connections.append(
        snapshot.connections.isEmpty ? .unknown : snapshot.connections[row.index])
    }
    let hasCounts = !table.traffic.isEmpty || !snapshot.traffic.isEmpty
    let hasCgroups = !table.cgroups.isEmpty || !snapshot.cgroups.isEmpty
    table.append(
      socket, details: row.index, of: snapshot.details,
      traffic: hasCounts ? row.traffic ?? SocketTraffic() : nil,
      cgroup: hasCgroups ? row.cgroup ?? 0 : nil)
    if let uid = socket.uid, names.users[uid] == nil {
      names.users[uid] = snapshot.names.users[uid]
    }
    if let key = socket.interfaceKey, names.interfaces[key] == nil {
      names.interfaces[key] = snapshot.names.interfaces[key]
    }
    if let id = row.cgroup, names.cgroups[id] == nil {
      names.cgroups[id] = snapshot.names.cgroups[id]
    }
    if !SocketKindSet.all.contains(socket.kind) { table.hasOtherKinds = true }
    if socket.kind.isUnix {
      if table.unixNames == nil { table.unixNames = [:] }
      for case .unix(let number)? in [socket.local.unixName, socket.remote.unixName] {
        names.unix[number] = snapshot.names.unix[number]
      }
    }
  }

  /// Appends a row of which nothing else is known.
  public mutating func append(_ socket: Socket) {
    if !owners.isEmpty || table.sockets.isEmpty && ownersSince != .max {
      owners.append(.notAsked)
    }
    if !connections.isEmpty { connections.append(.unknown) }
    if !verdicts.isEmpty { verdicts.append(nil) }
    table.appendUnknown(socket)
  }

  /// Says what is known of a row's owners.
  public mutating func setOwners(_ held: RowOwners, of row: Int) { owners[row] = held }
}

extension SocketTable {
  /// An empty table in the memory of a snapshot that nobody needs any more. Where somebody still holds
  /// it the memory stays theirs.
  public init(reusing spent: consuming Snapshot) {
    self.init(spent.sockets, spent.details, spent.traffic, spent.cgroups)
    _ = consume spent
    removeAll()
  }

  /// What a snapshot holds, shared with it.
  fileprivate init(copying snapshot: Snapshot) {
    self.init(snapshot.sockets, snapshot.details, snapshot.traffic, snapshot.cgroups)
    unknown = snapshot.unknown
    unknownInProc = snapshot.unknownInProc
    boundGap = snapshot.boundGap
    gap = snapshot.gap
    unread = snapshot.unread
    if snapshot.hasUnixSockets { unixNames = snapshot.names.unix }
    hasOtherKinds = snapshot.hasOtherKinds
    notices = snapshot.notices
  }
}
