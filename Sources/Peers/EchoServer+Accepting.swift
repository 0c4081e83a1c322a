internal import LinuxSystem
internal import SocketModel

extension EchoServer {
  /// A port that is free at the first address may be taken at the next: then another one is tried.
  static func listen(
    at addresses: [SocketAddress], v6Only: Bool
  ) throws(Errno) -> [Listener] {
    let mayTryAgain = addresses.count > 1 && addresses[0].endpoint.port == 0
    for _ in 0..<(mayTryAgain ? 16 : 0) {
      do throws(Errno) {
        return try listenOnce(at: addresses, v6Only: v6Only)
      } catch {
        if error != .addressInUse { throw error }
      }
    }
    return try listenOnce(at: addresses, v6Only: v6Only)
  }

  private static func listenOnce(
    at addresses: [SocketAddress], v6Only: Bool
  ) throws(Errno) -> [Listener] {
    var listeners: [Listener] = []
    for var address in addresses {
      if address.endpoint.port == 0, let first = listeners.first {
        address.endpoint = IPEndpoint(address.endpoint.address, first.address.endpoint.port)
      }
      let socket = try TCPSocket(address.family)
      try socket.socket.set(.reuseAddress, 1)
      // An IPv4 listener beside it has the port already.
      let separate = v6Only || addresses.count > 1
      if address.family == .ipv6 { try socket.socket.set(.v6Only, separate ? 1 : 0) }
      try socket.socket.bind(to: address)
      try socket.listen()
      listeners.append(try Listener(socket))
    }
    return listeners
  }

  /// Accepts what waits, a bounded number in one turn, so that clients are served in between.
  mutating func accept(
    from listener: Listener, _ now: MonotonicInstant, _ onEvent: (Event) -> Void
  ) throws(Errno) {
    for _ in 0..<64 where acceptAgain == nil {
      guard try acceptOne(from: listener, now, onEvent) else { return }
    }
  }

  /// False when nobody waits.
  private mutating func acceptOne(
    from listener: Listener, _ now: MonotonicInstant, _ onEvent: (Event) -> Void
  ) throws(Errno) -> Bool {
    do throws(Errno) {
      let socket = try listener.socket.accept()
      guard let remote = try? socket.socket.remoteAddress() else {
        // Reset while it waited in the queue: nobody to serve, but somebody who came.
        totals.accepted += 1
        totals.failed += 1
        return true
      }
      if clients.count >= options.maximumConnections {
        turnAway(socket, remote, onEvent)
      } else {
        try open(socket, remote, now, onEvent)
      }
    } catch {
      switch error {
      case .wouldBlock:
        return false
      case .tooManyFiles, .tooManyFilesOnHost, .noBufferSpace, .outOfMemory:
        try pauseAccepting(error, now, onEvent)
      case .invalidArgument, .badDescriptor:
        throw error
      default:
        // The client was gone before it was accepted (accept(2), "Error handling").
        break
      }
    }
    return true
  }

  private mutating func open(
    _ socket: consuming TCPSocket, _ remote: SocketAddress, _ now: MonotonicInstant,
    _ onEvent: (Event) -> Void
  ) throws(Errno) {
    try socket.socket.set(.noDelay, 1)
    let client = try ServedClient(socket, id: nextID, remote: remote, now: now)
    client.limit = options.rate.map { RateLimit(perSecond: $0, now: now) }
    nextID += 1
    isShort = false
    totals.accepted += 1
    client.interest = options.mode == .chargen ? [.readable, .writable] : .readable
    try epoll.add(client.socket.rawValue, client.interest, token: client.id)
    clients[client.id] = client
    onEvent(.opened(client.report))
  }

  /// Closes at once: with a FIN for who has sent nothing, and with a reset for what nobody reads, by
  /// which the client can tell that from a server which takes all and answers nothing.
  private mutating func turnAway(
    _ socket: consuming TCPSocket, _ remote: SocketAddress, _ onEvent: (Event) -> Void
  ) {
    totals.turnedAway += 1
    onEvent(.turnedAway(remote))
  }

  /// Looks away from the listeners, which stay readable, so that the loop does not spin.
  private mutating func pauseAccepting(
    _ error: Errno, _ now: MonotonicInstant, _ onEvent: (Event) -> Void
  ) throws(Errno) {
    acceptAgain = now + .milliseconds(100)
    try watchListeners([])
    // It may have tried in vain many times: that is one pause.
    guard !isShort else { return }
    isShort = true
    totals.pauses += 1
    onEvent(.pausedAccepting(error))
  }

  mutating func resumeAccepting() throws(Errno) {
    acceptAgain = nil
    try watchListeners(.readable)
  }

  private func watchListeners(_ events: Epoll.Events) throws(Errno) {
    for (index, listener) in listeners.enumerated() {
      try epoll.modify(listener.socket.rawValue, events, token: UInt64(index))
    }
  }

  /// Takes who is connected already, then closes the listeners: the kernel would reset those who
  /// wait in the accept queue.
  mutating func stop(_ onEvent: (Event) -> Void) throws(Errno) {
    guard graceEnds == nil else { return }
    let now = MonotonicInstant.now()
    acceptAgain = nil
    for listener in listeners {
      // As many as any accept queue holds; a flood of new ones does not keep the server up.
      var left = 65536
      while left > 0, acceptAgain == nil, try acceptOne(from: listener, now, onEvent) { left -= 1 }
    }
    acceptAgain = nil
    listeners = []
    graceEnds = now + options.grace
    onEvent(.stopping(clients.count))
    for client in Array(clients.values) { serve(client, .readable, now, onEvent) }
  }
}
