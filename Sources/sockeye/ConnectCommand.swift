import Arguments
import LinuxSystem
import Peers
import SocketModel

/// `sockeye connect`: the test client.
struct ConnectCommand {
  let options: ConnectOptions

  func run() throws -> ExitCode {
    let port = try options.target.portNumbers()[0]
    let addresses = try options.target.addresses(port)
    var connections: [Connection] = []
    for _ in 0..<max(1, options.connections) {
      connections.append(try connect(to: addresses, port))
      if options.connections == 1 { say(connections[0]) }
    }
    if options.connections > 1 {
      Output.sayLine("\(plural(connections.count, "connection", "connections")) to port \(port)")
    }
    if options.connections == 1 || options.message != nil {
      for connection in connections { try talk(over: connection) }
    }
    return try hold()
  }

  private func connect(to addresses: [SocketAddress], _ port: UInt16) throws -> Connection {
    do throws(ConnectError) {
      return try Connector(timeout: options.timeout).connect(to: addresses)
    } catch {
      let place = options.target.host.map { "\($0) port \(port)" } ?? "port \(port) of this host"
      throw Stop(.unreadable, "\(place): \(reason(error))")
    }
  }

  private func reason(_ error: ConnectError) -> String {
    let tried = error.attempts.map { "\($0.address)" }.joined(separator: ", ")
    return switch error.outcome {
    case .refused: "connection refused: nobody listens there (tried \(tried))"
    case .timedOut: "no answer within \(readable(options.timeout)) (tried \(tried))"
    case .unreachable(let errno): "unreachable: \(errno) (tried \(tried))"
    case .failed(let errno): "\(errno) (tried \(tried))"
    case .abandoned: "given up"
    }
  }

  private func say(_ connection: Connection) {
    Output.sayLine(
      "connected to \(connection.remote) from \(connection.local) in \(readable(connection.handshake))"
    )
  }

  private func talk(over connection: Connection) throws {
    if let message = options.message {
      let answer = connection.exchange(Array(message.utf8), timeout: options.timeout)
      try Output.write(answer.received.span)
      if isTerminal(1) && answer.received.last != UInt8(ascii: "\n") { try Output.write("\n") }
      sayBytes(UInt64(answer.sent), UInt64(answer.received.count), answer.duration)
      if case .failed(let error) = answer.end {
        throw Stop(.unreadable, "\(connection.remote): \(error)")
      }
      if answer.end == .timedOut {
        throw Stop(.unreadable, "\(connection.remote): no end within \(readable(options.timeout))")
      }
    } else {
      try pump(connection)
    }
  }

  /// Standard input to the server, its answers to standard output.
  private func pump(_ connection: Connection) throws {
    let stop = try SignalDescriptor([.interrupt, .terminate])
    let totals = connection.pump(from: 0, to: 1, stop: stop.rawValue)
    sayBytes(totals.sent, totals.received, totals.duration)
    switch totals.end {
    case .closed, .outputFailed(.brokenPipe): break
    case .stopped: throw Stop(.interrupted)
    case .inputFailed(let error): throw Stop(.unreadable, "can't read standard input: \(error)")
    case .outputFailed(let error):
      throw Stop(.unreadable, "can't write to standard output: \(error)")
    case .connectionFailed(let error): throw Stop(.unreadable, "\(connection.remote): \(error)")
    }
  }

  private func sayBytes(_ sent: UInt64, _ received: UInt64, _ duration: Duration) {
    Output.sayLine("sent \(sent) bytes, received \(received) bytes in \(readable(duration))")
  }

  /// Keeps what is open for a time, or until SIGINT or SIGTERM.
  private func hold() throws -> ExitCode {
    guard let hold = options.hold else { return .answered }
    try waitForSignal(hold)
    return .answered
  }
}

/// Waits for SIGINT or SIGTERM, or for the time.
func waitForSignal(_ hold: Hold) throws {
  let stop = try SignalDescriptor([.interrupt, .terminate])
  let limit: Duration? =
    switch hold {
    case .untilInterrupted: nil
    case .duration(let duration): duration
    }
  _ = try PollSet.wait(at: stop.rawValue, timeout: limit)
}
