internal import LinuxSystem

extension EchoServer {
  /// Does what a client is ready for, and decides what to wait for next or that it is over.
  mutating func serve(
    _ client: ServedClient, _ events: Epoll.Events, _ now: MonotonicInstant,
    _ onEvent: (Event) -> Void
  ) {
    let before = client.report
    do throws(Errno) {
      // Reported even while nobody reads: without a look at it the loop would spin.
      if events.contains(.error) || events.contains(.hangUp), !client.isShutDown {
        if let error = try client.socket.socket.takeError() { throw error }
      }
      if options.mode == .chargen {
        try generate(client, events, now)
      } else {
        try echo(client, now)
      }
    } catch {
      close(client, .failed(error), onEvent)
      return
    }
    if client.report != before { client.lastActive = now }
    if isDone(client) {
      close(client, .finished, onEvent)
    } else {
      watch(client)
    }
  }

  private mutating func echo(_ client: ServedClient, _ now: MonotonicInstant) throws(Errno) {
    try client.sendPending()
    var more = true
    // Usually one receive a turn, so that all get theirs. After the stop, to the end of what came.
    for _ in 0..<(graceEnds == nil ? 1 : 16) where more {
      let allowed = client.limit?.available(now) ?? options.bufferSize
      client.isPaused = allowed <= 0
      let room = min(allowed, options.bufferSize - client.pendingCount)
      guard room > 0, !client.hasEnded else { return }
      more = try client.receive(into: &received, atMost: room)
      client.limit?.take(received.count)
      if options.mode == .echo, !client.isShutDown, !received.isEmpty {
        try client.answer(received)
      }
    }
    guard graceEnds != nil else { return }
    client.isPaused = more
    if !more { try shutDownIfQuiet(client) }
  }

  private mutating func generate(
    _ client: ServedClient, _ events: Epoll.Events, _ now: MonotonicInstant
  ) throws(Errno) {
    if events.contains(.readable) {
      _ = try client.receive(into: &received, atMost: options.bufferSize)
    }
    if client.hasEnded || graceEnds != nil {
      return try shutDownIfQuiet(client)
    }
    let allowed = client.limit?.available(now) ?? options.bufferSize
    client.isPaused = allowed <= 0
    guard allowed > 0 else { return }
    let range = pattern.range(at: client.report.sent, atMost: allowed)
    let sent = try client.send(pattern.bytes, range)
    client.limit?.take(sent)
  }

  /// After the stop: once all that came is answered, says that it is over and waits for the client
  /// to say the same.
  private func shutDownIfQuiet(_ client: ServedClient) throws(Errno) {
    guard client.pendingCount == 0, !client.isShutDown, !client.hasEnded else { return }
    try client.shutDown()
  }

  private func isDone(_ client: ServedClient) -> Bool {
    client.hasEnded && client.pendingCount == 0
  }

  /// Asks for just what can be used, as a full buffer or a spent rate stay readable.
  private mutating func watch(_ client: ServedClient) {
    var wanted: Epoll.Events = []
    let hasRoom = client.pendingCount < options.bufferSize
    if !client.hasEnded, hasRoom, !client.isPaused || options.mode == .chargen {
      wanted.insert(.readable)
    }
    let generates = options.mode == .chargen && !client.isShutDown && !client.isPaused
    if client.pendingCount > 0 || generates { wanted.insert(.writable) }
    if client.isPaused { paused.insert(client.id) } else { paused.remove(client.id) }
    guard wanted != client.interest else { return }
    client.interest = wanted
    // The descriptor is in the set as long as the client lives: this can't fail.
    try? epoll.modify(client.socket.rawValue, wanted, token: client.id)
  }

  mutating func close(_ client: ServedClient, _ end: End, _ onEvent: (Event) -> Void) {
    clients[client.id] = nil
    paused.remove(client.id)
    client.report.duration = client.opened.elapsed
    totals.received += client.report.received
    totals.sent += client.report.sent
    if options.mode == .echo {
      totals.unanswered += client.report.received - client.report.sent
    }
    switch end {
    case .finished: break
    case .idle: totals.idle += 1
    case .failed: totals.failed += 1
    case .cutOff: totals.cutOff += 1
    }
    // A descriptor is free again.
    if acceptAgain != nil { acceptAgain = .now() }
    onEvent(.closed(client.report, end))
  }

  /// Goes on with what waited for time to pass.
  mutating func resume(_ now: MonotonicInstant, _ onEvent: (Event) -> Void) throws(Errno) {
    if let acceptAgain, acceptAgain <= now { try resumeAccepting() }
    for id in Array(paused) {
      if let client = clients[id] { serve(client, [], now, onEvent) }
    }
  }

  /// Closes who was idle for too long; looks at all clients, a few times in the idle time.
  mutating func sweep(_ now: MonotonicInstant, _ onEvent: (Event) -> Void) {
    guard let limit = options.idleTimeout, now >= nextSweep else { return }
    nextSweep = now + max(.milliseconds(10), min(limit / 8, .seconds(1)))
    for client in Array(clients.values) where now - client.lastActive >= limit {
      close(client, .idle, onEvent)
    }
  }
}
