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
    var query = options.query
    // Totals are those of everything that is not ruled out.
    if query.terms.isEmpty && query.scope.protocols == nil { query.scope.protocols = .all }
    var runner = try QueryRunner(query, needs: needs)
    let listing = try runner.find(query.reading, options.presentation, ports: numbers)
    let doubt = Doubt(listing, runner.filter, runner.question, query.reading, arguments)
    let unmatched = UnmatchedWords(runner.filter, in: listing.snapshot, isCertain: doubt == nil)
    try unmatched.refuseMisspellings(allIsOpen: doubt != nil && listing.rows.isEmpty)
    try Output.write(text(listing, runner.question).span)
    if let doubt {
      if listing.rows.isEmpty {
        for sentence in unmatched.misspellings { Output.say(sentence) }
        throw doubt.stop
      }
      // A sum that is too small looks like any other.
      Output.say("can't tell of more: \(doubt.reason)")
    }
    if listing.rows.isEmpty && doubt == nil {
      for sentence in unmatched.sentencesWhereNothingMatched { Output.say(sentence) }
    }
    return listing.rows.isEmpty && !runner.filter.isEmpty ? .noMatch : .answered
  }

  private var needs: Needs {
    options.grouping.map { $0.needs.union(.tcpInfo) } ?? []
  }

  private func text(_ listing: Listing, _ question: Question) -> [UInt8] {
    let isJSON = options.presentation.format != .table
    if let grouping = options.grouping {
      let groups = listing.grouped(by: grouping)
      return isJSON
        ? StatsJSON().bytes(groups, by: grouping, of: listing.snapshot, top: options.top)
        : table.text(groups, by: grouping, names: listing.snapshot.names, top: options.top)
    }
    let totals = Totals(listing, protocols: question.protocols, families: question.families)
    return isJSON ? StatsJSON().bytes(totals, of: listing.snapshot) : table.text(totals)
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
