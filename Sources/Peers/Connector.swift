public import LinuxSystem
internal import SocketModel

/// Connects to the first of several addresses that answers (RFC 8305, "Happy Eyeballs"): families
/// take turns, and each attempt has a quarter of a second before the next one begins beside it.
public struct Connector: Sendable {
  /// For all attempts together.
  public var timeout = Duration.seconds(10)
  /// RFC 8305, section 5: "Connection Attempt Delay".
  public var stagger = Duration.milliseconds(250)
  /// Becomes readable when the caller gives up.
  public var stop: Int32?

  public init(timeout: Duration = .seconds(10)) { self.timeout = timeout }

  /// RFC 8305, section 4: the families in turn, beginning with that of the first address.
  static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
    guard let first = addresses.first?.family else { return [] }
    var own = addresses.filter { $0.family == first }[...]
    var other = addresses.filter { $0.family != first }[...]
    var result: [SocketAddress] = []
    while !own.isEmpty || !other.isEmpty {
      if let next = own.popFirst() { result.append(next) }
      if let next = other.popFirst() { result.append(next) }
    }
    return result
  }

  /// Connects so many times; stops at the first failure and returns it beside what was reached.
  public func connect(
    _ count: Int, to addresses: [SocketAddress]
  ) -> (connections: [Connection], failure: ConnectError?) {
    var connections: [Connection] = []
    do throws(ConnectError) {
      for _ in 0..<max(0, count) { connections.append(try connect(to: addresses)) }
    } catch {
      return (connections, error)
    }
    return (connections, nil)
  }

  /// Connects once.
  public func connect(to addresses: [SocketAddress]) throws(ConnectError) -> Connection {
    var race = Race(Self.interleaved(addresses), start: .now())
    let deadline = race.start + timeout
    while true {
      if let winner = race.winner { return winner }
      let now = MonotonicInstant.now()
      if now >= deadline || race.isOver { throw race.lost(.timedOut) }
      if race.nextIsDue(now) {
        race.beginNext(now, stagger)
        continue
      }
      let limit = race.hasNext ? min(deadline, race.nextBegins) : deadline
      if race.wait(limit - now, stop: stop) { throw race.lost(.abandoned, wasStopped: true) }
    }
  }
}

/// The attempts of one `connect`.
private struct Race {
  final class Attempt {
    let address: SocketAddress
    let begun: MonotonicInstant
    var socket: TCPSocket?
    var outcome: ConnectOutcome?
    var ended: MonotonicInstant?

    init(_ address: SocketAddress, _ begun: MonotonicInstant) {
      self.address = address
      self.begun = begun
    }

    func fail(_ finding: ProbeResult.Finding) {
      socket = nil
      outcome = ConnectOutcome(finding)
      ended = .now()
    }
  }

  let start: MonotonicInstant
  private var waiting: ArraySlice<SocketAddress>
  private var attempts: [Attempt] = []
  private(set) var nextBegins: MonotonicInstant
  private(set) var winner: Connection?

  init(_ addresses: [SocketAddress], start: MonotonicInstant) {
    self.start = start
    waiting = addresses[...]
    nextBegins = start
  }

  var hasNext: Bool { !waiting.isEmpty }
  var isOver: Bool { !hasNext && attempts.allSatisfy { $0.outcome != nil } }

  /// When its time has come, or when nothing else is under way.
  func nextIsDue(_ now: MonotonicInstant) -> Bool {
    hasNext && (now >= nextBegins || attempts.allSatisfy { $0.outcome != nil })
  }

  mutating func beginNext(_ now: MonotonicInstant, _ stagger: Duration) {
    guard let address = waiting.popFirst() else { return }
    nextBegins = now + stagger
    let attempt = Attempt(address, now)
    attempts.append(attempt)
    do throws(Errno) {
      try begin(attempt)
    } catch {
      attempt.fail(.failed(ProbeResult.Failure(error, to: address)))
    }
  }

  /// Throws where no socket can be had.
  private mutating func begin(_ attempt: Attempt) throws(Errno) {
    let socket = try TCPSocket(attempt.address.family)
    socket.queueErrors()
    let isConnected: Bool
    do throws(Errno) {
      isConnected = try socket.socket.connect(to: attempt.address)
    } catch {
      attempt.fail(ProbeResult.Finding(error, socket, to: attempt.address, after: .zero))
      return
    }
    attempt.socket = consume socket
    if isConnected { finish(attempt) }
  }

  /// Waits until an attempt has ended; true when the stop descriptor was readable.
  mutating func wait(_ timeout: Duration, stop: Int32?) -> Bool {
    let open = attempts.filter { $0.outcome == nil }
    var set = PollSet()
    for attempt in open { set.add(attempt.socket?.rawValue ?? -1, .writable) }
    let stopIndex = set.add(stop ?? -1)
    // poll(2) fails only without memory; the deadline ends the race then.
    guard let ready = try? set.wait(timeout: timeout), ready > 0 else { return false }
    for (index, attempt) in open.enumerated() where !set[index].isEmpty && winner == nil {
      finish(attempt)
    }
    return winner == nil && !set[stopIndex].isEmpty
  }

  /// Makes a connection of an attempt whose socket woke poll(2), or says why there is none.
  private mutating func finish(_ attempt: Attempt) {
    guard let socket = attempt.socket.take() else { return }
    let isPending: Bool
    do throws(Errno) {
      if let error = try socket.socket.takeError() { throw error }
      isPending = try socket.state() == .synSent
    } catch {
      attempt.fail(
        ProbeResult.Finding(error, socket, to: attempt.address, after: attempt.begun.elapsed))
      return
    }
    if isPending {
      // The error queue alone wakes poll(2) as well.
      if let told = ProbeResult.Finding(
        queuedAt: socket, to: attempt.address, after: attempt.begun.elapsed)
      {
        attempt.fail(told)
      } else {
        attempt.socket = consume socket
      }
      return
    }
    // An established connection bears an ICMP message, unless it asks for errors.
    socket.queueErrors(false)
    do throws(Errno) {
      let connection = try Connection(socket, handshake: attempt.begun.elapsed)
      // On this host a free port may be given to the client itself, which then answers its own SYN
      // (RFC 9293, section 3.5, "simultaneous open"): nobody listens there.
      if connection.local == connection.remote {
        try connection.socket.resetOnClose()
        return attempt.fail(.closed)
      }
      winner = connection
    } catch {
      attempt.fail(.failed(.error(error.rawValue, "\(error)")))
    }
  }

  func lost(_ open: ConnectOutcome, wasStopped: Bool = false) -> ConnectError {
    let now = MonotonicInstant.now()
    let ended = attempts.map { attempt in
      ConnectError.Attempt(
        address: attempt.address, outcome: attempt.outcome ?? open,
        duration: (attempt.ended ?? now) - attempt.begun)
    }
    return ConnectError(attempts: ended, wasStopped: wasStopped)
  }
}
