internal import SocketModel

/// A snapshot on its way into the table.
struct Refresh {
  let now: Duration
  let rates: RateStep
  /// Whether what is new or missing is worth a mark.
  let isNews: Bool
  /// Whether the kernel's notices come.
  let expectsNotices: Bool
  var newer: Snapshot
  var rows: [LiveRow] = []
  var departures = Departures()
  private let listeningPorts: Set<UInt16>

  init(
    now: Duration, rates: RateStep, isNews: Bool, newer: consuming Snapshot,
    departures: Departures, expectsNotices: Bool
  ) {
    self.expectsNotices = expectsNotices
    self.now = now
    self.rates = rates
    self.isNews = isNews
    self.departures = departures
    listeningPorts =
      departures.isEmpty
      ? [] : Set(newer.sockets.lazy.filter { $0.state == .listening }.map(\.local.port))
    self.newer = newer
  }

  /// The last counts of a socket by the kernel's notice; nil where there was none.
  mutating func lastCounts(
    of socket: Socket, seenIn state: TCPState?, remnant: TCPState? = nil
  ) -> FinalCounts? {
    guard let info = departures.info(of: socket.cookie) else { return nil }
    return FinalCounts(
      info,
      FinalCounts.Circumstances(
        state: state, remnant: remnant, isAccepted: isAccepted(socket),
        peerSent: departures.sentByPeer(of: socket)))
  }

  /// A listener that the question left out, or that is gone, has the lower port as a rule.
  private func isAccepted(_ socket: Socket) -> Bool {
    if listeningPorts.contains(socket.local.port) { return true }
    return !listeningPorts.contains(socket.remote.port) && socket.local.port < socket.remote.port
  }
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
      let former = snapshot.sockets[Int(predecessor)].state
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
    live.take(counts, refresh.rates)
    if let last { live.finish(last) }
    return live
  }

  /// What the kernel's notice says of a row that lives on in TIME_WAIT. For any other row it came
  /// while the snapshot was read: it waits until the row is gone.
  private mutating func lastCounts(
    of socket: Socket, _ live: borrowing LiveRow, _ refresh: inout Refresh
  ) -> FinalCounts? {
    if refresh.departures.isEmpty || refresh.departures.info(of: socket.cookie) == nil {
      return nil
    }
    guard socket.inode == 0, StateSet(.timeWait, .finWait2).contains(socket.state) else {
      waiting.keep(socket.cookie, from: refresh.departures)
      return nil
    }
    return refresh.lastCounts(of: socket, seenIn: live.formerState, remnant: socket.state)
  }

  /// The rows that closed before and still stay. The kernel's notice may come after the snapshot
  /// without the row: the end is told with it, or a refresh later without.
  func keepClosed(_ refresh: inout Refresh) {
    for row in currentCount..<max(currentCount, rows.count) where rows[row].refreshesLeft > 1 {
      var live = rows[row]
      let socket = snapshot.sockets[row]
      live.age()
      let last = live.isFinal ? nil : refresh.lastCounts(of: socket, seenIn: socket.state)
      live.take(last?.counts, refresh.rates)
      if let last { live.finish(last) }
      live.isFresh = live.isAwaited
      live.isAwaited = false
      refresh.newer.append(row, of: snapshot)
      refresh.rows.append(live)
    }
  }

  func close(_ closed: [UInt32], _ refresh: inout Refresh) {
    for row in closed {
      var live = rows[Int(row)]
      let socket = snapshot.sockets[Int(row)]
      let last = refresh.lastCounts(of: socket, seenIn: socket.state)
      live.take(last?.counts, refresh.rates)
      if let last { live.finish(last) }
      live.setMark(.closed)
      if refresh.expectsNotices && !live.isFinal && socket.endIsNoticed {
        live.isAwaited = true
        live.isFresh = false
      }
      live.stateSince = refresh.now
      refresh.newer.append(Int(row), of: snapshot)
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
      if let last = refresh.lastCounts(of: socket, seenIn: nil) {
        live.take(last.counts, refresh.rates)
        live.finish(last)
      }
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
    transport == .tcp && isConnected && state != .timeWait && state != .synReceived
      && !(state == .finWait2 && inode == 0)
  }
}
