internal import LinuxSystem
internal import SocketModel

/// Owners from refresh to refresh: looked up when a socket is there that no lookup has seen, and
/// now and then all the same, since processes end and hand sockets on.
struct LiveOwners: Sendable {
  private(set) var index = OwnerIndex()
  /// When the last lookup began, in clock ticks since the host's start.
  private(set) var ticks: UInt64 = .max
  /// Grows with each lookup.
  private(set) var generation = 0
  private var hiddenCause: HiddenCause?
  /// Sockets that the last lookup saw nobody hold.
  private var unheld: Set<UInt64> = []
  private var end: MonotonicInstant?
  private var cost = Duration.zero
  /// Something showed that the last lookup holds no longer.
  private var isOutdated = false

  // How old an answer may grow on a quiet host, and how many times its own cost must lie between
  // two lookups: a tenth of a core is enough.
  private static let longest = Duration.seconds(10)
  private static let costs = 9

  /// Has the next refresh look again.
  mutating func outdate() { isOutdated = true }

  /// Puts owners to rows. A socket that is too new for the last lookup, where the next one must
  /// wait, has owners that were not asked for.
  mutating func join(
    _ snapshot: inout Snapshot, _ lookup: OwnerLookup, listeners: [Socket]
  ) throws(SourceError) {
    let isLookedUp = isDue(snapshot.sockets)
    if isLookedUp {
      try look(lookup, &snapshot, listeners)
    } else {
      snapshot.join(index, listeners: listeners, hiddenCause: hiddenCause)
    }
    snapshot.ownersSince = ticks
    for row in snapshot.sockets.indices {
      let inode = snapshot.sockets[row].inode
      if inode == 0 || snapshot.owners[row].status == .known { continue }
      if isLookedUp {
        unheld.insert(inode)
      } else if !unheld.contains(inode) {
        snapshot.owners[row] = Snapshot.RowOwners(.notAsked)
      }
    }
  }

  private func isDue(_ sockets: [Socket]) -> Bool {
    guard let end else { return true }
    let age = end.elapsed
    if age < cost * Self.costs { return false }
    if isOutdated || age > Self.longest { return true }
    return sockets.contains {
      $0.inode != 0 && index.slot(inode: $0.inode) == OwnerIndex.none && !unheld.contains($0.inode)
    }
  }

  private mutating func look(
    _ lookup: OwnerLookup, _ snapshot: inout Snapshot, _ listeners: [Socket]
  ) throws(SourceError) {
    let start = MonotonicInstant.now()
    ticks = ProcessReader.now()
    let found = try lookup.finish(lookup.startWalk())
    index = found.index
    hiddenCause = found.hiddenCause
    unheld.removeAll(keepingCapacity: true)
    snapshot.join(index, listeners: listeners, hiddenCause: hiddenCause)
    // A walk that came after the sockets missed nothing but what is closed to it; a scan does not see
    // all threads.
    if found.isPrivileged && snapshot.hasUnheldRows() {
      if found.isWalk {
        hiddenCause = try lookup.causeAfterWalk()
      } else {
        index = try lookup.lookAgain(after: found)
      }
      snapshot.join(index, listeners: listeners, hiddenCause: hiddenCause)
    }
    isOutdated = false
    generation += 1
    end = .now()
    cost = start.elapsed
  }
}
