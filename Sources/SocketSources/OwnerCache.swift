internal import LinuxSystem
internal import SocketModel

/// Who holds which socket, from snapshot to snapshot. A lookup is made when a socket is there that
/// none has seen, and now and then all the same, since processes end and hand sockets on. The first
/// snapshot has always one.
struct OwnerCache: Sendable {
  private(set) var index = OwnerIndex()
  /// When the last lookup began, in clock ticks since the host's start.
  private(set) var ticks: UInt64 = .max
  /// Grows with each lookup.
  private(set) var generation = 0
  private var hiddenCause: HiddenCause?
  /// The users that owners run as, where some may be hidden.
  private var users: [Int32: Set<UInt32>] = [:]
  private var notice: Notice?
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
  /// How often processes that came meanwhile are looked at before that is given up.
  private static let rounds = 8

  /// Has the next snapshot look again.
  mutating func outdate() { isOutdated = true }

  /// A lookup that was started before the sockets were read to their end.
  struct Early: ~Copyable {
    let run: OwnerLookup.Run
    /// In clock ticks since the host's start.
    let ticks: UInt64
    /// The sockets that were there before: whoever held one of these was seen.
    let seen: Set<UInt64>
  }

  /// Starts a lookup beside the dump, where the first one is due and the kernel's iterator makes it.
  func start(_ lookup: OwnerLookup, besides rows: [Socket], since ticks: UInt64) -> Early? {
    guard end == nil, let run = lookup.start() else { return nil }
    return Early(run: run, ticks: ticks, seen: Set(rows.map(\.inode)))
  }

  /// Puts owners to rows. A socket that is too new for the last lookup, where the next one must wait,
  /// has owners that were not asked for.
  mutating func join(
    _ builder: inout SnapshotBuilder, _ lookup: OwnerLookup, _ early: consuming Early?,
    listeners: [Socket], since ticks: UInt64
  ) throws(SourceError) {
    let isLookedUp = isDue(builder.sockets)
    if isLookedUp {
      try look(lookup, early, &builder, listeners, ticks)
    } else {
      builder.join(index, listeners: listeners, hiddenCause: hiddenCause, users: users)
    }
    if let notice { builder.table.notices.append(notice) }
    builder.ownersSince = self.ticks
    for (row, socket) in builder.sockets.enumerated() {
      let inode = socket.inode
      if inode == 0 || builder.hasOwner(row) { continue }
      if isLookedUp {
        // What was handed on while we looked is worth another look.
        if hiddenCause != .changing { unheld.insert(inode) }
      } else if !unheld.contains(inode) {
        builder.setOwners(.notAsked, of: row)
      }
    }
  }

  private func isDue(_ sockets: [Socket]) -> Bool {
    guard let end else { return true }
    let age = end.elapsed
    if age < cost * Self.costs { return false }
    if isOutdated || age > Self.longest { return true }
    return sockets.contains {
      $0.inode != 0 && index.slot(inode: $0.inode) == OwnerIndex.none
        && !unheld.contains($0.inode) && !$0.isOfKernel
    }
  }

  private mutating func look(
    _ lookup: OwnerLookup, _ early: consuming Early?, _ builder: inout SnapshotBuilder,
    _ listeners: [Socket], _ start: UInt64
  ) throws(SourceError) {
    let began = MonotonicInstant.now()
    // A run that began when all rows were there missed nothing that was open.
    var certain: Set<UInt64>?
    var found: OwnerLookup.Found
    if let early {
      ticks = early.ticks
      certain = early.seen
      found = try lookup.finish(early.run)
    } else {
      ticks = end == nil ? start : ProcessReader.now()
      found = try lookup.finish(lookup.start())
    }
    let waited = began.elapsed
    builder.join(found.index, listeners: listeners, hiddenCause: found.hiddenCause)
    if found.isPrivileged, builder.hasUnheldRows() {
      try lookCloser(lookup, &found, &builder, listeners, besides: certain)
    }
    index = found.index
    hiddenCause = found.hiddenCause
    notice = found.notice
    users = [:]
    if let hiddenCause, hiddenCause != .changing {
      users = lookup.users(of: builder.owningProcesses)
      builder.join(index, listeners: listeners, hiddenCause: hiddenCause, users: users)
    }
    unheld.removeAll(keepingCapacity: true)
    isOutdated = false
    generation += 1
    end = .now()
    // One beside the dump may have been done before it was asked.
    cost = began.elapsed + (found.took ?? waited) - waited
  }

  /// What no process was seen to hold deserves more than one look: a scan does not see all threads, the
  /// iterator no socket that came after it, and neither a process that was handed the socket by one
  /// that was asked before it got it.
  private func lookCloser(
    _ lookup: OwnerLookup, _ found: inout OwnerLookup.Found, _ builder: inout SnapshotBuilder,
    _ listeners: [Socket], besides certain: Set<UInt64>?
  ) throws(SourceError) {
    if !found.isIterated || certain.map({ builder.hasUnheldRows(besides: $0) }) ?? false {
      try lookup.lookAgain(after: &found)
      builder.join(found.index, listeners: listeners, hiddenCause: found.hiddenCause)
    }
    let isSettled = try lookUntilSettled(lookup, &found, &builder, listeners)
    guard builder.hasUnheldRows() else { return }
    if found.isIterated { found.hiddenCause = try lookup.causeAfterIterating() }
    if !isSettled { found.hiddenCause = found.hiddenCause ?? .changing }
    builder.join(found.index, listeners: listeners, hiddenCause: found.hiddenCause)
  }
  /// Looks as long as processes come that may have got what is nobody's, and once at all of them where
  /// one went that may have handed it on. False where that has no end.
  private func lookUntilSettled(
    _ lookup: OwnerLookup, _ found: inout OwnerLookup.Found, _ builder: inout SnapshotBuilder,
    _ listeners: [Socket]
  ) throws(SourceError) -> Bool {
    var hasLost = false
    var hasLookedAtAll = false
    for _ in 0..<Self.rounds where builder.hasUnheldRows() {
      let change = try lookup.lookAtNewcomers(after: &found)
      hasLost = hasLost || change.went
      if !change.came {
        if !hasLost { return true }
        if hasLookedAtAll { return false }
        try lookup.lookAtAll(after: &found)
        (hasLookedAtAll, hasLost) = (true, false)
      }
      builder.join(found.index, listeners: listeners, hiddenCause: found.hiddenCause)
    }
    return !builder.hasUnheldRows()
  }
}
