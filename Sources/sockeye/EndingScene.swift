import Arguments
import Display
import LinuxSystem
import SocketFilter
import Sockeye
import SocketModel
import SocketSources

/// What `close` and `kill` have in common: the sockets that match, the list of what would be ended, and the
/// question.
struct EndingScene {
  let verb: Verb
  let options: EndingOptions
  private let plan: ListPlan
  private(set) var runner: QueryRunner
  let listing: Listing
  private let incompleteness: Incompleteness?
  private let unmatched: UnmatchedWords

  /// Reads. Without a terminal to ask on, and where nothing is agreed to, it does not come to that.
  init(
    _ verb: Verb, _ options: EndingOptions, _ arguments: [String], needs: Projection = []
  ) throws {
    self.verb = verb
    self.options = options
    if !options.isAgreed, !options.isDryRun, !isTerminal(0) || !isTerminal(2) {
      throw ExitError(
        .wrongCommandLine,
        "\(verb.rawValue): there is no terminal to ask on; --yes does it without a question, "
          + "--dry-run says what it would be")
    }
    let reading = options.request.reading
    var presentation = options.presentation
    presentation.format = .table
    var plan = try ListPlan(presentation, reading)
    // A word is no beginning here: what is ended was named.
    var runner = try QueryRunner(
      options.request, needs: plan.needs.union([.owners, .processNames, .namespace]).union(needs),
      ofOwnEnd: true)
    if !runner.otherKinds.isEmpty {
      plan = try ListPlan(presentation, reading, with: runner.otherKinds)
      runner.require(plan.needs)
    }
    plan.show(runner.filter.comparedFields)
    runner.show(plan.needs)
    listing = try runner.find(reading, presentation, ports: presentation.portNumbers)
    incompleteness = Incompleteness(listing, runner.filter, runner.query, reading, arguments)
    unmatched = UnmatchedWords(
      runner.filter, in: listing.snapshot, isCertain: !(incompleteness?.isOfRows ?? false))
    try unmatched.refuseMisspellings(allIsOpen: incompleteness != nil && listing.rows.isEmpty)
    self.plan = plan
    self.runner = runner
  }

  /// Whether sockets that match may have been left out, other than such as are only bound.
  private var isIncomplete: Bool {
    listing.hidden + listing.snapshot.unread > 0 || listing.snapshot.gap != nil
  }

  /// That nothing matches, and why that may be.
  func refuseNothing() throws(ExitError) {
    guard listing.rows.isEmpty else { return }
    try writeNothing()
    if let incompleteness, isIncomplete { throw incompleteness.stop }
    for sentence in unmatched.sentencesWhereNothingMatched { Output.say(sentence) }
    let clients = runner.filter.clientsOf.map { "; clients of it are \($0)" } ?? ""
    throw ExitError(.noMatch, "no socket matches '\(runner.filter)'\(clients)")
  }

  /// More than was agreed to is nothing at all.
  func refuseMore(_ count: Int, _ things: String) throws(ExitError) {
    guard count > options.limit else { return }
    try writeNothing()
    throw ExitError(
      .noMatch,
      "\(verb.rawValue): \(things) match, and --max allows \(grouped(options.limit)); nothing was "
        + "ended")
  }

  /// The document of nothing that was tried: whoever reads JSON expects one.
  private func writeNothing() throws(ExitError) {
    guard options.presentation.format == .json else { return }
    let isKill = verb == .kill
    let report = EndingReport(
      listing, ofProcesses: isKill, signal: isKill ? options.signal.name : nil,
      isDryRun: options.isDryRun)
    try Output.write(report.json.span)
  }

  private static let longest = 50

  /// The usual table of these rows, positions in the listing: on standard output, or where JSON goes there on
  /// standard error, if somebody is asked.
  func show(_ positions: [Int]) throws(ExitError) {
    let isJSON = options.presentation.format == .json
    if positions.isEmpty || isJSON && (options.isAgreed || options.isDryRun) { return }
    var part = listing
    part.rows = positions.prefix(Self.longest).map { listing.rows[$0] }
    if isJSON {
      try? FileDescriptor.write(plan.bytes(part).span, to: 2)
    } else {
      try plan.print(part)
    }
    if positions.count > Self.longest {
      Output.say("and \(plural(positions.count - Self.longest, "socket", "sockets")) more")
    }
  }

  /// Why some are not ended, a sentence for each reason.
  func say(_ refusals: [(name: String, reason: EndingRefusal)], participle: String) {
    var groups: [(words: String, names: [String])] = []
    for (name, reason) in refusals {
      if let place = groups.firstIndex(where: { $0.words == reason.words }) {
        groups[place].names.append(name)
      } else {
        groups.append((reason.words, [name]))
      }
    }
    for group in groups {
      let more = group.names.count > 3 ? " and \(grouped(group.names.count - 3)) more" : ""
      Output.say(
        "not \(participle): \(group.names.prefix(3).joined(separator: ", "))\(more): \(group.words)"
      )
    }
  }

  /// Whether it may be done.
  func agrees(to question: String) -> Bool {
    if options.isAgreed { return true }
    let bytes = Array((escaped(question) + " [y/N] ").utf8)
    try? FileDescriptor.write(bytes.span, to: 2)
    var answer: [UInt8] = []
    while answer.last != UInt8(ascii: "\n"), answer.count < 1000,
      let count = try? FileDescriptor.read(0, appendingTo: &answer, atMost: 1), count > 0
    {}
    let word = String(decoding: answer, as: UTF8.self).lowercased().filter { !$0.isWhitespace }
    return ["y", "yes"].contains(word)
  }

  /// Prints what came of it, and says what that is worth.
  func conclude(_ report: EndingReport) throws(ExitError) -> ExitCode {
    if options.presentation.format == .json {
      try Output.write(report.json.span)
    } else if !options.isDryRun {
      try Output.write(report.text(Palette(options.presentation.color)).span)
    }
    if !report.isComplete { return .noMatch }
    if isIncomplete, let incompleteness {
      throw ExitError(.cannotTell, "can't tell of more: \(incompleteness.reason)")
    }
    return .answered
  }
}
