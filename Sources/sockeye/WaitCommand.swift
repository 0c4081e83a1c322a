import Arguments
import LinuxSystem
import Peers
import SocketFilter
import Sockeye
import SocketModel

/// `sockeye wait`: until ports listen, or, with `--free`, until they do not.
struct WaitCommand {
  let options: WaitOptions

  func run() throws -> ExitCode {
    let code = try waitForAll()
    if code == .answered && !options.command.isEmpty {
      let error = Executable.replaceProcess(options.command)
      throw Stop(
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
  private func refuseTerms(_ target: Target, _ filter: Filter) throws(Stop) {
    let name = target.host ?? "a connection"
    if filter.protocols == .udp {
      throw Stop(.wrongCommandLine, "\(name): UDP has no handshake that could be awaited")
    }
    let isAlone = options.connects || options.targets.allSatisfy { $0.host != nil }
    if !filter.isEmpty, isAlone, filter.protocols == nil || !PortRows.isProtocol(options.terms) {
      throw Stop(
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
