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
    let begun = MonotonicInstant.now()
    let addresses = try options.target.reachable(port, within: options.timeout)
    if options.connections > 1 { FileLimit.raise() }
    let count = max(1, options.connections)
    // The name's lookup has taken its part.
    let left = max(.milliseconds(1), options.timeout - begun.elapsed)
    let (connections, failure) = Connector(timeout: left).connect(count, to: addresses)
    defer { withExtendedLifetime(connections) {} }
    let isSaidFirst = options.message != nil || failure != nil
    if isSaidFirst { try say(connections, failure, begun.elapsed) }
    var code = ExitCode.answered
    if options.message != nil {
      let cutShort = try connections.count { try !exchange(over: $0) }
      if cutShort > 0 { code = endedEarly(cutShort, of: connections) }
    }
    // An exchange is ended by a signal as any program is; what is held open ends in good order, as
    // far as there is a descriptor left for that.
    let stop = try signals()
    defer { withExtendedLifetime(stop) {} }
    let descriptor = stop?.descriptor.rawValue ?? -1
    if !isSaidFirst {
      try say(connections, failure, begun.elapsed)
      // What is held open ends here as well.
      if count == 1 { return try pump(connections[0], descriptor) }
    }
    if let hold = options.hold { _ = try PollSet.wait(at: descriptor, timeout: hold.limit) }
    return code
  }

  private final class Signals {
    let descriptor: SignalDescriptor
    init() throws(Errno) { descriptor = try SignalDescriptor([.interrupt, .terminate]) }
  }

  /// nil at the file limit: what is connected is not given up for that.
  private func signals() throws -> Signals? {
    do throws(Errno) {
      return try Signals()
    } catch {
      guard error == .tooManyFiles || error == .tooManyFilesOnHost else { throw error }
      return nil
    }
  }

  /// What was connected, and why there is not more of it.
  private func say(
    _ connections: [Connection], _ failure: ConnectError?, _ duration: Duration
  ) throws(ExitError) {
    if options.connections > 1, !connections.isEmpty {
      let ends = Set(connections.map { "\($0.remote)" }).sorted().joined(separator: " and ")
      let count = plural(connections.count, "connection", "connections")
      Output.sayLine("\(count) to \(ends) in \(readable(duration))")
    } else if let first = connections.first {
      Output.sayLine(
        "connected to \(first.remote) from \(first.local) in \(readable(first.handshake))")
    }
    guard let failure else { return }
    let port = try options.target.portNumbers()[0]
    let place = options.target.place(port) + (options.target.host == nil ? " of this host" : "")
    let left = options.connections - connections.count
    let missing = connections.isEmpty ? "" : "\(grouped(left)) more: "
    throw ExitError(.unreadable, "\(place): \(missing)\(explained(failure, options.timeout))")
  }

  /// False where the other end closed before what was sent came back. A server may answer less, or
  /// nothing: it waits for the end of what is sent, as one that turns clients away does not.
  private func exchange(over connection: Connection) throws -> Bool {
    let message = (options.message ?? "").rawBytes
    // The end of what is sent would end what is to be held.
    let answer =
      options.hold == nil
      ? connection.exchange(message, timeout: options.timeout)
      : connection.roundTrip(message, timeout: options.timeout)
    try Output.write(answer.received.span)
    if isTerminal(1) && answer.received.last != UInt8(ascii: "\n") { try Output.write("\n") }
    sayBytes(UInt64(answer.sent), UInt64(answer.received.count), answer.duration)
    switch answer.end {
    case .closedEarly:
      return options.hold == nil && answer.sent == message.count && !answer.received.isEmpty
    case .failed(.connectionReset) where options.connections > 1,
      .failed(.brokenPipe) where options.connections > 1:
      return false
    case .failed(let error):
      throw ExitError(.unreadable, "\(connection.remote): \(explained(error))")
    case .timedOut where options.hold == nil:
      throw ExitError(
        .unreadable, "\(connection.remote): no end within \(readable(options.timeout))")
    case .closed, .complete, .timedOut: return true
    }
  }

  /// Says of how many connections what was sent did not come back.
  private func endedEarly(_ count: Int, of connections: [Connection]) -> ExitCode {
    let which =
      connections.count == 1
      ? "the connection was" : "\(grouped(count)) of \(grouped(connections.count)) connections were"
    Output.say(
      "\(which) closed by the other end before what was sent came back; "
        + "it may not take so many clients")
    return .unreadable
  }

  /// Standard input to the server, its answers to standard output.
  private func pump(_ connection: Connection, _ stop: Int32) throws -> ExitCode {
    let totals = connection.pump(
      from: 0, to: 1, stop: stop, endsWithServer: isTerminal(0), holdsOpen: options.hold != nil,
      atMost: options.hold?.limit)
    sayBytes(totals.sent, totals.received, totals.duration)
    switch totals.end {
    case .closedEarly where totals.sent > 0 && totals.received == 0:
      return endedEarly(1, of: [connection])
    case .closed, .closedEarly, .outputFailed(.brokenPipe): break
    case .stopped where options.hold != nil: break
    case .stopped: return .interrupted
    case .inputFailed(let error):
      throw ExitError(.unreadable, "can't read standard input: \(explained(error))")
    case .outputFailed(let error):
      throw ExitError(.unreadable, "can't write to standard output: \(explained(error))")
    case .connectionFailed(let error):
      throw ExitError(.unreadable, "\(connection.remote): \(explained(error))")
    }
    return .answered
  }

  private func sayBytes(_ sent: UInt64, _ received: UInt64, _ duration: Duration) {
    let counts = [sent, received].map { plural(Int(clamping: $0), "byte", "bytes") }
    Output.sayLine("sent \(counts[0]), received \(counts[1]) in \(readable(duration))")
  }
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
