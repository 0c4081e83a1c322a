/// What the kernel said at one moment: rows, and beside them what was asked about each.
public struct Snapshot: Sendable {
  public var time: Timestamp
  /// The name of the host.
  public var host: String
  public var sockets: [Socket]
  /// As many as there are rows, or empty where none were asked.
  public var details: [SocketDetails]
  /// As many as there are rows, or empty where none was asked.
  public var traffic: [SocketTraffic]
  /// The names that `SocketDetails.congestion` counts into.
  public var congestionNames: [String]
  /// As many as there are rows, or empty where owners were not asked.
  public var owners: [RowOwners]
  public var ownerIndex: OwnerIndex
  /// When the owner lookup began, in clock ticks since the host's start; `.max` where owners were not
  /// asked. A process that is younger may not be the one that was seen.
  public var ownersSince: UInt64
  /// Why owners may be hidden; nil where every process could be looked at.
  public var hiddenCause: HiddenCause?
  public var names: Names
  /// What was asked and the source does not tell.
  public var unknown: Needs
  /// What the reader should be told once, on stderr.
  public var notices: [Notice]

  /// A row's owners: what is known, and where they stand in `ownerIndex`.
  public struct RowOwners: Hashable, Sendable {
    public var status: OwnerStatus
    public var slot: OwnerIndex.Slot

    public init(_ status: OwnerStatus, slot: OwnerIndex.Slot = OwnerIndex.none) {
      self.status = status
      self.slot = slot
    }
  }

  public init(time: Timestamp = .epoch, host: String = "", sockets: [Socket] = []) {
    self.time = time
    self.host = host
    self.sockets = sockets
    details = []
    traffic = []
    congestionNames = []
    owners = []
    ownerIndex = OwnerIndex()
    ownersSince = .max
    names = Names()
    unknown = []
    notices = []
  }
}

extension Snapshot {
  /// Also where there is no row that could have one.
  public var asksOwners: Bool { ownersSince != .max || !owners.isEmpty }

  public func ownerStatus(_ row: Int) -> OwnerStatus {
    owners.isEmpty ? .notAsked : owners[row].status
  }

  /// The lowest pid and the number of others; nil where none is known.
  public func firstOwner(_ row: Int) -> (pid: Int32, others: Int)? {
    owners.isEmpty ? nil : ownerIndex.first(at: owners[row].slot)
  }

  public func owners(_ row: Int) -> [Owner] {
    owners.isEmpty ? [] : ownerIndex.owners(at: owners[row].slot)
  }

  public func tcpInfo(_ row: Int) -> TCPInfo? { details.isEmpty ? nil : details[row].tcpInfo }

  public func memory(_ row: Int) -> SocketMemory? { details.isEmpty ? nil : details[row].memory }
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
