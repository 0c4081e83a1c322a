public import LinuxSystem
internal import SocketModel

/// Waits until somebody accepts connections, or nobody does any more, by trying again and again
/// with growing pauses.
public struct ConnectWait: Sendable {
  public enum Goal: Sendable {
    case reachable
    /// Refused at every address. No answer is not taken for it: it may be a firewall.
    case free
  }

  public enum Outcome: Sendable {
    case reached(Connection)
    case free
    /// With what the last attempt met; nil where it was accepted.
    case timedOut(ConnectError?)
    case stopped
  }

  public var goal = Goal.reachable
  /// nil: as long as it takes.
  public var timeout: Duration? = .seconds(60)
  /// How long one attempt is given: a new SYN then takes the place of the kernel's own repeats,
  /// which come later and later.
  public var attemptTimeout = Duration.seconds(1)
  public var firstPause = Duration.milliseconds(10)
  /// nil: 20 ms where all addresses are on this host's loopback, half a second elsewhere.
  public var longestPause: Duration?
  /// Becomes readable when the caller gives up.
  public var stop: Int32?

  public init() {}

  public func run(_ addresses: [SocketAddress]) throws(Errno) -> Outcome {
    let deadline = timeout.map { MonotonicInstant.now() + $0 }
    let isLocal = addresses.allSatisfy { $0.endpoint.address.isLoopback }
    let longest = longestPause ?? (isLocal ? .milliseconds(20) : .milliseconds(500))
    var pause = firstPause
    while true {
      let left = deadline.map { max($0 - .now(), .milliseconds(1)) }
      let failure = try attempt(addresses, min(attemptTimeout, left ?? attemptTimeout))
      switch failure {
      case .success(let connection):
        if goal == .reachable { return .reached(connection) }
      case .failure(let error):
        if error.wasStopped { return .stopped }
        if goal == .free, error.attempts.allSatisfy({ $0.outcome == .refused }) { return .free }
      }
      let rest = deadline.map { $0 - .now() }
      if let rest, rest <= .zero { return .timedOut(failure.error) }
      if try isStopped(after: min(pause, rest ?? pause)) { return .stopped }
      pause = min(pause * 2, longest)
    }
  }

  private func attempt(
    _ addresses: [SocketAddress], _ limit: Duration
  ) throws(Errno) -> Result<Connection, ConnectError> {
    var connector = Connector(timeout: limit)
    connector.stop = stop
    do throws(ConnectError) {
      let connection = try connector.connect(to: addresses)
      // A look is all that was wanted; nothing stays behind in TIME_WAIT.
      try? connection.socket.resetOnClose()
      return .success(connection)
    } catch {
      return .failure(error)
    }
  }

  private func isStopped(after pause: Duration) throws(Errno) -> Bool {
    try !PollSet.wait(at: stop ?? -1, timeout: pause).isEmpty
  }
}

extension Result {
  fileprivate var error: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
