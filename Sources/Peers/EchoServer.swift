public import LinuxSystem
internal import SocketModel

/// A TCP server for tests: one loop serves many clients at once and sends back what they send
/// (RFC 862). A client that does not read costs a bounded buffer: the server stops reading from it
/// until it reads (back-pressure).
public struct EchoServer: ~Copyable {
  let options: Options
  let epoll: Epoll
  var listeners: [Listener]
  var clients: [UInt64: ServedClient] = [:]
  var paused: Set<UInt64> = []
  var nextID: UInt64 = 1 << 32
  /// When accepting goes on after descriptors ran out; nil while it is not paused.
  var acceptAgain: MonotonicInstant?
  /// Nothing was accepted since descriptors ran out.
  var isShort = false
  var nextSweep: MonotonicInstant
  /// When what is in flight is cut off; nil before the stop.
  var graceEnds: MonotonicInstant?
  /// What one receive gave: shared by all, since one client is served at a time.
  var received: [UInt8] = []
  let pattern = CharacterPattern()
  private var isToldToStop = false
  private var ready: [Epoll.Event] = []
  public internal(set) var totals = Counters()

  final class Listener {
    let socket: TCPSocket
    let address: SocketAddress

    init(_ socket: consuming TCPSocket) throws(Errno) {
      address = try socket.socket.localAddress()
      self.socket = socket
    }
  }

  static let stopToken = UInt64.max

  /// Binds and listens at each address; port 0 takes a free one, the same for all of them. An IPv6
  /// wildcard serves IPv4 as well, unless `v6Only`.
  public init(
    at addresses: [SocketAddress], v6Only: Bool = false, options: Options = Options()
  ) throws(Errno) {
    self.options = options
    let epoll = try Epoll()
    let listeners = try Self.listen(at: addresses, v6Only: v6Only)
    for (index, listener) in listeners.enumerated() {
      try epoll.add(listener.socket.rawValue, .readable, token: UInt64(index))
    }
    self.epoll = epoll
    self.listeners = listeners
    nextSweep = .now()
  }

  /// Where it listens, with the ports that were taken; empty after the stop.
  public var addresses: [SocketAddress] { listeners.map(\.address) }

  /// The number of clients that are connected now.
  public var clientCount: Int { clients.count }

  /// Serves until the descriptor `stop` is readable, or for a limited time, and ends nothing.
  public mutating func serve(
    until stop: Int32, atMost limit: Duration? = nil, onEvent: (Event) -> Void = { _ in }
  ) throws(Errno) {
    try turn(until: limit.map { .now() + $0 }, or: stop, endsEmpty: false, onEvent)
  }

  /// Stops accepting, lets what is in flight finish within the grace, and returns the totals. The
  /// grace ends early when the descriptor `cut` is readable.
  public mutating func finish(
    orAt cut: Int32? = nil, onEvent: (Event) -> Void = { _ in }
  ) throws(Errno) -> Counters {
    try stop(onEvent)
    try turn(until: graceEnds, or: cut, endsEmpty: true, onEvent)
    for client in Array(clients.values) { close(client, .cutOff, onEvent) }
    return totals
  }

  private mutating func turn(
    until deadline: MonotonicInstant?, or stop: Int32?, endsEmpty: Bool, _ onEvent: (Event) -> Void
  ) throws(Errno) {
    if let stop { try epoll.add(stop, .readable, token: Self.stopToken) }
    isToldToStop = false
    while !isToldToStop, !(endsEmpty && clients.isEmpty) {
      let left = deadline.map { $0 - .now() }
      if let left, left <= .zero { break }
      try turn(timeout: left, onEvent: onEvent)
    }
    if let stop { try epoll.remove(stop) }
  }

  /// One turn of the loop: waits until something is to be done, at most `timeout` (nil: as long as
  /// it takes), and does it. For a caller that serves and connects in one thread.
  public mutating func turn(
    timeout: Duration?, onEvent: (Event) -> Void = { _ in }
  ) throws(Errno) {
    try epoll.wait(into: &ready, timeout: waitingTime(timeout))
    let now = MonotonicInstant.now()
    for event in ready {
      if event.token == Self.stopToken {
        isToldToStop = true
      } else if let client = clients[event.token] {
        serve(client, event.events, now, onEvent)
      } else if event.token < UInt64(listeners.count) {
        try accept(from: listeners[Int(event.token)], now, onEvent)
      }
    }
    try resume(now, onEvent)
    sweep(now, onEvent)
  }

  /// The time until something is due that no descriptor tells.
  private func waitingTime(_ limit: Duration?) -> Duration? {
    var times: [Duration] = []
    if let limit { times.append(limit) }
    if !paused.isEmpty { times.append(.milliseconds(5)) }
    if let acceptAgain { times.append(acceptAgain - .now()) }
    if options.idleTimeout != nil, !clients.isEmpty { times.append(nextSweep - .now()) }
    return times.min().map { max($0, .zero) }
  }
}

extension EchoServer {
  /// What is done with what a client sends.
  public enum Mode: Sendable {
    /// It comes back (RFC 862).
    case echo
    /// It is read and forgotten (RFC 863).
    case discard
    /// It is forgotten, and lines of characters are sent without end (RFC 864).
    case chargen
  }

  public struct Options: Sendable {
    public var mode = Mode.echo
    /// Bytes a second and client: received for echo and discard, sent for chargen.
    public var rate: Int?
    /// One client more is accepted and closed at once.
    public var maximumConnections = 1024
    /// A client that neither sends nor takes anything for so long is closed.
    public var idleTimeout: Duration?
    /// How long what is in flight may take to finish after the stop.
    public var grace = Duration.seconds(5)
    /// Bytes kept for a client that does not read; reading from it pauses meanwhile.
    public var bufferSize = 65536

    public init() {}
  }

  /// Why a connection ended.
  public enum End: Hashable, Sendable {
    /// The client closed its side, and all was answered.
    case finished
    case idle
    /// A reset, or another error of the connection.
    case failed(Errno)
    /// The grace after the stop was over.
    case cutOff
  }

  public enum Event: Hashable, Sendable {
    case opened(ClientReport)
    case closed(ClientReport, End)
    /// More clients than allowed.
    case rejected(SocketAddress)
    /// No descriptor or memory is left: accepting goes on when a client leaves, or soon.
    case pausedAccepting(Errno)
    /// Accepting ended, with so many clients open.
    case stopping(Int)
  }

  /// What there was, for the last line.
  public struct Counters: Hashable, Sendable {
    public var accepted = 0
    public var rejected = 0
    public var received: UInt64 = 0
    public var sent: UInt64 = 0
    /// Connections that were reset or failed otherwise.
    public var failed = 0
    public var idle = 0
    /// Connections that were still open when the grace ended.
    public var cutOff = 0
    /// Bytes that were received and not answered: cut off, failed, or sent after the stop.
    public var unanswered: UInt64 = 0
    /// How often accepting paused, as no descriptor or memory was left.
    public var pauses = 0

    public init() {}
  }
}

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
    totals.rejected += 1
    onEvent(.rejected(remote))
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

  private mutating func resumeAccepting() throws(Errno) {
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
  private mutating func resume(_ now: MonotonicInstant, _ onEvent: (Event) -> Void) throws(Errno) {
    if let acceptAgain, acceptAgain <= now { try resumeAccepting() }
    for id in Array(paused) {
      if let client = clients[id] { serve(client, [], now, onEvent) }
    }
  }

  /// Closes who was idle for too long; looks at all clients, a few times in the idle time.
  private mutating func sweep(_ now: MonotonicInstant, _ onEvent: (Event) -> Void) {
    guard let limit = options.idleTimeout, now >= nextSweep else { return }
    nextSweep = now + max(.milliseconds(10), min(limit / 8, .seconds(1)))
    for client in Array(clients.values) where now - client.lastActive >= limit {
      close(client, .idle, onEvent)
    }
  }
}
