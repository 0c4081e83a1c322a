import Arguments
import LinuxSystem
import SocketFilter
import SocketModel
import SocketSources

extension WaitCommand {
  /// Looks at the kernel's table again and again: some milliseconds of latency, and nobody is
  /// connected to.
  func waitAtTheTable(_ port: UInt16, _ limit: Duration, _ stop: Int32) throws -> ExitCode {
    let filter = try Filter(parsing: options.terms, names: HostFilterNames())
    let deadline = MonotonicInstant.now() + limit
    var pause = Duration.milliseconds(5)
    while true {
      let left = deadline - .now()
      // Who holds a port that does not come free is looked up once, at the end.
      let found = try look(at: port, filter, namesHolder: !options.untilFree || left <= .zero)
      switch (found, options.untilFree) {
      case (.holder(let sentence), false):
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
      if left <= .zero { return try giveUp(found, port) }
      if try !PollSet.wait(at: stop, timeout: min(pause, left)).isEmpty { return .interrupted }
      pause = min(pause * 2, .milliseconds(20))
    }
  }

  /// What the kernel's table says of a port.
  private enum Finding {
    /// Somebody whom the terms admit, as `812/java listens on 127.0.0.1:8080`.
    case holder(String)
    /// Somebody whose owner is hidden, which leaves it open whether the terms admit it.
    case hidden
    /// Somebody whom the terms do not admit.
    case others
    case nobody
  }

  private func look(at port: UInt16, _ filter: Filter, namesHolder: Bool) throws -> Finding {
    let reader = SnapshotReader()
    // What is bound and does not listen has the port all the same: bind(2) says EADDRINUSE.
    let states = options.untilFree ? StateSet(.listening, .bound) : StateSet(.listening)
    var question = Question(states: states, narrowing: .port(.local, port...port))
    func holders() throws -> Listing {
      let snapshot = try reader.read(question)
      // A narrowed answer may hold more than was asked for.
      let rows = snapshot.sockets.indices.filter {
        question.admits(snapshot.sockets[$0]) && snapshot.sockets[$0].local.port == port
      }
      return Listing(snapshot, rows: rows.map { UInt32($0) })
    }
    // Owners are looked up when there is somebody, for they take long.
    if try holders().rows.isEmpty { return .nobody }
    question.needs = filter.needs
    if namesHolder && !options.isQuiet { question.needs.formUnion([.owners, .processNames]) }
    var found = try holders()
    if found.rows.isEmpty { return .nobody }
    // A pattern (user=ro*) is held against names.
    try reader.name(
      &found, needs: filter.needs.intersection([.userNames, .cgroups]), services: .none)
    let answers = found.rows.map { filter.matches(row: Int($0), of: found.snapshot) }
    if let first = answers.firstIndex(of: .yes) {
      return .holder(sentence(Int(found.rows[first]), of: found.snapshot))
    }
    return answers.contains(.cantTell) ? .hidden : .others
  }

  private func sentence(_ row: Int, of snapshot: Snapshot) -> String {
    let owner = snapshot.firstOwner(row).map { pid, _ in
      let name = snapshot.names.processes[pid].map { String(decoding: $0.name, as: UTF8.self) }
      return "\(pid)" + (name.map { "/\($0)" } ?? "")
    }
    let isHidden = snapshot.ownerStatus(row) == .hidden
    let stranger = isHidden ? "somebody whom you may not see" : "somebody"
    let socket = snapshot.sockets[row]
    let deed = socket.state == .bound ? "is bound to" : "listens on"
    return "\(owner ?? stranger) \(deed) \(socket.local)"
  }

  private func giveUp(_ found: Finding, _ port: UInt16) throws(Stop) -> ExitCode {
    switch found {
    case .holder(let sentence): say("port \(port) is not free: \(sentence)")
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
}
