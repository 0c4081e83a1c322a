extension SnapshotBuilder {
  /// Puts owners to rows: what was seen, and for connections that no program has accepted yet, the
  /// listeners they may be waiting at.
  ///
  /// `listeners` are all listening TCP sockets, also those that are no row. `hiddenCause` is nil
  /// only where every process of the host could be looked at: then a row that nobody was seen to hold
  /// has no owner, and otherwise it has one that is hidden. `users` are the users that the processes
  /// run as, and needed only where there is a cause.
  public mutating func join(
    _ index: OwnerIndex, listeners: [Socket], hiddenCause: HiddenCause?,
    users: [Int32: Set<UInt32>] = [:]
  ) {
    self.hiddenCause = hiddenCause
    let holders = Holders(index: index, hiddenCause: hiddenCause, users: users)
    var queues = AcceptQueues(listeners, holders)
    for socket in table.sockets where socket.mayBeQueued { queues.note(socket) }
    owners = table.sockets.map { socket in
      if socket.isOfKernel { return RowOwners(.kernel) }
      if socket.inode != 0 { return holders.owners(of: socket) }
      return socket.mayBeQueued ? queues.owners(of: socket) : RowOwners(.none)
    }
    ownerIndex = queues.index
  }

  /// Whether some row waits to be accepted: only then are listeners needed.
  public var hasQueuedRows: Bool { table.sockets.contains(where: \.mayBeQueued) }

  /// Whether some row has an inode, not one of these, and nobody was seen holding it.
  public func hasUnheldRows(besides inodes: Set<UInt64> = []) -> Bool {
    zip(table.sockets, owners).contains {
      $0.inode != 0 && $1.slot == OwnerIndex.none && $1.status != .kernel
        && !inodes.contains($0.inode)
    }
  }

  /// Whether somebody was seen holding the row, or it is the kernel's.
  public func hasOwner(_ row: Int) -> Bool {
    !owners.isEmpty && (owners[row].slot != OwnerIndex.none || owners[row].status == .kernel)
  }

  /// The processes that own a row.
  public var owningProcesses: Set<Int32> {
    var pids: Set<Int32> = []
    for process in ownerIndex.processes(at: owners.map(\.slot)) { pids.insert(process.pid) }
    return pids
  }

  /// Takes processes off all rows: they turned out not to be those that were seen. Where no other is
  /// left, the one that was seen may have handed the socket on.
  public mutating func removeOwners(_ pids: Set<Int32>) {
    for row in owners.indices {
      var isTheirs = false
      ownerIndex.forEachProcess(at: owners[row].slot) {
        if pids.contains($0.pid) { isTheirs = true }
      }
      if !isTheirs { continue }
      let held = ownerIndex.owners(at: owners[row].slot)
      owners[row].slot = ownerIndex.append(held.filter { !pids.contains($0.pid) })
      if owners[row].slot == OwnerIndex.none && owners[row].status != .queued {
        owners[row].status = .hidden
        hiddenCause = hiddenCause ?? .changing
      }
    }
  }
}

extension Socket {
  /// Whether the kernel made this connection and nothing shows that a program has accepted it. In
  /// the other states a socket without inode is an orphan that was closed.
  var mayBeQueued: Bool {
    inode == 0 && (kind == .tcp || kind == .mptcp)
      && (state == .established || state == .closeWait || state == .synReceived)
  }
}

/// Who was seen to hold what, and how much that says.
private struct Holders {
  let index: OwnerIndex
  let hiddenCause: HiddenCause?
  let users: [Int32: Set<UInt32>]

  func owners(of socket: Socket) -> RowOwners {
    let slot = index.slot(inode: socket.inode)
    if slot != OwnerIndex.none {
      return RowOwners(mayHaveOthers(socket, slot) ? .partial : .known, slot: slot)
    }
    return RowOwners(hiddenCause == nil ? .unheld : .hidden)
  }

  /// Whether none of those that were seen runs as the user who made the socket. It was handed on then,
  /// as by a master to its workers, and whoever made it may hold it still and not be seen.
  private func mayHaveOthers(_ socket: Socket, _ slot: OwnerIndex.Slot) -> Bool {
    if users.isEmpty { return false }
    switch hiddenCause {
    case nil, .changing: return false
    case .notPrivileged, .hidepid, .pidNamespace, .refusing, .closed, .otherRoot: break
    }
    guard let maker = socket.uid else { return false }
    var isMakerSeen = false
    index.forEachProcess(at: slot) { process in
      if users[process.pid]?.contains(maker) ?? true { isMakerSeen = true }
    }
    return !isMakerSeen
  }
}

/// Which listeners a connection may be waiting at, each local end worked out once.
private struct AcceptQueues {
  /// Link-local addresses are the same on every interface, and every address is in each namespace.
  private struct End: Hashable {
    let endpoint: Endpoint
    let interface: UInt32
    let namespace: UInt16

    init(_ socket: Socket) {
      endpoint = socket.local
      interface = socket.interface
      namespace = socket.namespace
    }
  }

  /// Listeners among which the kernel chooses: one, or SO_REUSEPORT twins.
  private struct Group {
    let listeners: [Socket]
    /// How many rows are in one of their queues.
    var waiting = 0
    /// The owners of a connection that is in a queue, and of one that has yet to get there.
    var queued: RowOwners?
    var arriving: RowOwners?

    /// The listeners in whose queues something is. All of them where that is less than what waits:
    /// the queues were read before some connections came.
    var holdingQueued: [Socket] {
      let filled = listeners.filter { $0.receiveQueue > 0 }
      let length = filled.reduce(0) { $0 + Int($1.receiveQueue) }
      return waiting <= length ? filled : listeners
    }
  }

  private(set) var index: OwnerIndex
  private let holders: Holders
  private let listeners: [UInt16: [Socket]]
  private var groups: [Group] = []
  private var groupsByEnd: [End: Int] = [:]
  private var groupsByListeners: [[UInt64]: Int] = [:]

  init(_ listeners: [Socket], _ holders: Holders) {
    self.listeners = Dictionary(
      grouping: listeners.lazy.filter(\.isListener),
      by: \.local.port)
    self.holders = holders
    index = holders.index
  }

  /// Counts a connection. All are, before the first one's owners are asked for.
  mutating func note(_ socket: Socket) {
    let group = group(of: socket)
    if socket.isInQueue { groups[group].waiting += 1 }
  }

  mutating func owners(of socket: Socket) -> RowOwners {
    let number = group(of: socket)
    let group = groups[number]
    if let answer = socket.isInQueue ? group.queued : group.arriving { return answer }
    let answer = owners(of: socket.isInQueue ? group.holdingQueued : group.listeners)
    if socket.isInQueue {
      groups[number].queued = answer
    } else {
      groups[number].arriving = answer
    }
    return answer
  }

  private mutating func owners(of listeners: [Socket]) -> RowOwners {
    let found = listeners.map(holders.owners)
    let slots = found.map(\.slot).filter { $0 != OwnerIndex.none }
    let status: OwnerStatus =
      if found.contains(where: \.status.mayHaveOthers) {
        slots.isEmpty ? .hidden : .partial
      } else {
        .queued
      }
    return RowOwners(status, slot: index.appendProcesses(at: slots))
  }

  private mutating func group(of socket: Socket) -> Int {
    let end = End(socket)
    if let known = groupsByEnd[end] { return known }
    let candidates = listeners[socket.local.port] ?? []
    let nearest = candidates.compactMap { $0.nearness(to: socket) }.max()
    let chosen = candidates.filter { $0.nearness(to: socket) == nearest && nearest != nil }
    // Two addresses of one wildcard listener are one queue.
    let inodes = chosen.map(\.inode)
    let group = groupsByListeners[inodes] ?? groups.count
    if group == groups.count {
      groups.append(Group(listeners: chosen))
      groupsByListeners[inodes] = group
    }
    groupsByEnd[end] = group
    return group
  }
}

extension Socket {
  /// Whether its handshake is over, so that some listener's queue counts it.
  fileprivate var isInQueue: Bool { state == .established || state == .closeWait }
}

extension Socket {
  /// How well a listener fits a connection, the better the higher; nil where it can't have taken it.
  /// The kernel prefers the exact address to a wildcard (`compute_score`, net/ipv4/inet_hashtables.c).
  fileprivate func nearness(to connection: Socket) -> Int? {
    if namespace != connection.namespace { return nil }
    if interface != 0 && connection.interface != 0 && interface != connection.interface {
      return nil
    }
    let sameFamily = family == connection.family ? 1 : 0
    let end = connection.local
    if local.unmapped.addressOnly == end.unmapped.addressOnly { return 2 + sameFamily }
    guard local.isUnspecified else { return nil }
    if sameFamily == 1 { return end.unmapped.kind != end.kind && v6Only == .yes ? nil : 1 }
    return isDualStackWildcard ? 0 : nil
  }
}
