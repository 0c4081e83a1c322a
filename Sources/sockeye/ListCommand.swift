import Arguments
import Display
import LinuxSystem
import SocketFilter
import Sockeye
import SocketModel

/// `sockeye [OPTIONS] [FILTER…]`: reads once and prints what matches.
struct ListCommand {
  let options: ListOptions
  /// As typed, for the command that a hint suggests.
  let arguments: [String]

  func run() throws -> ExitCode {
    var plan = try ListPlan(options.presentation, options.request.reading)
    var runner = try QueryRunner(
      options.request, needs: plan.needs.union(options.script.printsPIDs ? .owners : []),
      takesBeginnings: !isForScript)
    if !runner.otherKinds.isEmpty {
      plan = try ListPlan(
        options.presentation, options.request.reading, with: runner.otherKinds)
      try runner.refuseRecording(options.request.reading)
      runner.require(plan.needs)
    }
    plan.show(runner.filter.comparedFields)
    runner.show(plan.needs)
    var listing = try runner.find(
      options.request.reading, options.presentation, ports: options.presentation.portNumbers)
    for beginning in runner.beginnings where saysNames { Output.say(beginning.sentence) }
    if !options.script.isQuiet, saysNames, let notice = runner.serverNotice { Output.say(notice) }
    plan.order.sort(&listing.rows, of: listing.snapshot)
    let incompleteness = Incompleteness(
      listing, runner.filter, runner.query, options.request.reading, arguments)
    let unmatched = UnmatchedWords(
      runner.filter, in: listing.snapshot,
      isCertain: !(incompleteness?.isOfRows ?? false))
    if isForScript {
      try unmatched.refuseMisspellings(allIsOpen: incompleteness != nil && listing.rows.isEmpty)
    }
    if options.script.isQuiet {
      return try conclude(listing, runner, incompleteness, unmatched)
    }
    if options.script.printsPIDs {
      try printPIDs(listing, incompleteness)
    } else {
      try plan.print(listing, after: hostRecord)
    }
    if listing.rows.isEmpty, saysNames {
      HostProcesses(runner, listing, options.request.reading).sayWhatTheyHold()
      if runner.filter.asksForSomebody, !isForScript {
        Elsewhere(runner, options.request.reading)?.say(arguments)
      }
    }
    return try conclude(listing, runner, incompleteness, unmatched)
  }

  /// Whether a script goes by the exit code or the pids: then no guess is an answer.
  private var isForScript: Bool {
    options.script.isQuiet || options.script.printsPIDs || options.script.expectation != nil
  }

  /// Whether a sentence may name what was found, or something like it.
  private var saysNames: Bool { !options.presentation.isRedacted }

  /// The owners' pids, each once, ascending, a line each. That some are missing is said also where
  /// nobody reads along: `kill` would take what there is for all. Where they are missing of a socket that
  /// matches, the pids are no answer.
  private func printPIDs(
    _ listing: Listing, _ incompleteness: Incompleteness?
  ) throws(ExitError) {
    let pids = listing.snapshot.owningProcesses(listing.rows)
    try Output.write(pids.map { "\($0)\n" }.joined())
    let missing =
      listing.hiddenOwners + listing.hidden - listing.unnamed - listing.hiddenByV6Only
    if missing == 0 {
      if let unread = listing.snapshot.names.unreadProcesses, listing.unnamed > 0 {
        Output.say("can't tell of more: \(HiddenOwners.sentence(unread, arguments: arguments))")
      } else if let incompleteness, !pids.isEmpty {
        sayMore(incompleteness)
      }
      return
    }
    let sentence = HiddenOwners.sentence(
      missing, inPart: listing.partialOwners + listing.hiddenInPart,
      cause: listing.snapshot.hiddenCause, arguments: arguments)
    if pids.isEmpty { throw ExitError(.cannotTell, "can't tell: \(sentence)") }
    if listing.hiddenOwners > 0 { throw ExitError(.cannotTell, "can't tell all: \(sentence)") }
    Output.say(sentence)
  }

  /// What the answer is worth: the exit code, and where somebody reads it, the sum and what is
  /// hidden.
  private func conclude(
    _ listing: Listing, _ runner: QueryRunner, _ incompleteness: Incompleteness?,
    _ unmatched: UnmatchedWords
  ) throws(ExitError) -> ExitCode {
    let count = listing.rows.count
    if let expectation = options.script.expectation {
      let holds = expectation.holds(for: incompleteness?.counts ?? count...count)
      if let incompleteness, holds == nil { throw cannotTell(incompleteness, unmatched) }
      if count == 0, incompleteness == nil, !options.script.isQuiet {
        for sentence in unmatched.sentencesWhereNothingMatched where saysNames {
          Output.say(sentence)
        }
      }
      if holds == true { return .answered }
      if !options.script.isQuiet { Output.say("expected \(expectation), found \(count)") }
      return .noMatch
    }
    if count == 0, let incompleteness { throw cannotTell(incompleteness, unmatched) }
    if isTerminal(2) && !options.script.isQuiet {
      sayAtTheEnd(listing, runner, incompleteness)
    } else if let incompleteness, isSecondChoice(listing), !options.script.isQuiet,
      !options.script.printsPIDs
    {
      sayMore(incompleteness)
    }
    if count > 0 || runner.filter.isEmpty {
      for sentence in unmatched.misspellings where saysNames { Output.say(sentence) }
      return .answered
    }
    if !options.script.isQuiet {
      for sentence in unmatched.sentencesWhereNothingMatched where saysNames {
        Output.say(sentence)
      }
    }
    return .noMatch
  }

  /// Whether netlink was to be asked and failed: then rows are missing that the same command lists at
  /// other times, which has to be known in a pipe too.
  private func isSecondChoice(_ listing: Listing) -> Bool {
    let reading = options.request.reading
    return listing.snapshot.boundGap == .proc && reading.source == .auto && reading.procRoot == nil
  }

  private func sayAtTheEnd(
    _ listing: Listing, _ runner: QueryRunner, _ incompleteness: Incompleteness?
  ) {
    if options.script.printsPIDs { return }
    if options.presentation.format == .table {
      let reading = options.request.reading
      let isOfHost = reading.isOfThisHost && reading.asksOwners
      Output.saySum(
        listing, besides: isOfHost ? HeldBesides.words(listing, runner) : nil)
    }
    if listing.hiddenOwners > 0 {
      Output.say(
        HiddenOwners.sentence(
          listing.hiddenOwners, inPart: listing.partialOwners,
          cause: listing.snapshot.hiddenCause, arguments: arguments))
    }
    if let incompleteness { sayMore(incompleteness) }
  }

  private func sayMore(_ incompleteness: Incompleteness) {
    Output.say("can't tell of more: \(incompleteness.reason)")
  }

  private func cannotTell(_ incompleteness: Incompleteness, _ unmatched: UnmatchedWords)
    -> ExitError
  {
    for sentence in options.script.isQuiet ? unmatched.misspellings : unmatched.sentences
    where saysNames {
      Output.say(sentence)
    }
    return incompleteness.stop
  }
}

extension ListCommand {
  /// As of this host and this sockeye.
  private var hostRecord: HostRecord? {
    options.presentation.hasHostRecord
      ? HostRecord(version: version, kernel: Host.kernel, isRoot: Accounts.effectiveUID == 0)
      : nil
  }
}
