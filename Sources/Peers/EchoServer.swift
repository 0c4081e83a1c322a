public import LinuxSystem

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
  public internal(set) var totals = Totals()

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
  ) throws(Errno) -> Totals {
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
