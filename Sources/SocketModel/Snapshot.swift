/// What the kernel said at one moment: rows, and what was asked about each. It never changes; a
/// `SnapshotBuilder` makes it.
///
/// A row is read through `Row`. The columns are as long as there are rows, or empty where
/// what they hold was not asked for.
public final class Snapshot: Sendable {
  public let time: Timestamp
  /// The name of the host; empty where nobody knows.
  public let host: String
  @usableFromInline let sockets: [Socket]
  let details: DetailStore
  let traffic: [SocketTraffic]
  let cgroups: [UInt64]
  let owners: [RowOwners]
  /// Who holds which socket, of all that was seen.
  public let ownerIndex: OwnerIndex
  /// When the owner lookup began, in clock ticks since the host's start; `.max` where owners were not
  /// asked. A process that is younger may not be the one that was seen.
  public let ownersSince: UInt64
  /// Why owners may be hidden; nil where every process could be looked at.
  public let hiddenCause: HiddenCause?
  /// The network namespaces that rows are of.
  public let namespaces: [NetworkNamespace]
  /// The listening sockets that the query wanted known beside its rows, some of which they may be.
  public let listeners: [Socket]
  public let names: Names
  /// What was asked and the source does not tell.
  public let unknown: Projection
  /// Lines of the source's tables that could not be read: each may be any socket.
  public let unread: Int
  /// Why sockets that are bound and no more, which were asked for, may be missing; nil where none is.
  public let boundGap: BoundGap?
  /// What the reader should be told once, on stderr.
  public let notices: [Notice]

  init(_ builder: consuming SnapshotBuilder) {
    time = builder.time
    host = builder.host
    sockets = builder.table.sockets
    details = builder.table.details
    traffic = builder.table.traffic
    cgroups = builder.table.cgroups
    owners = builder.owners
    ownerIndex = builder.ownerIndex
    ownersSince = builder.ownersSince
    hiddenCause = builder.hiddenCause
    namespaces = builder.namespaces
    listeners = builder.listeners
    names = builder.names
    unknown = builder.table.unknown
    boundGap = builder.table.boundGap
    unread = builder.table.unread
    notices = builder.table.notices
  }

  public static let empty = SnapshotBuilder().frozen()

  /// The number of rows.
  @inlinable public var count: Int { sockets.count }

  @inlinable public var isEmpty: Bool { sockets.isEmpty }

  /// Also where there is no row that could have one.
  public var asksOwners: Bool { ownersSince != .max || !owners.isEmpty }

  /// The same rows with other names: nothing of the columns is copied.
  public func naming(_ names: Names) -> Snapshot {
    var builder = SnapshotBuilder(copying: self)
    builder.names = names
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

  /// How many of these rows have some owners that were seen, and may have others.
  public func partialOwners(_ rows: [UInt32]) -> Int {
    owners.isEmpty ? 0 : rows.count { owners[Int($0)].status == .partial }
  }
}

/// A network namespace that rows are of.
public struct NetworkNamespace: Hashable, Sendable {
  /// Of its file in nsfs (`/proc/<pid>/ns/net`); nil where nobody looked.
  public var inode: UInt64?

  public init(inode: UInt64? = nil) { self.inode = inode }
}

/// A row's owners: what is known, and where they are in the snapshot's index.
public struct RowOwners: Hashable, Sendable {
  public var status: OwnerStatus
  public var slot: OwnerIndex.Slot

  public init(_ status: OwnerStatus, slot: OwnerIndex.Slot = OwnerIndex.none) {
    self.status = status
    self.slot = slot
  }

  public static let notAsked = RowOwners(.notAsked)
}

/// A moment, as seconds and nanoseconds since 1970-01-01 UTC.
public struct Timestamp: Hashable, Sendable {
  public var seconds: Int64
  public var nanoseconds: Int32

  public init(seconds: Int64, nanoseconds: Int32) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  public static let epoch = Timestamp(seconds: 0, nanoseconds: 0)
}

/// Something that the reader of a table should know and that no row says.
public struct Notice: Hashable, Sendable {
  public enum Weight: Sendable {
    /// Said always, on stderr.
    case warning
    /// Said under `--verbose`.
    case remark
  }

  public let weight: Weight
  /// A sentence, or a few words after `sockeye: `, without a full stop. It may quote what others
  /// wrote: escape it where it is printed.
  public let text: String

  public static func warning(_ text: String) -> Notice { Notice(weight: .warning, text: text) }
  public static func remark(_ text: String) -> Notice { Notice(weight: .remark, text: text) }
}
