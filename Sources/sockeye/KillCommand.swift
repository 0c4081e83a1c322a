import Arguments
import Display
import LinuxSystem
import Sockeye
import SocketModel
import SocketSources

/// `sockeye kill FILTER`: ends the processes that hold the sockets that match.
struct KillCommand {
  let options: EndingOptions
  let arguments: [String]

  func run() throws -> ExitCode {
    let scene = try EndingScene(.kill, options, arguments)
    try scene.refuseNothing()
    let listing = scene.listing
    var facts = EndingFacts.current(about: listing.snapshot.owningProcesses(listing.rows))
    facts.sshProcesses = try Self.holders(of: facts.sshConnections)
    let choice = KillChoice(listing, facts)
    let count = choice.targets.count
    try scene.refuseMore(count, plural(count, "process", "processes"))
    var report = EndingReport(
      listing, ofProcesses: true, signal: options.signal.name, isDryRun: options.isDryRun)
    report.targets = choice.refusals.map {
      EndingReport.Target($0.process, .refused, $0.reason.words)
    }
    // What nobody holds, as in TIME_WAIT, is in nobody's way.
    report.targets += choice.unowned.map {
      EndingReport.Target(
        rows: [$0.row], pid: nil, name: nil, outcome: $0.reason == .noOwner ? .left : .refused,
        reason: $0.reason.words)
    }
    try scene.show(Set(choice.targets.flatMap(\.rows)).sorted())
    scene.say(
      choice.refusals.map { (EndingReport.Target($0.process, .refused).owner, $0.reason) },
      participle: "killed")
    let cells = Cells(listing, ColumnSet([.local, .remote]))
    scene.say(
      choice.unowned.filter { count == 0 || $0.reason != .noOwner }.map {
        ("the owner of \(cells.ends(row: $0.row))", $0.reason)
      }, participle: "killed")
    if options.isDryRun {
      report.targets += choice.targets.map { EndingReport.Target($0, .wouldEnd) }
      return try scene.conclude(report)
    }
    if count == 0 { return try scene.conclude(report) }
    var ending = ProcessEnding(choice.targets)
    guard scene.agrees(to: question(choice.targets)) else {
      throw ExitError(.noMatch, "nothing was killed")
    }
    let results = try ending.run(options.signal, timeout: options.timeout)
    report.targets += zip(choice.targets, results).map { process, result in
      EndingReport.Target(process, result.outcome, result.reason)
    }
    return try scene.conclude(report)
  }

  private func question(_ targets: [OwnerTarget]) -> String {
    let names = targets.prefix(5).map { EndingReport.Target($0, .wouldEnd).owner }
    return "Send SIG\(options.signal.name) to \(plural(targets.count, "process", "processes")) ("
      + names.joined(separator: ", ") + (targets.count > 5 ? ", …" : "") + ")?"
  }

  /// Who holds the logins that this process is in, whatever the filter is about.
  static func holders(of connections: Set<SSHConnection>) throws -> Set<Int32> {
    var pids: Set<Int32> = []
    for connection in connections {
      let ports = [connection.server.port, connection.client.port]
      var query = Query(pushdown: .any(ports.map { .port(.local, $0...$0) }), needs: .owners)
      query.states = StateSet(.established, .closeWait, .finWait1, .finWait2)
      var collector = Collector()
      let snapshot = try collector.collect(query)
      let rows = (0..<UInt32(snapshot.count)).filter { connection.has(snapshot[$0].socket) }
      pids.formUnion(snapshot.owningProcesses(rows))
    }
    return pids
  }
}

extension EndingReport.Target {
  init(_ process: OwnerTarget, _ outcome: EndingReport.Outcome, _ reason: String? = nil) {
    self.init(
      rows: process.rows, pid: process.pid, name: process.name, outcome: outcome, reason: reason)
  }
}
