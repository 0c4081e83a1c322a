/// A row that was written down earlier, with what beyond the socket was written.
public struct SavedRow: Sendable {
  public var socket: Socket
  /// In netlink's form: see `AttributeWriter`.
  public var attributes: [UInt8] = []
  public var ownerStatus = OwnerStatus.notAsked
  public var owners: [Owner] = []
  public var isIncoming = false
  public var isOutgoing = false
  public var isPeerLocal = false
  /// 0 where it is not known.
  public var peerInode: UInt64 = 0
  public var verdict: Verdict?
  /// How long it had been seen, in milliseconds.
  public var age: UInt64?

  public init(_ socket: Socket) { self.socket = socket }

  fileprivate var tellsEnds: Bool { isIncoming || isOutgoing || isPeerLocal || peerInode != 0 }
}

extension SnapshotBuilder {
  /// A snapshot of these rows, in their order.
  public init(time: Timestamp, host: String, saved rows: [SavedRow]) {
    self.init(time: time, host: host)
    let hasAttributes = rows.contains { !$0.attributes.isEmpty }
    for row in rows {
      if hasAttributes {
        table.append(row.socket, attributes: row.attributes.span)
      } else {
        table.append(row.socket)
      }
      if row.socket.kind.isUnix && table.unixNames == nil { table.unixNames = [:] }
      if !SocketKindSet.all.contains(row.socket.kind) { table.hasOtherKinds = true }
    }
    if rows.contains(where: { $0.ownerStatus != .notAsked }) { join(rows) }
    if rows.contains(where: \.tellsEnds) {
      connections = rows.map { row in
        var ends = ConnectionEnds()
        ends.isIncoming = row.isIncoming
        ends.isOutgoing = row.isOutgoing
        ends.isPeerLocal = row.isPeerLocal
        ends.peerInode = row.peerInode
        return ends
      }
    }
    if rows.contains(where: { $0.verdict != nil }) { verdicts = rows.map(\.verdict) }
    if rows.contains(where: { $0.age != nil }) { ages = rows.map { $0.age ?? 0 } }
  }

  private mutating func join(_ rows: [SavedRow]) {
    var records: [OwnerIndex.Record] = []
    for row in rows where row.socket.inode != 0 {
      for owner in row.owners {
        records += owner.descriptors.map {
          OwnerIndex.Record(inode: row.socket.inode, pid: owner.pid, descriptor: $0)
        }
      }
    }
    ownerIndex = OwnerIndex(records)
    owners = rows.map { row in
      if row.owners.isEmpty { return RowOwners(row.ownerStatus) }
      // A connection that waits to be accepted has owners without a descriptor.
      let isFound = row.socket.inode != 0 && row.owners.allSatisfy { !$0.descriptors.isEmpty }
      let slot =
        isFound ? ownerIndex.slot(inode: row.socket.inode) : ownerIndex.append(row.owners)
      return RowOwners(row.ownerStatus, slot: slot)
    }
  }
}
