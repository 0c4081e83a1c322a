internal import LinuxSystem
public import SocketModel

/// The rows that a socket source read, and beside them what netlink alone tells.
public struct SocketTable: Sendable {
  public var sockets: [Socket] = []
  /// As many as there are rows, or empty where none were asked.
  public var details: [SocketDetails] = []
  /// As many as there are rows, or empty where none was asked.
  public var traffic: [SocketTraffic] = []
  /// The names that `SocketDetails.congestion` counts into.
  public var congestionNames: [String] = []
  /// What was asked and the source does not tell.
  public var unknown: Needs = []
  public var notices: [Notice] = []

  public init() {}
}

extension SocketTable {
  /// Appends the rows of another table that has no details either.
  mutating func append(_ other: consuming SocketTable) {
    sockets += other.sockets
    traffic += other.traffic
    notices += other.notices.filter { !notices.contains($0) }
  }
}

extension Snapshot {
  /// The rows of a table, before anything is known of their owners.
  init(_ table: consuming SocketTable, time: Timestamp) {
    self.init(time: time, host: Host.name, sockets: table.sockets)
    details = table.details
    traffic = table.traffic
    congestionNames = table.congestionNames
    unknown = table.unknown
    notices = table.notices
  }
}

/// The descriptors that an owner lookup saw, and why it may not have seen all.
public struct OwnerRecords: Sendable {
  public var records: [OwnerIndex.Record]
  /// Nil where every process of the host could be looked at.
  public var hiddenCause: HiddenCause?

  public init(records: [OwnerIndex.Record], hiddenCause: HiddenCause?) {
    self.records = records
    self.hiddenCause = hiddenCause
  }
}
