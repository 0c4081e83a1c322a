public import SocketModel

/// The rows as they are now, then those that closed lately, and what happened to each.
public struct LiveTable: Sendable {
  /// Rows that closed stand behind those that are there.
  public private(set) var snapshot = Snapshot.empty
  /// As many as there are rows.
  private(set) var rows: [LiveRow] = []
  /// How many rows are there; the rest has closed.
  private(set) var currentCount = 0
  /// When the last refresh was, on the caller's clock; nil before the first.
  private(set) var time: Duration?
  /// When the rates were last measured.
  private var ratesSince: Duration?
  /// The rates of the rows that are followed, by their ids.
  private(set) var histories: [UInt64: RateHistory] = [:]
  var nextID: UInt64 = 0
  /// Notices of sockets whose rows have not gone yet.
  var waiting = Departures()

  init() {}

  /// Only these rows' rates are kept from now on.
  mutating func follow(_ ids: Set<UInt64>) {
    histories = histories.filter { ids.contains($0.key) }
    for id in ids where histories[id] == nil { histories[id] = RateHistory() }
  }

  /// The next snapshot. Where it answers another question than the last (`isBaseline`), or comes
  /// from another source, what is new or missing in it is no news, and nothing is marked. Rates are
  /// taken over about an `interval`, however many snapshots come in it.
  mutating func update(
    _ newer: consuming Snapshot, at now: Duration, isBaseline: Bool, interval: Duration = .zero,
    departures: Departures = Departures(), expectsNotices: Bool = false
  ) {
    let isFirst = time == nil
    let isOtherSource = snapshot.isOfOtherSource(than: newer)
    let isNews = !isBaseline && !isFirst && !isOtherSource
    let count = newer.count
    let step =
      newer.lacksCookies
      ? .keep : RateStep(at: now, since: ratesSince, interval: interval, isBaseline: isBaseline)
    var notices = waiting
    notices.add(departures)
    waiting = Departures()
    // Rows are appended to what the snapshot holds: were it still here, that would copy all of it.
    var refresh = Refresh(
      now: now, rates: step, isNews: isNews, expectsNotices: expectsNotices, departures: notices,
      newer: SnapshotBuilder(copying: consume newer))
    let changes = SnapshotChanges(
      from: snapshot, count: currentCount, to: refresh.newer, ignoringCookies: isOtherSource)
    refresh.rows.reserveCapacity(count + changes.closed.count)
    for row in 0..<count {
      let live = following(row, changes.predecessors[row], &refresh)
      refresh.rows.append(live)
    }
    if isNews {
      keepClosed(&refresh)
      close(changes.closed, &refresh)
      addFleeting(&refresh)
    }
    rows = refresh.rows
    snapshot = refresh.newer.frozen()
    currentCount = count
    time = now
    if step == .keep { return }
    ratesSince = now
    if step != .restart { recordHistories(at: now) }
  }

  private mutating func recordHistories(at time: Duration) {
    if histories.isEmpty { return }
    for live in rows {
      if histories[live.id] != nil, let rates = live.rates {
        histories[live.id]?.append(rates, at: time)
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
  /// changed, as long as the change is marked. With `anew` it is another filter that they match.
  mutating func shown(matching: [UInt32], anew: Bool) -> [UInt32] {
    var matching = matching[...]
    var shown: [UInt32] = []
    shown.reserveCapacity(matching.count)
    for row in rows.indices {
      let matches = matching.first == UInt32(truncatingIfNeeded: row)
      if matches { matching.removeFirst() }
      let stays = !anew && rows[row].isShown && rows[row].mark == .changed
      rows[row].isShown = matches || stays
      if matches || stays { shown.append(UInt32(truncatingIfNeeded: row)) }
    }
    return shown
  }

  /// The row at the other end of a connection, where that is on this host: also when one side is
  /// IPv4 and the other v4-mapped.
  func peer(of row: Int) -> Int? {
    let socket = snapshot[row].socket
    guard socket.isConnected else { return nil }
    return (0..<currentCount).first { other in
      let candidate = snapshot[other].socket
      return candidate.local.port == socket.remote.port
        && candidate.local.unmapped == socket.remote.unmapped
        && candidate.remote.unmapped == socket.local.unmapped && candidate.kind == socket.kind
        && other != row
    }
  }
}
