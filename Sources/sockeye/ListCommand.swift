import Arguments
import Display
import LinuxSystem
import SocketFilter
import SocketModel

/// `sockeye [OPTIONS] [FILTER…]`: reads once and prints what matches.
struct ListCommand {
  let options: ListOptions
  /// As typed, for the command that a hint suggests.
  let arguments: [String]

  func run() throws -> ExitCode {
    let plan = try ListPlan(options.presentation, asksOwners: options.query.reading.asksOwners)
    let inquiry = try Inquiry(
      options.query, needs: plan.needs.union(options.answer.printsPIDs ? .owners : []))
    var found = try inquiry.find(options.presentation)
    plan.order.sort(&found.listing.rows, of: found.listing.snapshot)
    if options.answer.printsPIDs {
      try printPIDs(found.listing)
    } else if !options.answer.isQuiet {
      try plan.print(found.listing, options.presentation)
    }
    return try conclude(found, inquiry.filter)
  }

  /// The owners' pids, each once, ascending, a line each. That some are missing is said also where
  /// nobody reads along: `kill` would take what there is for all.
  private func printPIDs(_ listing: Listing) throws(Stop) {
    let pids = listing.snapshot.owningProcesses(listing.rows)
    try Output.write(pids.map { "\($0)\n" }.joined())
    if listing.hiddenOwners == 0 { return }
    let sentence = hidden(listing.hiddenOwners, listing.snapshot)
    if pids.isEmpty { throw Stop(.cannotTell, "can't tell: \(sentence)") }
    Output.say(sentence)
  }

  /// What the answer is worth: the exit code, and where somebody reads it, the sum and what is
  /// hidden.
  private func conclude(_ found: Inquiry.Finding, _ filter: Filter) throws(Stop) -> ExitCode {
    let count = found.listing.rows.count
    if let expectation = options.answer.expectation {
      let outcomes = Set((count...(count + found.undecided)).map(expectation.holds))
      if outcomes.count == 2 { throw cannotTell(found, filter) }
      if outcomes == [true] { return .answered }
      if !options.answer.isQuiet { Output.say("expected \(expectation), found \(count)") }
      return .noMatch
    }
    if count == 0 && found.undecided > 0 { throw cannotTell(found, filter) }
    if isTerminal(2) && !options.answer.isQuiet { sayAtTheEnd(found.listing) }
    if count > 0 || filter.isEmpty { return .answered }
    if !options.answer.isQuiet { sayUnmatched(found.listing.snapshot, filter, isCertain: true) }
    return .noMatch
  }

  private func sayAtTheEnd(_ listing: Listing) {
    if options.answer.printsPIDs { return }
    if options.presentation.format == .table { Output.sayLine(summary(listing)) }
    if listing.hiddenOwners > 0 { Output.say(hidden(listing.hiddenOwners, listing.snapshot)) }
  }

  /// The words that no process goes by, each with what it may have meant. A process that is hidden
  /// may go by it: then there is something to say only where something is near.
  private func sayUnmatched(_ snapshot: Snapshot, _ filter: Filter, isCertain: Bool) {
    for word in filter.unmatchedWords(in: snapshot) {
      let near = Filter.suggestion(for: word, in: snapshot, names: HostFilterNames())
      let question = near.map { "; did you mean \($0)?" } ?? ""
      if isCertain {
        Output.say("no process '\(word)'\(question)")
      } else if near != nil {
        Output.say("no process '\(word)' among those that can be seen\(question)")
      }
    }
  }

  private func cannotTell(_ found: Inquiry.Finding, _ filter: Filter) -> Stop {
    if !options.answer.isQuiet { sayUnmatched(found.listing.snapshot, filter, isCertain: false) }
    let reading = options.query.reading
    let reason =
      if reading.asksOwners {
        hidden(found.undecided, found.listing.snapshot)
      } else if reading.replay != nil {
        "a recording tells nothing of owners"
      } else {
        "owners were not looked up (--no-process)"
      }
    return Stop(.cannotTell, "can't tell: \(reason)")
  }

  private func hidden(_ count: Int, _ snapshot: Snapshot) -> String {
    HiddenOwners.sentence(count, cause: snapshot.hiddenCause, arguments: arguments)
  }
}
