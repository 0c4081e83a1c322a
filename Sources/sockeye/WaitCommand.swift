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
    let stop = try SignalDescriptor([.interrupt, .terminate])
    for target in options.targets {
      let port = try target.portNumbers()[0]
      let left = max(.zero, options.timeout - began.elapsed)
      let code =
        if target.host == nil && !options.connects {
          try waitAtTheTable(port, left, stop.rawValue)
        } else {
          try waitByConnecting(target, port, left, stop.rawValue)
        }
      if code != .answered { return code }
    }
    return .answered
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
      let (listener, isUndecided) = try listener(on: port, filter)
      if options.untilFree != (listener != nil) {
        if let listener { say(listener) } else { say("port \(port) is free") }
        return .answered
      }
      let left = deadline - .now()
      if left <= .zero {
        if isUndecided {
          throw Stop(.cannotTell, "can't tell: the owner of the listener on port \(port) is hidden")
        }
        say(
          options.untilFree ? "port \(port) is still listened on" : "nobody listens on port \(port)"
        )
        return .timedOut
      }
      if try !PollSet.wait(at: stop, timeout: min(pause, left)).isEmpty { return .interrupted }
      pause = min(pause * 2, .milliseconds(40))
    }
  }

  /// A sentence about who listens, nil where nobody does; and whether a hidden owner leaves it open.
  private func listener(on port: UInt16, _ filter: Filter) throws -> (String?, Bool) {
    let reader = SnapshotReader()
    var question = Question(
      states: StateSet(.listening), narrowing: .port(.local, port...port), needs: filter.needs)
    var snapshot = try reader.read(question)
    var selection = filter.select(from: snapshot, for: question)
    guard let row = selection.rows.first else { return (nil, !selection.undecided.isEmpty) }
    if options.isQuiet || options.untilFree { return ("", false) }
    question.needs.formUnion([.owners, .processNames])
    let inode = snapshot.sockets[Int(row)].inode
    snapshot = try reader.read(question)
    selection = filter.select(from: snapshot, for: question)
    guard
      let row = selection.rows.first(where: { snapshot.sockets[Int($0)].inode == inode })
        ?? selection.rows.first
    else { return ("somebody listens on port \(port)", false) }
    let socket = snapshot.sockets[Int(row)]
    let owner = snapshot.firstOwner(Int(row)).map { pid, _ in
      let name = snapshot.names.processes[pid].map { String(decoding: $0.name, as: UTF8.self) }
      return "\(pid)" + (name.map { "/\($0)" } ?? "")
    }
    return ("\(owner ?? "somebody") listens on \(socket.local)", false)
  }

  private func waitByConnecting(
    _ target: Target, _ port: UInt16, _ limit: Duration, _ stop: Int32
  ) throws -> ExitCode {
    var wait = ConnectWait()
    wait.goal = options.untilFree ? .free : .reachable
    wait.timeout = limit
    wait.stop = stop
    let place = target.host.map { "\($0) port \(port)" } ?? "port \(port)"
    switch try wait.run(try target.addresses(port)) {
    case .reached(let connection): say("\(connection.remote) accepts connections")
    case .free: say("\(place) refuses connections")
    case .stopped: return .interrupted
    case .timedOut:
      say(options.untilFree ? "\(place) still accepts connections" : "\(place) does not answer")
      return .timedOut
    }
    return .answered
  }

  private func say(_ sentence: String) {
    if !options.isQuiet && !sentence.isEmpty { Output.say(sentence) }
  }
}
