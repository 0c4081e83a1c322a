import Arguments
import Display
import LinuxSystem
import Sockeye
import SocketModel
import SocketSources

/// `sockeye diff FILE [FILE]`: what changed between two tables, or since one.
struct DiffCommand {
  let options: DiffOptions

  /// A table, and what it says of itself.
  private struct Side {
    let name: String
    let listing: Listing
    let question: SavedQuestion?
  }

  func run() throws -> ExitCode {
    let (older, newer) = try sides()
    try compare(older, newer)
    for side in [older, newer] where side.listing.isIncomplete {
      Output.say("\(side.name) may lack sockets: not all could be read")
    }
    let difference = ListingDifference(
      from: older.listing, to: newer.listing, onlyListening: options.onlyListening)
    let report = DifferenceReport(difference, from: older.listing, to: newer.listing)
    let bytes = options.printsJSON ? report.json() : report.text(Palette(options.color))
    try Output.write(bytes.span)
    if difference.isProven { return .noMatch }
    return older.listing.isIncomplete || newer.listing.isIncomplete ? .cannotTell : .answered
  }

  private func sides() throws -> (Side, Side) {
    let reading = options.reading
    let older: Side
    var files = options.files
    let isOfMoment = reading.at != nil || reading.since != nil
    if let path = reading.from ?? (isOfMoment ? files.removeFirst() : nil) {
      let choice = try SavedChoice(path, at: reading.at, since: reading.since)
      // Since a moment: from the table of it to the last one.
      older = try side(choice, choice.since ?? choice.index)
      if choice.since != nil, files.isEmpty { return (older, try side(choice, choice.index)) }
    } else {
      older = try side(SavedChoice(files.removeFirst()), nil)
    }
    if let path = files.first { return (older, try side(SavedChoice(path), nil)) }
    return (older, try now(like: older))
  }

  private func side(_ choice: SavedChoice, _ index: Int?) throws(ExitError) -> Side {
    guard let file = choice.file else {
      throw ExitError(
        .wrongCommandLine,
        "\(choice.path) is no list of sockeye, or a capture, which tells no owners; compare files of --json, "
          + "--ndjson or record")
    }
    let snapshot = file.snapshot(index ?? choice.index)
    let listing = Listing(snapshot, rows: Array(0..<UInt32(snapshot.count)))
    let side = Side(name: choice.path, listing: listing, question: file.question)
    try refuseRedacted(side)
    return side
  }

  /// The host as it is now, asked what the file was.
  private func now(like older: Side) throws -> Side {
    var request = ListRequest()
    request.scope.protocols = .all
    if let text = older.question?.text {
      guard let question = Question(text) else {
        throw ExitError(
          .wrongCommandLine,
          "\(older.name) answers '\(text)', which can't be asked again; compare it with another file"
        )
      }
      request.scope.protocols = question.protocols
      request.scope.families = question.families
      request.scope.onlyListening = question.onlyListening
      if question.onlyListening { request.scope.states = .listening }
      if !question.filter.isEmpty { request.terms = [question.filter] }
      request.reading.namespaces = question.namespaces
      if case .named(let names) = question.namespaces, names.count == 1 {
        try NetworkNamespaces.enter(names[0])
      }
      if !question.asksOwners { request.reading.owners = .none }
    } else {
      let kinds = Set(older.listing.map(\.socket.kind))
      if !kinds.isEmpty { request.scope.protocols = SocketKindSet(Array(kinds)) }
      Output.say("\(older.name) does not say what was asked; all its protocols are asked now")
    }
    var needs: Projection = [.owners, .processNames, .userNames, .interfaces, .v6only]
    if older.listing.contains(where: { $0.namespace.inode != nil }) { needs.insert(.namespace) }
    var runner = try QueryRunner(request, needs: needs)
    let listing = try runner.find(request.reading, Presentation(), ports: .numeric)
    return Side(name: "now", listing: listing, question: older.question.map { $0.now(listing) })
  }

  // MARK: Whether they can be compared

  private func refuseRedacted(_ side: Side) throws(ExitError) {
    if let text = side.question?.text, Question(text)?.isRedacted ?? false {
      throw ExitError(
        .wrongCommandLine,
        "\(side.name) was written with --redact, and its stand-ins are others in each run; compare tables "
          + "without, and redact what diff says")
    }
  }

  private func compare(_ older: Side, _ newer: Side) throws(ExitError) {
    if let one = asked(older), let other = asked(newer), one != other {
      throw ExitError(
        .wrongCommandLine,
        "they answer different questions: '\(one)' in \(older.name), '\(other)' in \(newer.name)")
    }
    let (one, other) = (seesAll(older), seesAll(newer))
    if let one, let other, one != other {
      let (more, less) = one ? (older.name, newer.name) : (newer.name, older.name)
      throw ExitError(
        .wrongCommandLine,
        "they were made with different rights: all owners are seen in \(more), not in \(less); "
          + "make both with sudo, or both without")
    }
    let hosts = [older, newer].map(\.listing.snapshot.host).filter { !$0.isEmpty }
    if Set(hosts).count > 1 {
      Output.say("they are of two hosts: \(hosts[0]) and \(hosts[1])")
    }
  }

  /// Without what makes no difference to what is compared.
  private func asked(_ side: Side) -> String? {
    guard let text = side.question?.text else { return nil }
    guard options.onlyListening, var question = Question(text) else { return text }
    question.onlyListening = false
    return question.text
  }

  /// As the file says; else as its rows look.
  private func seesAll(_ side: Side) -> Bool? {
    if let question = side.question { return question.seesAll }
    return side.listing.contains { $0.ownerStatus.mayHaveOthers } ? false : nil
  }
}

extension SavedQuestion {
  /// The same question, as it was answered just now.
  fileprivate func now(_ listing: Listing) -> SavedQuestion {
    SavedQuestion(text: text, seesAll: listing.snapshot.seesAll)
  }
}
