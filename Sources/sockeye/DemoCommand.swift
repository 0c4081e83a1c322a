import Arguments
import Display
import LinuxSystem
import Peers
import Sockeye
import SocketModel
import SocketSources

/// `sockeye demo`: makes connections, all known, and lists exactly these.
struct DemoCommand {
  let options: DemoOptions

  func run() throws -> ExitCode {
    do {
      return try demonstrate()
    } catch let error as Errno {
      throw ExitError(.unreadable, "cannot make the connections: \(words(error))")
    }
  }

  private func words(_ error: Errno) -> String {
    switch error {
    case .addressNotAvailable: ProbeResult.Failure.loopbackIsDown
    case .timedOut: "this host's loopback does not answer; a firewall may forbid it"
    default: explained(error)
    }
  }

  private func demonstrate() throws -> ExitCode {
    FileLimit.raise()
    if let pace = options.watch { return try watch(pace) }
    if options.showsStates {
      let scenario = try Scenario.everything()
      try scenario.settle()
      defer { withExtendedLifetime(scenario) {} }
      try show(scenario.expected) { stop, limit in
        _ = try PollSet.wait(at: stop, timeout: limit)
      }
      return .answered
    }
    var demo = try Demo(connections: options.connections)
    sayWhatWasMade(demo)
    try show(demo.expected()) { stop, limit in
      _ = try demo.hold(until: stop, atMost: limit)
    }
    _ = try demo.close()
    return .answered
  }

  /// The live view of these connections, served by a thread beside it.
  private func watch(_ pace: Pace) throws -> ExitCode {
    // Blocked before the thread starts, so that they reach the live view alone.
    let signals = try SignalDescriptor([.interrupt, .terminate, .hangUp, .quit, .terminalStop])
    defer { withExtendedLifetime(signals) {} }
    let isMade = try EventDescriptor()
    let end = try EventDescriptor()
    let count = options.connections
    let failure = Locked<Errno?>(nil)
    let thread = try Thread {
      do throws(Errno) {
        var demo = try Demo(connections: count)
        isMade.signal()
        _ = try demo.hold(until: end.rawValue)
      } catch {
        failure.withLock { $0 = error }
        isMade.signal()
      }
    }
    _ = try PollSet.wait(at: isMade.rawValue)
    if let error = failure.withLock({ $0 }) {
      thread.join()
      throw error
    }
    var request = options.request
    request.terms = ["pid=\(Environment.processID)"]
    let watched = WatchOptions(request: request, presentation: options.presentation, pace: pace)
    let result = Result { try WatchCommand(options: watched).run() }
    end.signal()
    thread.join()
    return try result.get()
  }

  private func sayWhatWasMade(_ demo: borrowing Demo) {
    let places = demo.addresses.map { "\($0)" }.joined(separator: " and ")
    let clients = plural(demo.clients.count, "client", "clients")
    Output.sayLine("an echo server on \(places), and \(clients) that got back what they sent:")
    if let error = demo.shortfall {
      Output.say("not \(grouped(options.connections)) clients: \(explained(error))")
    }
  }

  /// Shows the rows, and holds them where that is asked for: until a descriptor is readable, or for a
  /// limited time.
  private func show(
    _ expected: [ExpectedSocket], holding hold: (Int32, Duration?) throws -> Void
  ) throws {
    guard let wanted = options.hold else { return try show(expected) }
    // Taken before it is seen that there is something to end.
    let stop = try SignalDescriptor([.interrupt, .terminate])
    defer { withExtendedLifetime(stop) {} }
    try show(expected)
    try hold(stop.rawValue, wanted.limit)
  }

  private func show(_ expected: [ExpectedSocket]) throws {
    let plan = try ListPlan(options.presentation, options.request.reading)
    var request = options.request
    request.scope.protocols = Set(expected.map(\.kind)).reduce(into: []) {
      $0.insert(SocketKindSet($1))
    }
    var runner = try QueryRunner(request, needs: plan.needs)
    var listing = try runner.find(
      request.reading, options.presentation, ports: options.presentation.portNumbers)
    let known = Dictionary(grouping: expected, by: \.local)
    let snapshot = listing.snapshot
    listing.rows.removeAll { row in
      let socket = snapshot[row].socket
      let alike = socket.local.ip.flatMap { known[$0] } ?? []
      return !alike.contains { $0.matches(socket) }
    }
    plan.order.sort(&listing.rows, of: listing.snapshot)
    try plan.print(listing)
    if isTerminal(2) && options.presentation.format == .table {
      Output.saySum(listing)
    }
  }
}
