import Arguments
import Display
import SocketFilter
import Sockeye
import SocketModel

/// `sockeye stats`: how many sockets there are, by state or by what `--by` says.
struct StatsCommand {
  let options: StatsOptions
  /// As typed, for the command that a hint suggests.
  let arguments: [String]

  func run() throws -> ExitCode {
    var request = options.request
    // Totals are those of everything that is not ruled out.
    if request.terms.isEmpty && request.scope.protocols == nil { request.scope.protocols = .all }
    var runner = try QueryRunner(
      request, needs: needs, listeners: options.grouping?.listeners ?? .nothing)
    try runner.refuseRecording(request.reading)
    let listing = try runner.find(request.reading, options.presentation, ports: numbers)
    if let notice = runner.serverNotice { Output.say(notice) }
    let incompleteness = Incompleteness(
      listing, runner.filter, runner.query, request.reading, arguments)
    let unmatched = UnmatchedWords(
      runner.filter, in: listing.snapshot,
      isCertain: !(incompleteness?.isOfRows ?? false))
    try unmatched.refuseMisspellings(allIsOpen: incompleteness != nil && listing.rows.isEmpty)
    try Output.write(text(listing, runner.query).span)
    if listing.rows.isEmpty { HostProcesses(runner, listing, request.reading).sayWhatTheyHold() }
    if let incompleteness {
      if listing.rows.isEmpty {
        for sentence in unmatched.misspellings { Output.say(sentence) }
        throw incompleteness.stop
      }
      // A sum that is too small looks like any other.
      Output.say("can't tell of more: \(incompleteness.reason)")
    }
    if listing.rows.isEmpty && incompleteness == nil {
      for sentence in unmatched.sentencesWhereNothingMatched { Output.say(sentence) }
    }
    return listing.rows.isEmpty && !runner.filter.isEmpty ? .noMatch : .answered
  }

  private var needs: Projection {
    options.grouping.map { $0.needs.union(.tcpInfo) } ?? []
  }

  private func text(_ listing: Listing, _ query: Query) -> [UInt8] {
    let isJSON = options.presentation.format != .table
    if let grouping = options.grouping {
      let groups = listing.grouped(by: grouping)
      return isJSON
        ? StatsJSON().bytes(groups, by: grouping, of: listing, top: options.top)
        : table.text(groups, by: grouping, names: listing.snapshot.names, top: options.top)
    }
    let totals = Totals(listing, protocols: query.protocols, families: query.families)
    return isJSON ? StatsJSON().bytes(totals, of: listing) : table.text(totals)
  }

  private var table: StatsTable {
    StatsTable(
      palette: Palette(options.presentation.color), numbers: numbers)
  }

  /// Services were asked for by their names.
  private var numbers: NumberStyle {
    options.grouping == .service
      ? options.presentation.numbers : options.presentation.portNumbers
  }
}
