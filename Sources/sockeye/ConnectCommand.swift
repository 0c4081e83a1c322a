import Arguments
import Display
import LinuxSystem
import Peers
import SocketModel

/// `sockeye connect`: the test client.
struct ConnectCommand {
  let options: ConnectOptions

  func run() throws -> ExitCode {
    let port = try options.target.portNumbers()[0]
    let addresses = try options.target.addresses(port)
    if options.connections > 1 { FileLimit.raise() }
    let connections = try connect(to: addresses, port)
    defer { withExtendedLifetime(connections) {} }
    if options.message != nil {
      for connection in connections { try exchange(over: connection) }
    } else if options.connections == 1 {
      // What is held open ends here as well.
      try pump(connections[0])
      return .answered
    }
    if let hold = options.hold { try waitForSignal(hold) }
    return .answered
  }

  private func connect(to addresses: [SocketAddress], _ port: UInt16) throws -> [Connection] {
    let begun = MonotonicInstant.now()
    let count = max(1, options.connections)
    let (connections, failure) = Connector(timeout: options.timeout)
      .connect(count, to: addresses)
    if let first = connections.first {
      if count == 1 {
        say(first)
      } else {
        let ends = Set(connections.map { "\($0.remote)" }).sorted().joined(separator: " and ")
        Output.sayLine(
          "\(plural(connections.count, "connection", "connections")) to \(ends) "
            + "in \(readable(begun.elapsed))")
      }
    }
    if let failure {
      let place = options.target.host.map { "\($0) port \(port)" } ?? "port \(port) of this host"
      let missing = connections.isEmpty ? "" : "\(grouped(count - connections.count)) more: "
      throw Stop(.unreadable, "\(place): \(missing)\(reason(failure))")
    }
    return connections
  }

  private func reason(_ error: ConnectError) -> String {
    let tried = error.attempts.map { "\($0.address)" }.joined(separator: ", ")
    return switch error.outcome {
    case .refused: "connection refused: nobody listens there (tried \(tried))"
    case .timedOut: "no answer within \(readable(options.timeout)) (tried \(tried))"
    case .unreachable(let errno): "unreachable: \(errno) (tried \(tried))"
    case .failed(.tooManyFiles): explained(.tooManyFiles)
    case .failed(let errno):
      "\(explained(errno, at: error.attempts.map(\.address))) (tried \(tried))"
    case .abandoned: "given up"
    }
  }

  private func say(_ connection: Connection) {
    Output.sayLine(
      "connected to \(connection.remote) from \(connection.local) in \(readable(connection.handshake))"
    )
  }

  private func exchange(over connection: Connection) throws {
    let message = Array((options.message ?? "").utf8)
    // The end of what is sent would end what is to be held.
    let answer =
      options.hold == nil
      ? connection.exchange(message, timeout: options.timeout)
      : connection.roundTrip(message, timeout: options.timeout)
    try Output.write(answer.received.span)
    if isTerminal(1) && answer.received.last != UInt8(ascii: "\n") { try Output.write("\n") }
    sayBytes(UInt64(answer.sent), UInt64(answer.received.count), answer.duration)
    if case .failed(let error) = answer.end {
      throw Stop(.unreadable, "\(connection.remote): \(words(error))")
    }
    if answer.end == .timedOut && options.hold == nil {
      throw Stop(.unreadable, "\(connection.remote): no end within \(readable(options.timeout))")
    }
  }

  /// Standard input to the server, its answers to standard output.
  private func pump(_ connection: Connection) throws {
    let stop = try SignalDescriptor([.interrupt, .terminate])
    defer { withExtendedLifetime(stop) {} }
    let totals = connection.pump(
      from: 0, to: 1, stop: stop.rawValue, holdsOpen: options.hold != nil,
      atMost: options.hold?.limit)
    sayBytes(totals.sent, totals.received, totals.duration)
    switch totals.end {
    case .closed, .outputFailed(.brokenPipe): break
    case .stopped where options.hold != nil: break
    case .stopped: throw Stop(.interrupted)
    case .inputFailed(let error): throw Stop(.unreadable, "can't read standard input: \(error)")
    case .outputFailed(let error):
      throw Stop(.unreadable, "can't write to standard output: \(error)")
    case .connectionFailed(let error):
      throw Stop(.unreadable, "\(connection.remote): \(words(error))")
    }
  }

  private func words(_ error: Errno) -> String {
    switch error {
    case .connectionReset: "the server reset the connection"
    case .brokenPipe: "the server closed the connection and did not read all"
    default: "\(error)"
    }
  }

  private func sayBytes(_ sent: UInt64, _ received: UInt64, _ duration: Duration) {
    let counts = [sent, received].map { plural(Int(clamping: $0), "byte", "bytes") }
    Output.sayLine("sent \(counts[0]), received \(counts[1]) in \(readable(duration))")
  }
}

/// Waits for SIGINT or SIGTERM, or for the time.
func waitForSignal(_ hold: Hold) throws {
  let stop = try SignalDescriptor([.interrupt, .terminate])
  _ = try PollSet.wait(at: stop.rawValue, timeout: hold.limit)
}

extension Hold {
  /// nil: until somebody ends it.
  var limit: Duration? {
    switch self {
    case .untilInterrupted: nil
    case .duration(let duration): duration
    }
  }
}
