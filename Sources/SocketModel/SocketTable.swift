/// The rows that a socket source reads, and beside them what netlink alone tells.
public struct SocketTable: Sendable {
  public private(set) var sockets: [Socket] = []
  private(set) var details = DetailStore()
  private(set) var traffic: [SocketTraffic] = []
  /// Their ids, 0 for none, where they were asked for without the rest of the details.
  private(set) var cgroups: [UInt64] = []
  /// What was asked and the source does not tell.
  public var unknown: Projection = []
  /// Why sockets that are bound and no more, which were asked for, may be missing; nil where none is.
  public var boundGap: BoundGap?
  /// Lines of a table that could not be read: each may be any socket.
  public var unread = 0
  public var notices: [Notice] = []

  public init() {}

  /// An empty table in the memory of a snapshot that nobody needs any more. Where somebody still holds
  /// it the memory stays theirs.
  public init(reusing spent: consuming Snapshot) {
    sockets = spent.sockets
    details = spent.details
    traffic = spent.traffic
    cgroups = spent.cgroups
    _ = consume spent
    sockets.removeAll(keepingCapacity: true)
    details.removeAll()
    traffic.removeAll(keepingCapacity: true)
    cgroups.removeAll(keepingCapacity: true)
  }

  /// What a snapshot holds, shared with it.
  init(copying snapshot: Snapshot) {
    sockets = snapshot.sockets
    details = snapshot.details
    traffic = snapshot.traffic
    cgroups = snapshot.cgroups
    unknown = snapshot.unknown
    boundGap = snapshot.boundGap
    unread = snapshot.unread
    notices = snapshot.notices
  }

  public var count: Int { sockets.count }

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

  /// Appends the rows of another table that was asked the same of each row.
  public mutating func append(_ other: consuming SocketTable) {
    sockets += other.sockets
    traffic += other.traffic
    cgroups += other.cgroups
    notices += other.notices.filter { !notices.contains($0) }
    unknown.formUnion(other.unknown)
    boundGap = boundGap ?? other.boundGap
    unread += other.unread
    details.append(other.details)
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

  /// Appends a row of a snapshot with its details, as far as this table has such.
  mutating func append(_ row: Row) {
    let snapshot = row.snapshot
    if !details.isEmpty || sockets.isEmpty && !snapshot.details.isEmpty {
      details.append(row.index, of: snapshot.details)
    }
    if !traffic.isEmpty || sockets.isEmpty && !snapshot.traffic.isEmpty {
      append(row.traffic ?? SocketTraffic())
    }
    if !cgroups.isEmpty || sockets.isEmpty && !snapshot.cgroups.isEmpty {
      append(cgroup: row.cgroup ?? 0)
    }
    sockets.append(row.socket)
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
