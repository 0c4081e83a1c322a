/// A snapshot in the making: rows come in, owners are joined, names are added, and `frozen` ends it.
public struct SnapshotBuilder: Sendable {
  public var time: Timestamp
  /// The name of the host.
  public var host: String
  public var table: SocketTable
  var owners: [RowOwners] = []
  public internal(set) var ownerIndex = OwnerIndex()
  /// See `Snapshot.ownersSince`.
  public var ownersSince: UInt64 = .max
  public internal(set) var hiddenCause: HiddenCause?
  public var namespaces = [NetworkNamespace()]
  /// See `Snapshot.listeners`.
  public var listeners: [Socket] = []
  public var names = Names()

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
    owners = snapshot.owners
    ownerIndex = snapshot.ownerIndex
    ownersSince = snapshot.ownersSince
    hiddenCause = snapshot.hiddenCause
    namespaces = snapshot.namespaces
    listeners = snapshot.listeners
    names = snapshot.names
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
    if !owners.isEmpty || table.sockets.isEmpty && !snapshot.owners.isEmpty {
      let held = row.owners.map { owner in
        let process = names.adopt(
          owner.process, of: snapshot.names, isTaken: ownerIndex.hasSeen(owner.pid))
        return Owner(process, descriptors: owner.descriptors)
      }
      owners.append(RowOwners(row.ownerStatus, slot: ownerIndex.append(held)))
    }
    table.append(row)
    if let uid = socket.uid, names.users[uid] == nil {
      names.users[uid] = snapshot.names.users[uid]
    }
    if let key = socket.interfaceKey, names.interfaces[key] == nil {
      names.interfaces[key] = snapshot.names.interfaces[key]
    }
    if let id = row.cgroup, names.cgroups[id] == nil {
      names.cgroups[id] = snapshot.names.cgroups[id]
    }
  }

  /// Appends a row of which nothing else is known.
  public mutating func append(_ socket: Socket) {
    if !owners.isEmpty { owners.append(.notAsked) }
    table.appendUnknown(socket)
  }

  /// Says what is known of a row's owners.
  public mutating func setOwners(_ held: RowOwners, of row: Int) { owners[row] = held }
}
