import Arguments
import Display
import Sockeye
import SocketModel
import SocketSources

/// `sockeye close FILTER`: has the kernel destroy the sockets that match.
struct CloseCommand {
  let options: EndingOptions
  let arguments: [String]

  func run() throws -> ExitCode {
    let scene = try EndingScene(.close, options, arguments, needs: [.cookies, .upperLayers])
    try scene.refuseNothing()
    let listing = scene.listing
    let facts = EndingFacts.current(about: [])
    let choice = CloseChoice(listing, facts, takesListeners: options.takesListeners)
    let count = choice.targets.count
    try scene.refuseMore(count, plural(count, "socket", "sockets"))
    var report = EndingReport(listing, ofProcesses: false, isDryRun: options.isDryRun)
    report.targets = choice.refusals.map { row, reason in
      EndingReport.Target(
        listing, row,
        reason.isKernels ? .notSupported : reason == .listener ? .left : .refused, reason.words)
    }
    try scene.show(choice.targets)
    let cells = Cells(listing, ColumnSet([.local, .remote]))
    scene.say(
      choice.refusals.map { (cells.ends(row: $0.row), $0.reason) }, participle: "closed")
    if options.isDryRun {
      report.targets += choice.targets.map { EndingReport.Target(listing, $0, .wouldEnd) }
      return try scene.conclude(report)
    }
    if count == 0 { return try scene.conclude(report) }
    guard scene.agrees(to: "Close \(plural(count, "socket", "sockets"))?") else {
      throw ExitError(.noMatch, "nothing was closed")
    }
    let ending = SocketEnding(choice.targets.map { listing[$0].socket }, of: listing.snapshot)
    let results = try ending.run(scene.runner.query, scene.runner.collector)
    report.targets += zip(choice.targets, results).map { row, result in
      EndingReport.Target(listing, row, result.outcome, result.reason)
    }
    return try scene.conclude(report)
  }
}

extension EndingReport.Target {
  fileprivate init(
    _ listing: Listing, _ row: Int, _ outcome: EndingReport.Outcome, _ reason: String? = nil
  ) {
    let process = listing[row].firstProcess
    self.init(
      rows: [row], pid: process?.pid,
      name: process.flatMap { listing.snapshot.names.process($0)?.name }, outcome: outcome,
      reason: reason)
  }
}

extension Cells {
  /// Both ends of a socket, or the one that there is.
  func ends(row: Int) -> String {
    let ends = [Column.local, .remote].map {
      String(decoding: cell($0, row: row).text, as: UTF8.self)
    }
    let socket = listing[row].socket
    return socket.isConnected && !socket.kind.isUnix ? "\(ends[0]) to \(ends[1])" : ends[0]
  }
}
