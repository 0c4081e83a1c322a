/// The rows that a socket source reads, and beside them what netlink alone tells.
public struct SocketTable: Sendable {
  public private(set) var sockets: [Socket] = []
  private(set) var details = DetailStore()
  private(set) var traffic: [SocketTraffic] = []
  /// Their ids, 0 for none, where they were asked for without the rest of the details.
  private(set) var cgroups: [UInt64] = []
  /// What unix sockets are called, by number; nil where none was asked for.
  public var unixNames: [UInt64: String]?
  /// Whether there may be rows of other kinds than TCP and UDP.
  public var hasOtherKinds = false
  /// What was asked and the source does not tell.
  public var unknown: Projection = []
  /// The same of rows without a cookie alone: they are of /proc, and others are not.
  public var unknownInProc: Projection = []
  /// Why sockets that are bound and no more, which were asked for, may be missing; nil where none is.
  public var boundGap: BoundGap?
  /// Why other rows that were asked for may be missing, nobody knows how many; nil where none is.
  public var gap: ReadGap?
  /// Lines of a table that could not be read, or messages: each may be any socket.
  public var unread = 0
  public var notices: [Notice] = []

  public init() {}

  init(
    _ sockets: [Socket], _ details: DetailStore, _ traffic: [SocketTraffic], _ cgroups: [UInt64]
  ) {
    self.sockets = sockets
    self.details = details
    self.traffic = traffic
    self.cgroups = cgroups
  }

  public var count: Int { sockets.count }

  /// Changes what the rows themselves say.
  mutating func replaceSockets(_ change: (inout Socket) -> Void) {
    for index in sockets.indices { change(&sockets[index]) }
  }

  /// Makes room for so many rows: room that is not written to costs nothing, copying it over and over
  /// does.
  public mutating func reserveCapacity(_ rows: Int) {
    if rows > sockets.capacity { sockets.reserveCapacity(rows) }
  }

  @inline(__always)
  public mutating func append(_ socket: Socket) {
    if sockets.count == sockets.capacity { sockets.reserveCapacity(max(32, sockets.count * 8)) }
    sockets.append(socket)
  }

  /// Appends a row with its attributes, in netlink's form, and what they say of its traffic: each of
  /// them for all rows of the table, or for none.
  @inline(__always)
  public mutating func append(
    _ socket: Socket, attributes: Span<UInt8>, traffic counts: SocketTraffic? = nil
  ) {
    append(socket)
    if details.isEmpty { details.reserveCapacity(sockets.capacity, of: attributes.count) }
    details.append(attributes)
    if let counts { append(counts) }
  }

  @inline(__always)
  public mutating func append(_ socket: Socket, traffic counts: SocketTraffic) {
    append(socket)
    append(counts)
  }

  /// Appends the cgroup of the last row, 0 for none: for all rows of the table, or for none.
  @inline(__always)
  public mutating func append(cgroup id: UInt64) {
    if cgroups.count == cgroups.capacity { cgroups.reserveCapacity(max(32, cgroups.count * 8)) }
    cgroups.append(id)
  }

  private mutating func append(_ counts: SocketTraffic) {
    if traffic.count == traffic.capacity { traffic.reserveCapacity(max(32, traffic.count * 8)) }
    traffic.append(counts)
  }

  /// Takes back the rows from this one on.
  public mutating func removeSubrange(_ rows: PartialRangeFrom<Int>) {
    sockets.removeSubrange(rows)
    if !details.isEmpty { details.removeSubrange(rows) }
    if !traffic.isEmpty { traffic.removeSubrange(rows) }
    if !cgroups.isEmpty { cgroups.removeSubrange(rows) }
  }

  /// Appends the rows of another table that was asked the same of each row. Where one source does not tell
  /// what the other does, its rows have none of it.
  public mutating func append(_ other: consuming SocketTable) {
    let (own, all) = (sockets.count, sockets.count + other.sockets.count)
    sockets += other.sockets
    if !traffic.isEmpty || !other.traffic.isEmpty {
      traffic += repeatElement(SocketTraffic(), count: own - traffic.count)
      traffic += other.traffic
      traffic += repeatElement(SocketTraffic(), count: all - traffic.count)
    }
    if !cgroups.isEmpty || !other.cgroups.isEmpty {
      cgroups += repeatElement(0, count: own - cgroups.count)
      cgroups += other.cgroups
      cgroups += repeatElement(0, count: all - cgroups.count)
    }
    if !details.isEmpty || !other.details.isEmpty {
      while details.count < own { details.appendNothing() }
    }
    notices += other.notices.filter { !notices.contains($0) }
    unknown.formUnion(other.unknown)
    unknownInProc.formUnion(other.unknownInProc)
    boundGap = boundGap ?? other.boundGap
    gap = gap ?? other.gap
    if let names = other.unixNames { unixNames = (unixNames ?? [:]).merging(names) { $1 } }
    hasOtherKinds = hasOtherKinds || other.hasOtherKinds
    unread += other.unread
    details.append(other.details)
    if !details.isEmpty { while details.count < all { details.appendNothing() } }
  }

  /// Keeps the rows that `isKept` answers yes for, in their order.
  mutating func filter(_ isKept: (Socket) -> Bool) {
    var kept = 0
    for row in sockets.indices where isKept(sockets[row]) {
      if kept != row {
        sockets[kept] = sockets[row]
        if !details.isEmpty { details.move(row, to: kept) }
        if !traffic.isEmpty { traffic[kept] = traffic[row] }
        if !cgroups.isEmpty { cgroups[kept] = cgroups[row] }
      }
      kept += 1
    }
    if !details.isEmpty { details.removeLast(sockets.count - kept) }
    if !traffic.isEmpty { traffic.removeLast(sockets.count - kept) }
    if !cgroups.isEmpty { cgroups.removeLast(sockets.count - kept) }
    sockets.removeLast(sockets.count - kept)
  }

  /// Appends a row with the details of another table's row. Nil for counts and for the cgroup where
  /// neither table has any.
  mutating func append(
    _ socket: Socket, details row: Int, of others: DetailStore, traffic counts: SocketTraffic?,
    cgroup: UInt64?
  ) {
    if !details.isEmpty || sockets.isEmpty && !others.isEmpty { details.append(row, of: others) }
    if let counts, !traffic.isEmpty || sockets.isEmpty { append(counts) }
    if let cgroup, !cgroups.isEmpty || sockets.isEmpty { append(cgroup: cgroup) }
    sockets.append(socket)
  }

  /// Says in which network namespace all rows are.
  public mutating func setNamespace(_ index: UInt16) {
    for row in sockets.indices { sockets[row].namespace = index }
  }

  /// Removes the rows and keeps their memory.
  mutating func removeAll() {
    sockets.removeAll(keepingCapacity: true)
    details.removeAll()
    traffic.removeAll(keepingCapacity: true)
    cgroups.removeAll(keepingCapacity: true)
  }

  /// Appends a row of which nothing else is known.
  public mutating func appendUnknown(_ socket: Socket) {
    if !details.isEmpty { details.appendNothing() }
    if !traffic.isEmpty { append(SocketTraffic()) }
    if !cgroups.isEmpty { append(cgroup: 0) }
    sockets.append(socket)
  }
}

/// Why a source does not tell of sockets that are bound to a port and neither listen nor are connected.
public enum BoundGap: Sendable {
  /// The tables of /proc have none.
  case proc
  /// Netlink answers, and this kernel leaves them out (all before Linux 6.8), or was not seen to
  /// tell of one.
  case kernel
}

/// Why a source did not give all rows that were asked for.
public enum ReadGap: Hashable, Sendable {
  /// The kernel's table kept changing while it was read.
  case changing
  /// A table of /proc is not there.
  case missingTable(String)
  /// A recording holds no more than this, in words: `listening TCP`.
  case recording(holds: String)
  /// The source has no list of these kinds: /proc none at all, or this kernel none.
  case unlisted(SocketKindSet, inProc: Bool)
  /// Network namespaces that could not be entered, and processes that may be in others: theirs can't be
  /// seen.
  case namespaces(closed: Int, hiddenProcesses: Int)
}
