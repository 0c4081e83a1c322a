import Arguments
import LinuxSystem
import Peers
import SocketFilter
import SocketModel
import SocketSources
import Sockeye

/// `sockeye wait`: until ports listen, or, with `--free`, until they do not.
struct WaitCommand {
  let options: WaitOptions

  func run() throws -> ExitCode {
    let code = try waitForAll()
    if code == .answered && !options.command.isEmpty {
      let error = Executable.replaceProcess(options.command)
      throw ExitError(
        error == .noSuchFile ? .commandNotFound : .commandNotRun,
        "cannot run \(options.command[0]): \(error)")
    }
    return code
  }

  private func waitForAll() throws -> ExitCode {
    let deadline = options.timeout == .zero ? nil : MonotonicInstant.now() + options.timeout
    let places = try options.targets.map { ($0, try $0.portNumbers()[0]) }
    var names = HostFilterNames()
    if deadline != nil { names.lookupLimit = options.timeout }
    let filter = try Filter(parsing: options.terms, names: names)
    let stop = try SignalDescriptor([.interrupt, .terminate])
    defer { withExtendedLifetime(stop) {} }
    for (target, port) in places {
      let code =
        if target.host == nil && !options.connects {
          try waitAtTheTable(PortRows(port, [], filter), until: deadline, stop.rawValue)
        } else {
          try waitForHost(target, port, filter, until: deadline, stop.rawValue)
        }
      if code != .answered { return code }
    }
    // It may have come while the owner was looked up: then the command is not wanted any more.
    return try stop.next() == nil ? .answered : .interrupted
  }

  /// A name may have no address yet, or get another one: it is looked up again and again.
  private func waitForHost(
    _ target: Target, _ port: UInt16, _ filter: Filter, until deadline: MonotonicInstant?,
    _ stop: Int32
  ) throws -> ExitCode {
    var pause = Duration.milliseconds(50)
    while true {
      let left = deadline.map { max(.milliseconds(1), $0 - .now()) }
      let failure: String
      switch target.lookedUp(port, within: left, stop: stop) {
      case .failure(.stopped): return .interrupted
      case .failure(let error):
        failure = "cannot resolve \(target.host ?? ""): \(error.words)"
        pause = min(pause * 2, .seconds(1))
      case .success(let addresses):
        if !options.connects, isOfThisHost(addresses) {
          return try waitAtTheTable(PortRows(port, addresses, filter), until: deadline, stop)
        }
        try refuseTerms(target, filter)
        switch try connect(to: addresses, until: deadline, isName: !target.isNumeric, stop) {
        case .reached(let connection):
          say("\(connection.remote) accepts connections")
          return .answered
        case .free:
          say("\(target.place(port)) refuses connections")
          return .answered
        case .stopped: return .interrupted
        case .timedOut(nil): failure = "\(target.place(port)) still accepts connections"
        case .timedOut(let error?): failure = "\(target.place(port)): \(explained(error))"
        }
        pause = .milliseconds(50)
      }
      let rest = deadline.map { $0 - .now() }
      if let rest, rest <= .zero {
        say(failure)
        return .timedOut
      }
      let isStopped = try !PollSet.wait(at: stop, timeout: min(pause, rest ?? pause)).isEmpty
      if isStopped { return .interrupted }
    }
  }

  /// How long the addresses of a name are used before it is looked up again.
  private static let nameLife = Duration.seconds(5)

  private func connect(
    to addresses: [SocketAddress], until deadline: MonotonicInstant?, isName: Bool, _ stop: Int32
  ) throws -> ConnectWait.Outcome {
    var wait = ConnectWait()
    wait.goal = options.untilFree ? .free : .reachable
    wait.timeout = deadline.map { max(.zero, $0 - .now()) }
    if isName { wait.timeout = min(wait.timeout ?? Self.nameLife, Self.nameLife) }
    wait.stop = stop
    return try wait.run(addresses)
  }

  /// Where all are this host's, the kernel's table tells of them, and nobody is connected to.
  private func isOfThisHost(_ addresses: [SocketAddress]) -> Bool {
    let own = OwnAddresses()
    return addresses.allSatisfy { own.contains($0) }
  }

  /// Terms are about this host's sockets; beside a port of this host they are about that one.
  private func refuseTerms(_ target: Target, _ filter: Filter) throws(ExitError) {
    let name = target.host ?? "a connection"
    if filter.protocols == .udp {
      throw ExitError(.wrongCommandLine, "\(name): UDP has no handshake that could be awaited")
    }
    let isAlone = options.connects || options.targets.allSatisfy { $0.host != nil }
    if !filter.isEmpty, isAlone, filter.protocols == nil || !PortRows.isProtocol(options.terms) {
      throw ExitError(
        .wrongCommandLine,
        "\(name): '\(options.terms.joined(separator: " "))' is about sockets of this host, "
          + "and would not be looked at")
    }
  }

  func say(_ sentence: String) {
    if !options.isQuiet { Output.say(sentence) }
  }
}

extension Target {
  fileprivate var isNumeric: Bool {
    IPAddress(String((host ?? "").prefix { $0 != "%" })) != nil
  }

  fileprivate func lookedUp(
    _ port: UInt16, within limit: Duration?, stop: Int32
  ) -> Result<[SocketAddress], Resolver.LookupError> {
    Result { () throws(Resolver.LookupError) in
      try lookUp(port, families: clientFamilies, within: limit, stop: stop)
    }
  }
}

extension WaitCommand {
  /// Looks at the kernel's table again and again: some milliseconds of latency, and nobody is
  /// connected to.
  private func waitAtTheTable(
    _ port: PortRows, until deadline: MonotonicInstant?, _ stop: Int32
  ) throws -> ExitCode {
    var pace = Pace()
    var vacancy = Vacancy(port, ignoresOthers: hasTerms, isEndless: deadline == nil)
    while true {
      let begun = MonotonicInstant.now()
      let isLast = deadline.map { $0 <= begun } ?? false
      if options.untilFree {
        if let sentence = try vacancy.look(isLast: isLast) {
          say(hasTerms ? "no socket on \(port.name) matches \(terms)" : sentence)
          return .answered
        }
        if isLast { return try giveUp(try vacancy.holder(), port) }
      } else {
        let found = try listener(port)
        if case .holder(let sentence) = found {
          say(sentence)
          return .answered
        }
        if isLast { return try giveUp(found, port) }
      }
      let pause = pace.next(after: begun.elapsed)
      let left = deadline.map { max(.zero, $0 - .now()) }
      if try !PollSet.wait(at: stop, timeout: min(pause, left ?? pause)).isEmpty {
        return .interrupted
      }
    }
  }

  /// A look costs the kernel a walk over its tables: at most a twentieth of a core in all.
  private struct Pace {
    private var shortest = Duration.milliseconds(5)

    /// The pause after a look that took so long. Two threads may have worked for it.
    mutating func next(after cost: Duration) -> Duration {
      defer { shortest = min(shortest * 2, .milliseconds(20)) }
      return min(max(shortest, cost * 25), .seconds(5))
    }
  }

  private func listener(_ port: PortRows) throws -> PortHolder {
    try PortHolder(port, in: port.read(.listening, withOwners: !options.isQuiet))
  }

  private func giveUp(_ found: PortHolder, _ port: PortRows) throws(ExitError) -> ExitCode {
    switch found {
    case .holder(let sentence): say("\(port.name) is not free: \(sentence)")
    case .hidden:
      throw ExitError(
        .cannotTell,
        "can't tell: the owner of the socket on \(port.name) is hidden; try it with sudo")
    case .others: say("somebody listens on \(port.name), but does not match \(terms)")
    case .nobody:
      say(
        options.untilFree
          ? "\(port.name) is not free: a socket that the kernel's table does not show holds it"
          : "nobody listens on \(port.name)")
    }
    return .timedOut
  }

  /// Terms beyond the protocol.
  private var hasTerms: Bool { !PortRows.isProtocol(options.terms) }

  private var terms: String { options.terms.joined(separator: " ") }
}
