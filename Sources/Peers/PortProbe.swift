public import LinuxSystem
public import SocketModel

/// Tells open, closed and filtered TCP ports apart by connecting, many at once and without
/// blocking. It sends handshakes alone: an open port gets a reset as soon as it has answered, which
/// leaves nothing in TIME_WAIT at either end.
public struct PortProbe: Sendable {
  /// How long an answer is awaited. The kernel repeats a SYN after one second.
  public var timeout = Duration.seconds(1)
  public var maximumAtOnce = 100
  /// SYNs a second; nil for no limit.
  public var rate: Int?
  /// Becomes readable when the caller gives up; the ports that are left have no result then.
  public var stop: Int32?

  public init() {}

  /// Probes each address and returns what was found, in their order; `onResult` hears of each as
  /// soon as it is known. Throws only where this process can have no socket at all.
  public func run(
    _ targets: [SocketAddress], onResult: (ProbeResult) -> Void = { _ in }
  ) throws(Errno) -> [ProbeResult] {
    var round = ProbeRound(targets, self)
    while !round.isOver {
      try round.begin(onResult)
      if try round.wait() { break }
      round.collect(onResult)
    }
    return round.results.compactMap { $0 }
  }
}

/// The probes that are under way, and those to come.
private struct ProbeRound {
  private let targets: [SocketAddress]
  private let probe: PortProbe
  private let started = MonotonicInstant.now()
  private var next = 0
  private var open: [(index: Int, attempt: ProbeAttempt)] = []
  private var limit: Int
  private var polled = PollSet()
  private(set) var results: [ProbeResult?]

  init(_ targets: [SocketAddress], _ probe: PortProbe) {
    self.targets = targets
    self.probe = probe
    limit = max(1, probe.maximumAtOnce)
    results = Array(repeating: nil, count: targets.count)
  }

  var isOver: Bool { next == targets.count && open.isEmpty }

  /// When the rate allows the next one.
  private var nextBegins: MonotonicInstant {
    guard let rate = probe.rate else { return started }
    return started + .nanoseconds(Int64(next) * (1_000_000_000 / Int64(max(1, rate))))
  }

  private var hasRoom: Bool { next < targets.count && open.count < limit }

  /// Begins as many as the limits allow.
  mutating func begin(_ onResult: (ProbeResult) -> Void) throws(Errno) {
    while hasRoom, nextBegins <= .now() {
      do throws(Errno) {
        let attempt = try ProbeAttempt(targets[next])
        open.append((next, attempt))
      } catch {
        if error == .tooManyFiles || error == .tooManyFilesOnHost {
          if open.isEmpty { throw error }
          // Fewer at once, then.
          limit = open.count
          return
        }
        end(next, .failed(ProbeResult.Failure(error, to: targets[next])), .zero, onResult)
      }
      next += 1
    }
  }

  /// Waits until one has an answer or is due; true when the caller gives up.
  mutating func wait() throws(Errno) -> Bool {
    polled.removeAll()
    for (_, attempt) in open { polled.add(attempt.rawValue, .writable) }
    let stopIndex = polled.add(probe.stop ?? -1)
    var due = open.map { $0.attempt.begun + probe.timeout }.min()
    if hasRoom { due = min(due ?? nextBegins, nextBegins) }
    guard let due else { return false }
    let isDecided = open.contains { $0.attempt.isDecided }
    try polled.wait(timeout: isDecided ? .zero : max(.zero, due - .now()))
    return !polled[stopIndex].isEmpty
  }

  mutating func collect(_ onResult: (ProbeResult) -> Void) {
    let now = MonotonicInstant.now()
    var left: [(index: Int, attempt: ProbeAttempt)] = []
    for (place, (index, attempt)) in open.enumerated() {
      let duration = now - attempt.begun
      if let finding = attempt.finding(hasAnswer: !polled[place].isEmpty) {
        end(index, finding, duration, onResult)
      } else if duration >= probe.timeout {
        end(index, .filtered(.noAnswer), duration, onResult)
      } else {
        left.append((index, attempt))
      }
    }
    open = left
  }

  private mutating func end(
    _ index: Int, _ finding: ProbeResult.Finding, _ duration: Duration,
    _ onResult: (ProbeResult) -> Void
  ) {
    let target = targets[index]
    let result = ProbeResult(
      target.endpoint, interface: target.interface, finding, duration: duration)
    results[index] = result
    onResult(result)
  }
}
