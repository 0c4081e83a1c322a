internal import SocketModel

/// A snapshot on its way into the table.
struct Refresh {
  let now: Duration
  let rates: RateStep
  /// Whether what is new or missing is worth a mark.
  let isNews: Bool
  /// Whether the kernel's notices come.
  let expectsNotices: Bool
  var departures: Departures
  /// Rows that closed are appended to it.
  var newer: SnapshotBuilder
  var rows: [LiveRow] = []
}

extension LiveTable {
  mutating func following(
    _ row: Int, _ predecessor: UInt32, _ refresh: inout Refresh
  ) -> LiveRow {
    let socket = refresh.newer.sockets[row]
    var live: LiveRow
    if predecessor == SnapshotChanges.none {
      live = LiveRow(id: nextID, firstSeen: refresh.now, stateSince: refresh.now)
      nextID += 1
      live.isFromStart = !refresh.isNews
      if refresh.isNews { live.setMark(.opened) }
    } else {
      live = rows[Int(predecessor)]
      live.age()
      let former = snapshot[predecessor].socket.state
      if former != socket.state {
        live.formerState = former
        live.stateSince = refresh.now
        if refresh.isNews { live.setMark(.changed) }
      }
    }
    let last = lastCounts(of: socket, live, &refresh)
    let counts = last?.counts ?? ByteCounts(refresh.newer.traffic(row))
    // All that a new connection moved, it moved since rates were last measured.
    if live.mark == .opened && live.isFresh && counts != nil { live.measured = .zero }
    live.take(counts, last: last, refresh.rates)
    return live
  }

  /// What the kernel's notice says of a row that lives on in TIME_WAIT. For any other row it came
  /// while the snapshot was read: it waits until the row is gone.
  private mutating func lastCounts(
    of socket: Socket, _ live: borrowing LiveRow, _ refresh: inout Refresh
  ) -> FinalCounts? {
    if refresh.departures.isEmpty { return nil }
    guard socket.inode == 0, StateSet(.timeWait, .finWait2).contains(socket.state) else {
      refresh.departures.postpone(socket.cookie, to: &waiting)
      return nil
    }
    return refresh.departures.lastCounts(
      of: socket.cookie, seenIn: live.formerState, remnant: socket.state)
  }

  /// The rows that closed before and still stay. The kernel's notice may come after the snapshot
  /// without the row: the end is told with it, or a refresh later without.
  func keepClosed(_ refresh: inout Refresh) {
    for row in currentCount..<max(currentCount, rows.count) where rows[row].refreshesLeft > 1 {
      var live = rows[row]
      let socket = snapshot[row].socket
      live.age()
      let last =
        live.isFinal
        ? nil : refresh.departures.lastCounts(of: socket.cookie, seenIn: socket.state)
      live.take(nil, last: last, refresh.rates)
      live.isFresh = live.isAwaited
      live.isAwaited = false
      refresh.newer.append(snapshot[row])
      refresh.rows.append(live)
    }
  }

  func close(_ closed: [UInt32], _ refresh: inout Refresh) {
    for row in closed {
      var live = rows[Int(row)]
      let socket = snapshot[row].socket
      let last = refresh.departures.lastCounts(of: socket.cookie, seenIn: socket.state)
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

  /// Connections that came and went since the last refresh: only the kernel's notices tell of them.
  mutating func addFleeting(_ refresh: inout Refresh) {
    for cookie in refresh.departures.unseen.sorted() {
      guard let socket = refresh.departures.notices[cookie]?.socket else { continue }
      var live = LiveRow(id: nextID, firstSeen: refresh.now, stateSince: refresh.now)
      nextID += 1
      live.isFleeting = true
      live.counts = .zero
      live.measured = .zero
      live.take(
        nil, last: refresh.departures.lastCounts(of: cookie, seenIn: nil), refresh.rates)
      live.setMark(.closed)
      refresh.newer.append(socket)
      refresh.rows.append(live)
    }
  }
}

extension Socket {
  /// Whether the kernel gives notice of its end: not of what it keeps of a connection without a
  /// socket, before it is made and after it was closed.
  fileprivate var endIsNoticed: Bool {
    kind == .tcp && isConnected && state != .timeWait && state != .synReceived
      && !(state == .finWait2 && inode == 0)
  }
}
