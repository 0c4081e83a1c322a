public import SocketModel

/// The rows as they are now, then those that closed lately, and what happened to each.
public struct LiveTable: Sendable {
  /// Rows that closed follow those that are there.
  public private(set) var snapshot = Snapshot.empty
  /// By which all is shown; nil where originals are.
  var redaction: Redaction?
  private var redacted: Snapshot?
  /// As many as there are rows.
  private(set) var rows: [LiveRow] = []
  /// Their ids: a list that is read as a whole where the rows would be too much.
  private(set) var ids: [UInt64] = []
  /// All of them in the table's own order.
  private(set) var order: [UInt32] = []
  /// How many rows are there; the rest has closed.
  private(set) var currentCount = 0
  /// When the last refresh was, on the caller's clock; nil before the first.
  private(set) var time: Duration?
  /// When the rates were last measured.
  private var ratesSince: Duration?
  /// The rates of the rows that are followed, by their ids.
  private(set) var histories: [UInt64: RateHistory] = [:]
  var nextID: UInt64 = 0
  /// The ids of rows that short-lived connections live on as, by the ids of those.
  private var remnants: [UInt64: UInt64] = [:]
  /// The other way round: the rows of short-lived connections by the ids of what is left of them.
  private var formers: [UInt64: UInt32] = [:]
  /// Notices of sockets whose rows have not gone yet.
  var waiting = DestroyedSockets()

  init() {}

  /// The snapshot as it may be shown: row by row the same sockets.
  var shown: Snapshot { redacted ?? snapshot }

  /// Only these rows' rates are kept from now on.
  mutating func follow(_ ids: Set<UInt64>) {
    histories = histories.filter { ids.contains($0.key) }
    for id in ids where histories[id] == nil { histories[id] = RateHistory() }
  }

  /// The next snapshot. Where it answers another query than the last (`isBaseline`), or comes
  /// from another source, what is new or missing in it is no news, and nothing is marked. Rates are
  /// taken over about an `interval`, however many snapshots come in it.
  mutating func update(
    _ newer: consuming Snapshot, at now: Duration, isBaseline: Bool, interval: Duration = .zero,
    destroyed: DestroyedSockets = DestroyedSockets(), formerOwners: [UInt64: FormerOwner] = [:],
    expectsNotices: Bool = false, asksAges: Bool = false
  ) {
    let isFirst = time == nil
    let isOtherSource = snapshot.isOfOtherSource(than: newer)
    let isNews = !isBaseline && !isFirst && !isOtherSource
    let count = newer.count
    let step =
      newer.lacksCookies
      ? .keep : RateStep(at: now, since: ratesSince, interval: interval, isBaseline: isBaseline)
    var notices = waiting
    notices.add(destroyed)
    waiting = DestroyedSockets()
    // Rows are appended to what the snapshot holds: were it still here, that would copy all of it.
    var refresh = Refresh(
      now: now, rates: step, isNews: isNews, expectsNotices: expectsNotices, destroyed: notices,
      formerOwners: formerOwners, newer: SnapshotBuilder(copying: consume newer))
    let changes = SnapshotChanges(
      from: snapshot, count: currentCount, to: refresh.newer, ignoringCookies: isOtherSource)
    refresh.rows.reserveCapacity(count + changes.closed.count)
    refresh.ids.reserveCapacity(count + changes.closed.count)
    refresh.successors = Array(repeating: SnapshotChanges.none, count: rows.count)
    for row in 0..<count {
      let live = following(row, changes.predecessors[row], &refresh)
      refresh.rows.append(live)
      refresh.ids.append(live.id)
    }
    if isNews {
      keepClosed(&refresh)
      close(changes.closed, &refresh)
      addShortLived(&refresh)
    }
    rows = refresh.rows
    ids = refresh.ids + rows[count...].map(\.id)
    let kept = order.compactMap { row in
      let successor = refresh.successors[Int(row)]
      return successor == SnapshotChanges.none ? nil : successor
    }
    refresh.moved += UInt32(count)..<UInt32(rows.count)
    if asksAges {
      refresh.newer.ages = rows.map { live in
        UInt64(
          max(.zero, (live.mark == .closed ? live.stateSince : now) - live.firstSeen)
            / .milliseconds(1))
      }
    }
    snapshot = refresh.newer.frozen()
    redacted = redaction?.redact(snapshot)
    order = SocketOrder.adding(refresh.moved, to: kept, of: snapshot)
    formers = [:]
    if !remnants.isEmpty {
      let closed = Set(ids[count...])
      remnants = remnants.filter { closed.contains($0.key) }
      for row in count..<rows.count {
        if let remnant = remnants[ids[row]] { formers[remnant] = UInt32(row) }
      }
    }
    currentCount = count
    time = now
    if step == .keep { return }
    ratesSince = now
    if step != .restart { recordHistories(at: now) }
  }

  private mutating func recordHistories(at time: Duration) {
    if histories.isEmpty { return }
    // To look each of a hundred thousand rows up takes longer than all else here.
    var mayBeFollowed = [Bool](repeating: false, count: 4096)
    for id in histories.keys { mayBeFollowed[Int(id & 4095)] = true }
    for (row, id) in ids.enumerated() where mayBeFollowed[Int(id & 4095)] {
      if histories[id] != nil, let rates = rows[row].rates {
        histories[id]?.append(rates, at: time)
      }
    }
  }
}

extension Snapshot {
  /// /proc knows neither cookies nor byte counts.
  fileprivate var lacksCookies: Bool { !isEmpty && self[0].socket.cookie == 0 }

  /// Whether one is from netlink and the other, for once, from /proc.
  fileprivate func isOfOtherSource(than other: Snapshot) -> Bool {
    !isEmpty && !other.isEmpty && lacksCookies != other.lacksCookies
  }
}

extension LiveTable {
  /// Whether the source counts bytes: netlink does, and has cookies.
  var countsBytes: Bool {
    snapshot.isEmpty || snapshot[0].socket.cookie != 0 && snapshot[0].traffic != nil
  }

  /// The rows to show of those that match, ascending: also those that matched until their state
  /// changed, as long as the change is marked. With `isNewFilter` it is another filter that they match.
  mutating func shown(matching: [UInt32], isNewFilter: Bool) -> [UInt32] {
    var shown: [UInt32] = []
    shown.reserveCapacity(matching.count)
    let standing = shortLived(with: matching)
    var next = 0
    for row in rows.indices {
      var matches = next < matching.count && Int(matching[next]) == row
      if matches { next += 1 }
      if !standing.isEmpty && standing.contains(ids[row]) { matches = false }
      let wasShown = rows[row].isShown
      let isShown = matches || !isNewFilter && wasShown && rows[row].mark == .changed
      // Nothing is copied where nothing changes.
      if isShown != wasShown { rows[row].isShown = isShown }
      if isShown { shown.append(UInt32(truncatingIfNeeded: row)) }
    }
    return shown
  }

  /// The ids of the short-lived connections that live on as rows that match: these stand for both.
  private func shortLived(with matching: [UInt32]) -> Set<UInt64> {
    if remnants.isEmpty { return [] }
    let shown = Set(matching.map { ids[Int($0)] })
    return Set(remnants.filter { shown.contains($0.value) }.keys)
  }

  /// The row that tells who had what is left of a connection that came and went between two refreshes, for as
  /// long as that is news: the row itself where it has an owner, or nobody knows.
  func owned(_ row: UInt32) -> UInt32 {
    guard !formers.isEmpty, let former = formers[ids[Int(row)]],
      snapshot[former].ownerSlot != OwnerIndex.none
    else { return row }
    return former
  }

  /// The row at the other end of a connection, where that is on this host: also when one side is
  /// IPv4 and the other v4-mapped. In another network namespace where that leaves no doubt: the same
  /// addresses may be in several.
  func peer(of row: Int) -> Int? {
    let socket = snapshot[row].socket
    guard socket.isConnected else { return nil }
    let candidates = (0..<currentCount).filter { snapshot[$0].socket.hasEnds(of: socket) }
    let ends = OtherEnds(candidates.map { snapshot[$0].socket })
    return ends.index(of: socket).map { candidates[$0] }
  }
}

/// A snapshot on its way into the table.
struct Refresh {
  let now: Duration
  let rates: RateStep
  /// Whether what is new or missing is worth a mark.
  let isNews: Bool
  /// Whether the kernel's notices come.
  let expectsNotices: Bool
  var destroyed: DestroyedSockets
  /// Who had connections that ended lately, by cookie.
  let formerOwners: [UInt64: FormerOwner]
  /// Rows that closed are appended to it.
  var newer: SnapshotBuilder
  var rows: [LiveRow] = []
  var ids: [UInt64] = []
  /// For each row so far its position now, where its place among the others is the same.
  var successors: [UInt32] = []
  /// The rows that have yet to find their places.
  var moved: [UInt32] = []
  /// The ids of rows, by the cookie of the connection that lives on as each.
  var remnants: [UInt64: UInt64] = [:]
}

extension LiveTable {
  private mutating func following(
    _ row: Int, _ predecessor: UInt32, _ refresh: inout Refresh
  ) -> LiveRow {
    let socket = refresh.newer.sockets[row]
    var live: LiveRow
    if predecessor == SnapshotChanges.none {
      live = LiveRow(id: nextID, firstSeen: refresh.now, stateSince: refresh.now)
      nextID += 1
      live.isFromStart = !refresh.isNews
      refresh.moved.append(UInt32(truncatingIfNeeded: row))
      if refresh.isNews { live.setMark(.opened) }
    } else {
      live = rows[Int(predecessor)]
      live.age()
      let former = snapshot[predecessor].socket
      if former.hasSameOrder(as: socket) {
        refresh.successors[Int(predecessor)] = UInt32(truncatingIfNeeded: row)
      } else {
        refresh.moved.append(UInt32(truncatingIfNeeded: row))
      }
      if former.state != socket.state {
        live.formerState = former.state
        live.stateSince = refresh.now
        if refresh.isNews { live.setMark(.changed) }
      }
    }
    let last = lastCounts(of: socket, live, &refresh)
    let counts = last?.counts ?? ByteCounts(refresh.newer.traffic(row))
    // All that a new connection moved, it moved since rates were last measured.
    if live.mark == .opened && live.isFresh && counts != nil { live.measured = .zero }
    live.take(counts, last: last, refresh.rates)
    if live.mark == .opened && live.isFresh && socket.isRemnant {
      if last != nil {
        live.formerState = .established
      } else if refresh.expectsNotices && predecessor == SnapshotChanges.none {
        live.isFresh = false
        live.isAwaited = true
      }
    }
    return live
  }

  /// What the kernel's notice says of a row that lives on in TIME_WAIT. For any other row it came
  /// while the snapshot was read: it waits until the row is gone.
  private mutating func lastCounts(
    of socket: Socket, _ live: borrowing LiveRow, _ refresh: inout Refresh
  ) -> FinalCounts? {
    if refresh.destroyed.isEmpty { return nil }
    guard socket.isRemnant else {
      refresh.destroyed.postpone(socket.cookie, to: &waiting)
      return nil
    }
    var cookie = socket.cookie
    if !live.isFinal, let former = refresh.destroyed.predecessor(of: socket) {
      cookie = former
      // Nobody has been told of it under the other cookie.
      if live.mark == .opened { refresh.remnants[former] = live.id }
    }
    return refresh.destroyed.lastCounts(
      of: cookie, seenIn: live.formerState, remnant: socket.state)
  }

  /// The rows that closed before and still stay. The kernel's notice may come after the snapshot
  /// without the row: the end is told with it, or a refresh later without.
  private func keepClosed(_ refresh: inout Refresh) {
    for row in currentCount..<max(currentCount, rows.count) where rows[row].refreshesLeft > 1 {
      var live = rows[row]
      let socket = snapshot[row].socket
      live.age()
      let last =
        live.isFinal
        ? nil : refresh.destroyed.lastCounts(of: socket.cookie, seenIn: socket.state)
      live.take(nil, last: last, refresh.rates)
      refresh.newer.append(snapshot[row])
      refresh.rows.append(live)
    }
  }

  func close(_ closed: [UInt32], _ refresh: inout Refresh) {
    for row in closed {
      var live = rows[Int(row)]
      let socket = snapshot[row].socket
      let last = refresh.destroyed.lastCounts(of: socket.cookie, seenIn: socket.state)
      live.take(nil, last: last, refresh.rates)
      live.setMark(.closed)
      if refresh.expectsNotices && !live.isFinal && socket.endIsNoticed {
        live.isAwaited = true
        live.isFresh = false
      }
      live.stateSince = refresh.now
      refresh.newer.append(snapshot[row])
      refresh.rows.append(live)
    }
  }

  /// Connections that came and went since the last refresh: only the kernel's notices tell of them, and
  /// only its events of their owners.
  /// One that lives on as a row is told of where that row is not shown.
  private mutating func addShortLived(_ refresh: inout Refresh) {
    for cookie in refresh.destroyed.unseen.union(refresh.remnants.keys).sorted() {
      guard let socket = refresh.destroyed.notices[cookie]?.socket else { continue }
      var live = LiveRow(id: nextID, firstSeen: refresh.now, stateSince: refresh.now)
      nextID += 1
      live.isShortLived = true
      remnants[live.id] = refresh.remnants[cookie]
      live.counts = .zero
      live.measured = .zero
      live.take(
        nil, last: refresh.destroyed.lastCounts(of: cookie, seenIn: nil), refresh.rates)
      live.setMark(.closed)
      refresh.newer.append(socket, of: refresh.formerOwners[cookie])
      refresh.rows.append(live)
    }
  }
}

extension Socket {
  /// Whether it is what the kernel keeps of a connection without a socket (`inet_timewait_sock`).
  fileprivate var isRemnant: Bool {
    inode == 0 && StateSet(.timeWait, .finWait2).contains(state)
  }

  /// Whether the kernel gives notice of its end: not of what it keeps of a connection without a
  /// socket, before it is made and after it was closed.
  fileprivate var endIsNoticed: Bool {
    kind == .tcp && isConnected && state != .timeWait && state != .synReceived
      && !(state == .finWait2 && inode == 0)
  }
}
