import Arguments
import LinuxSystem
import Peers
import SocketFilter
import SocketModel
import SocketSources

extension WaitCommand {
  /// Looks at the kernel's table again and again: some milliseconds of latency, and nobody is
  /// connected to.
  func waitAtTheTable(
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

  /// What the kernel's table says of a port.
  enum Finding {
    /// Somebody whom the terms admit, as `812/java listens on 127.0.0.1:8080`.
    case holder(String)
    /// Somebody whose owner is hidden, which leaves it open whether the terms admit it.
    case hidden
    /// Somebody whom the terms do not admit.
    case others
    case nobody
  }

  private func listener(_ port: PortRows) throws -> Finding {
    try Finding(port, in: port.read(.listening, withOwners: !options.isQuiet))
  }

  private func giveUp(_ found: Finding, _ port: PortRows) throws(Stop) -> ExitCode {
    switch found {
    case .holder(let sentence): say("\(port.name) is not free: \(sentence)")
    case .hidden:
      throw Stop(
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

extension WaitCommand.Finding {
  init(_ port: PortRows, in found: Listing) {
    if found.rows.isEmpty {
      self = .nobody
      return
    }
    // Who listens says most.
    let rows = found.sorted { $0.socket.weight < $1.socket.weight }
    let answers = rows.map { port.filter.matches($0) }
    if let first = answers.firstIndex(of: .yes) {
      self = .holder(Self.sentence(rows[first]))
    } else {
      self = answers.contains(.cantTell) ? .hidden : .others
    }
  }

  private static func sentence(_ row: Row) -> String {
    let socket = row.socket
    if socket.state == .timeWait {
      return "a connection in TIME_WAIT from \(socket.remote) to a socket that was bound without "
        + "SO_REUSEADDR"
    }
    let owner = row.firstPID.map { "\($0)" + (row.ownerName.map { "/\($0)" } ?? "") }
    let isHidden = row.ownerStatus == .hidden
    let subject = owner ?? (isHidden ? "somebody whom you may not see" : "somebody")
    return "\(subject) \(socket.deed)"
  }
}

extension Socket {
  /// The smaller, the more it says of who has the port.
  fileprivate var weight: Int {
    switch state {
    case _ where isListening: 0
    case .bound: 1
    case .timeWait: 3
    default: 2
    }
  }

  /// What its owner does with the port.
  fileprivate var deed: String {
    if kind == .udp { return "is bound to UDP \(local)" }
    if isListening { return "listens on \(local)" }
    return state == .bound ? "is bound to \(local)" : "has a connection from \(local) to \(remote)"
  }
}

extension PortRows {
  /// `port 8080`, `UDP port 53`, `port 80 of 127.0.0.1`.
  var name: String {
    let plain = (protocols == .udp ? "UDP port" : "port") + " \(port)"
    if addresses.isEmpty { return plain }
    return plain + " of " + addresses.map { "\($0.endpoint.address)" }.joined(separator: " and ")
  }
}
