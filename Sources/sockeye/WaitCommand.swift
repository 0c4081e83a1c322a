import Arguments
import LinuxSystem
import Peers
import SocketModel

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
      return (target, port, addresses: connects ? try target.reachable(port, within: options.timeout) : [])
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
      say(place + (error.map { ": \(explained($0))" } ?? " still accepts connections"))
      return .timedOut
    }
    return .answered
  }

  func say(_ sentence: String) {
    if !options.isQuiet { Output.say(sentence) }
  }
}
