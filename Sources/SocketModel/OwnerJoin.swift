extension SnapshotBuilder {
  /// Puts owners to rows: what was seen, and for connections that no program has accepted yet, the
  /// listeners they may be waiting at.
  ///
  /// `listeners` are all listening TCP sockets, also those that are no row. `hiddenCause` is nil
  /// only where every process of the host could be looked at: then a row that nobody holds has no
  /// owner, and otherwise it has one that is hidden.
  public mutating func join(
    _ index: OwnerIndex, listeners: [Socket], hiddenCause: HiddenCause?
  ) {
    self.hiddenCause = hiddenCause
    var queues = AcceptQueues(listeners, index, hiddenCause)
    owners = table.sockets.map { socket in
      if socket.inode != 0 { return queues.holder(of: socket) }
      return socket.mayBeQueued ? queues.owner(ofQueued: socket) : RowOwners(.none)
    }
    ownerIndex = queues.index
  }

  /// Whether some row waits to be accepted: only then are listeners needed.
  public var hasQueuedRows: Bool { table.sockets.contains(where: \.mayBeQueued) }

  /// Whether some row has an inode, not one of these, and nobody was seen holding it.
  public func hasUnheldRows(besides inodes: Set<UInt64> = []) -> Bool {
    zip(table.sockets, owners).contains {
      $0.inode != 0 && $1.status != .known && !inodes.contains($0.inode)
    }
  }

  /// Takes processes off all rows: they turned out not to be those that were seen.
  public mutating func removeOwners(_ pids: Set<Int32>) {
    for row in owners.indices {
      var isTheirs = false
      ownerIndex.forEachProcess(at: owners[row].slot) { if pids.contains($0) { isTheirs = true } }
      if !isTheirs { continue }
      let held = ownerIndex.owners(at: owners[row].slot)
      owners[row].slot = ownerIndex.append(held.filter { !pids.contains($0.pid) })
      if owners[row].slot == OwnerIndex.none && owners[row].status == .known {
        owners[row].status = hiddenCause == nil ? .none : .hidden
      }
    }
  }
}

extension Socket {
  /// Whether the kernel made this connection and nothing shows that a program has accepted it. In
  /// the other states a socket without inode is an orphan that was closed.
  var mayBeQueued: Bool {
    inode == 0 && kind == .tcp
      && (state == .established || state == .closeWait || state == .synReceived)
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

  var index: OwnerIndex
  private let hiddenCause: HiddenCause?
  private let listeners: [UInt16: [Socket]]
  private var known: [End: RowOwners] = [:]

  init(_ listeners: [Socket], _ index: OwnerIndex, _ hiddenCause: HiddenCause?) {
    self.listeners = Dictionary(
      grouping: listeners.lazy.filter(\.isListener),
      by: \.local.port)
    self.index = index
    self.hiddenCause = hiddenCause
  }

  func holder(of socket: Socket) -> RowOwners {
    let slot = index.slot(inode: socket.inode)
    if slot != OwnerIndex.none { return .init(.known, slot: slot) }
    return .init(hiddenCause == nil ? .none : .hidden)
  }

  mutating func owner(ofQueued socket: Socket) -> RowOwners {
    let end = End(socket)
    if let answer = known[end] { return answer }
    let candidates = listeners[socket.local.port] ?? []
    let nearest = candidates.compactMap { $0.nearness(to: socket) }.max()
    let holders = candidates.filter { $0.nearness(to: socket) == nearest && nearest != nil }
      .map { holder(of: $0) }
    let slots = holders.filter { $0.status == .known }.map(\.slot)
    let answer: RowOwners =
      slots.isEmpty && holders.contains { $0.status == .hidden }
      ? .init(.hidden) : .init(.queued, slot: index.merge(slots))
    known[end] = answer
    return answer
  }
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
