/// What is shown of a snapshot: some of its rows, in order. It is what every renderer takes.
public struct Listing: Sendable {
  public var snapshot: Snapshot
  /// Positions in the snapshot.
  public var rows: [UInt32]
  /// How many rows are left out of it that something unknown leaves open, mostly a hidden owner or one
  /// without a name.
  public var hidden = 0
  /// How many of these have owners that were seen, and may have others.
  public var hiddenInPart = 0
  /// How many of these have owners that were all seen, and whose names could not be read.
  public var unnamed = 0
  /// How many of these are IPv6 wildcards of which the source does not tell whether they take IPv4.
  public var hiddenByV6Only = 0
  /// How many of them were made in a cgroup of which nothing can be known, and are asked for by it.
  public var unplaced = 0
  /// Whether the source does not tell what they were judged by.
  public var isBlind = false
  /// How many sockets may be missing: those left open, and lines of a table that could not be read. Nil
  /// where nobody knows: the source has a gap.
  public var undecided: Int? {
    let isKnown = snapshot.boundGap == nil && snapshot.gap == nil
    return isKnown ? hidden + snapshot.unread : nil
  }

  /// Whether sockets may be missing.
  public var isIncomplete: Bool { undecided != 0 }

  /// The processes that were asked for: of several owners the first of these is shown.
  public var askedProcesses: Set<Int32> = []
  /// What was asked for; nil where nobody says.
  public var question: Question?

  public init(_ snapshot: Snapshot, rows: [UInt32]) {
    self.snapshot = snapshot
    self.rows = rows
  }

  /// The rows shown whose owners are hidden, all of them or some.
  public var hiddenOwners: Int { snapshot.hiddenOwners(rows) }

  /// Those of them of which some owners are shown.
  public var partialOwners: Int { snapshot.partialOwners(rows) }
}

extension Listing: RandomAccessCollection {
  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { rows.count }

  /// A row that is shown, by its place in the order.
  @inlinable public subscript(position: Int) -> Row { snapshot[rows[position]] }
}
