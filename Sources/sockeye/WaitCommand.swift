import Arguments
import LinuxSystem
import Peers
import SocketFilter
import SocketModel
import SocketSources

/// `sockeye wait`: until ports listen, or, with `--free`, until they do not.
struct WaitCommand {
  let options: WaitOptions

  func run() throws -> ExitCode {
    let code = try waitForAll()
    if code == .answered && !options.command.isEmpty {
      let error = Executable.replaceProcess(options.command)
      throw Stop(.unreadable, "can't run \(options.command[0]): \(error)")
    }
    return code
  }

  private func waitForAll() throws -> ExitCode {
    let began = MonotonicInstant.now()
    // Names may take long to look up: meanwhile a signal does what it always does.
    let places = try options.targets.map { target in
      let port = try target.portNumbers()[0]
      let connects = target.host != nil || options.connects
      return (target, port, addresses: connects ? try target.addresses(port) : [])
    }
    let stop = try SignalDescriptor([.interrupt, .terminate])
    defer { withExtendedLifetime(stop) {} }
    for (target, port, addresses) in places {
      let left = max(.zero, options.timeout - began.elapsed)
      let code =
        if addresses.isEmpty {
          try waitAtTheTable(port, left, stop.rawValue)
        } else {
          try waitByConnecting(target, addresses, left, stop.rawValue)
        }
      if code != .answered { return code }
    }
    // It may have come while the owner was looked up: then the command is not wanted any more.
    return try stop.next() == nil ? .answered : .interrupted
  }

  /// Looks at the kernel's listeners again and again: some milliseconds of latency, and nobody is
  /// connected to.
  private func waitAtTheTable(
    _ port: UInt16, _ limit: Duration, _ stop: Int32
  ) throws -> ExitCode {
    let filter = try Filter(parsing: options.terms, names: HostFilterNames())
    let deadline = MonotonicInstant.now() + limit
    var pause = Duration.milliseconds(5)
    while true {
      let found = try look(at: port, filter)
      switch (found, options.untilFree) {
      case (.listener(let sentence), false):
        say(sentence)
        return .answered
      case (.nobody, true):
        say("port \(port) is free")
        return .answered
      case (.others, true):
        say("no listener on port \(port) matches \(terms)")
        return .answered
      default: break
      }
      let left = deadline - .now()
      if left <= .zero { return try giveUp(found, port) }
      if try !PollSet.wait(at: stop, timeout: min(pause, left)).isEmpty { return .interrupted }
      pause = min(pause * 2, .milliseconds(20))
    }
  }

  /// What the kernel's table says of a port.
  private enum Finding {
    /// Somebody whom the terms admit, as `812/java listens on 127.0.0.1:8080`.
    case listener(String)
    /// Somebody whose owner is hidden, which leaves it open whether the terms admit it.
    case hidden
    /// Somebody whom the terms do not admit.
    case others
    case nobody
  }

  private func look(at port: UInt16, _ filter: Filter) throws -> Finding {
    let reader = SnapshotReader()
    var question = Question(states: StateSet(.listening), narrowing: .port(.local, port...port))
    var snapshot = try reader.read(question)
    func isTaken() -> Bool {
      // A narrowed answer may hold more than was asked for.
      snapshot.sockets.contains { question.admits($0) && $0.local.port == port }
    }
    // Owners are looked up when there is somebody, for they take long.
    guard isTaken() else { return .nobody }
    question.needs = filter.needs
    let isNamed = !options.isQuiet && !options.untilFree
    if isNamed { question.needs.formUnion([.owners, .processNames]) }
    snapshot = try reader.read(question)
    let selection = filter.select(from: snapshot, for: question)
    guard let row = selection.rows.first else {
      if !selection.undecided.isEmpty { return .hidden }
      return isTaken() ? .others : .nobody
    }
    let owner = snapshot.firstOwner(Int(row)).map { pid, _ in
      let name = snapshot.names.processes[pid].map { String(decoding: $0.name, as: UTF8.self) }
      return "\(pid)" + (name.map { "/\($0)" } ?? "")
    }
    let place = snapshot.sockets[Int(row)].local
    return .listener("\(owner ?? "somebody") listens on \(place)")
  }

  private func giveUp(_ found: Finding, _ port: UInt16) throws(Stop) -> ExitCode {
    switch found {
    case .listener: say("port \(port) is still listened on")
    case .hidden:
      throw Stop(
        .cannotTell,
        "can't tell: the owner of the listener on port \(port) is hidden; try it with sudo")
    case .others: say("somebody listens on port \(port), but does not match \(terms)")
    case .nobody: say("nobody listens on port \(port)")
    }
    return .timedOut
  }

  private var terms: String { options.terms.joined(separator: " ") }

  private func waitByConnecting(
    _ target: Target, _ addresses: [SocketAddress], _ limit: Duration, _ stop: Int32
  ) throws -> ExitCode {
    var wait = ConnectWait()
    wait.goal = options.untilFree ? .free : .reachable
    wait.timeout = limit
    wait.stop = stop
    let port = addresses.first.map { "port \($0.endpoint.port)" } ?? ""
    let place = target.host.map { "\($0) \(port)" } ?? port
    switch try wait.run(addresses) {
    case .reached(let connection): say("\(connection.remote) accepts connections")
    case .free: say("\(place) refuses connections")
    case .stopped: return .interrupted
    case .timedOut(let error):
      say("\(place) \(error.map { state($0.outcome) } ?? "still accepts connections")")
      return .timedOut
    }
    return .answered
  }

  private func state(_ outcome: ConnectOutcome) -> String {
    switch outcome {
    case .refused: "refuses connections"
    case .timedOut, .abandoned: "does not answer"
    case .unreachable(let error): "can't be reached: \(error)"
    case .failed(let error): "can't be connected to: \(explained(error))"
    }
  }

  private func say(_ sentence: String) {
    if !options.isQuiet && !sentence.isEmpty { Output.say(sentence) }
  }
}
