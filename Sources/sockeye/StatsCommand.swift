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
    let order = try order()
    var request = options.request
    // Totals are those of everything that is not ruled out.
    if request.terms.isEmpty && request.scope.protocols == nil { request.scope.protocols = .all }
    var runner = try QueryRunner(
      request, needs: needs,
      listeners: options.groupings.contains(.service) ? Grouping.service.listeners : .nothing)
    runner.countsAll = true
    try runner.refuseRecording(request.reading)
    let listing = try runner.find(request.reading, options.presentation, ports: numbers)
    let isRedacted = options.presentation.isRedacted
    if !isRedacted, let notice = runner.serverNotice { Output.say(notice) }
    let incompleteness = Incompleteness(
      listing, runner.filter, runner.query, request.reading, arguments)
    let unmatched = UnmatchedWords(
      runner.filter, in: listing.snapshot,
      isCertain: !(incompleteness?.isOfRows ?? false))
    try unmatched.refuseMisspellings(allIsOpen: incompleteness != nil && listing.rows.isEmpty)
    try Output.write(text(isRedacted ? listing.redacted : listing, runner.query, order).span)
    if listing.rows.isEmpty, !isRedacted {
      HostProcesses(runner, listing, request.reading).sayWhatTheyHold()
    }
    if let incompleteness {
      if listing.rows.isEmpty {
        for sentence in unmatched.misspellings where !isRedacted { Output.say(sentence) }
        throw incompleteness.stop
      }
      // A sum that is too small looks like any other.
      Output.say("can't tell of more: \(incompleteness.reason)")
    }
    if listing.rows.isEmpty && incompleteness == nil {
      for sentence in unmatched.sentencesWhereNothingMatched where !isRedacted {
        Output.say(sentence)
      }
    }
    return listing.rows.isEmpty && !runner.filter.isEmpty ? .noMatch : .answered
  }

  private var needs: Projection {
    if options.groupings.isEmpty { return [] }
    let sums = options.sums ?? GroupSum.allCases
    return (options.groupings.map(\.needs) + sums.map(\.field.needs))
      .reduce(into: []) { $0.formUnion($1) }
  }

  private func order() throws(ExitError) -> GroupOrder {
    guard let text = options.presentation.sort else { return GroupOrder() }
    do throws(GroupOrder.Unknown) {
      return try GroupOrder(
        text, groupings: options.groupings, sums: options.sums ?? GroupSum.allCases)
    } catch {
      let names = error.columns.joined(separator: ", ")
      throw ExitError(
        .wrongCommandLine, "--sort: no column '\(error.name)' here; there are \(names)")
    }
  }

  private func text(_ listing: Listing, _ query: Query, _ order: GroupOrder) -> [UInt8] {
    let csv = StatsCSV(hasHeader: options.presentation.hasHeader)
    if !options.groupings.isEmpty {
      let grouped = GroupedListing(
        listing, by: options.groupings, sums: options.sums, order: order, top: options.top)
      switch options.presentation.format {
      case .table: return table.text(grouped)
      case .csv: return csv.bytes(grouped)
      case .json, .ndjson: return StatsJSON().bytes(grouped)
      }
    }
    let totals = Totals(listing, protocols: query.protocols, families: query.families)
    switch options.presentation.format {
    case .table: return table.text(totals)
    case .csv: return csv.bytes(totals, of: listing)
    case .json, .ndjson: return StatsJSON().bytes(totals, of: listing)
    }
  }

  private var table: StatsTable {
    StatsTable(
      palette: Palette(options.presentation.color), numbers: numbers)
  }

  /// Services were asked for by their names.
  private var numbers: NumberStyle {
    options.groupings.contains(.service)
      ? options.presentation.numbers : options.presentation.portNumbers
  }
}
