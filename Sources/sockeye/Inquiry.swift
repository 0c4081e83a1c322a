import Arguments
import Display
import LinuxSystem
import SocketFilter
import SocketModel
import SocketSources

/// The one Question, made of filter, options and what is to be shown, and the way to its answer.
struct Inquiry {
  let filter: Filter
  let question: Question
  /// What must be known of the rows that are shown, names included.
  let needs: Needs
  private let reading: Reading

  /// `needs` is what columns, order and form want to know.
  init(_ query: Query, needs: Needs) throws {
    reading = query.reading
    filter = try Filter(parsing: query.terms, names: HostFilterNames())
    let asksOwners = reading.asksOwners
    let owners: Needs = [.owners, .processNames, .commands]
    self.needs = asksOwners ? needs : needs.subtracting(owners)
    var question = Question(
      protocols: query.scope.protocols ?? filter.protocols ?? .tcp,
      families: query.scope.families, states: query.scope.states(for: filter),
      needs: self.needs.subtracting([.processNames, .commands]))
    filter.narrow(&question)
    try Self.refuseContradiction(query.scope, filter, question)
    if !asksOwners { question.needs.subtract(owners) }
    self.question = question
  }

  /// Reads, filters, names what is left, and says on stderr what no row says.
  func find(_ presentation: Presentation) throws -> Listing {
    let reader = try SnapshotReader(reading)
    let snapshot = try namedForFilter(read(reader), reader)
    let selection = filter.select(from: snapshot, for: question)
    var listing = Listing(snapshot, rows: selection.rows)
    listing.undecided = selection.undecided.count
    if reading.replay == nil {
      try reader.name(
        &listing, needs: needs, services: SnapshotReader.Services(presentation),
        users: presentation.format != .table || presentation.numbers != .numeric,
        hostTimeout: presentation.resolveTimeout)
    }
    SocketOrder.sort(&listing.rows, of: listing.snapshot.sockets)
    for notice in listing.snapshot.notices where notice.weight == .warning || reading.isVerbose {
      Output.say(notice.text)
    }
    return listing
  }

  /// A pattern is held against names: those of all rows, before it is known which it picks.
  private func namedForFilter(
    _ snapshot: Snapshot, _ reader: SnapshotReader
  ) throws -> Snapshot {
    let asked = filter.needs.intersection([.userNames, .interfaces, .cgroups])
    if asked.isEmpty || reading.replay != nil { return snapshot }
    var all = Listing(snapshot, rows: Array(0..<UInt32(snapshot.sockets.count)))
    try reader.name(&all, needs: asked, services: .none)
    return all.snapshot
  }

  private func read(_ reader: SnapshotReader) throws -> Snapshot {
    guard let path = reading.replay else { return try reader.read(question) }
    let recording: [UInt8]
    do throws(Errno) {
      recording = try FileDescriptor.contents(of: path)
    } catch {
      throw Stop(.unreadable, "can't read \(path): \(error)")
    }
    do throws(SourceError) {
      return try reader.replay(recording, question)
    } catch {
      guard case .malformed = error else { throw error }
      throw Stop(.unreadable, "\(path) is no whole recording made by --record: \(error)")
    }
  }
}

extension Inquiry {
  /// Options and filter that no socket can meet both are a slip, not a question.
  private static func refuseContradiction(
    _ scope: Scope, _ filter: Filter, _ question: Question
  ) throws(Stop) {
    if let asked = scope.protocols, let named = filter.protocols, asked.isDisjoint(with: named) {
      throw Stop(
        .wrongCommandLine,
        "the options ask for \(asked == .udp ? "UDP" : "TCP") alone, and '\(filter)' for the other protocol"
      )
    }
    if question.states.isEmpty && !scope.states.isEmpty {
      throw Stop(.wrongCommandLine, "-l leaves out every socket that '\(filter)' asks for")
    }
  }
}

extension Reading {
  /// A recording tells nothing of owners.
  var asksOwners: Bool { owners != .none && replay == nil }
}

extension Scope {
  /// As in ss, `state` and `exclude` replace what options say; what another tool leaves out by
  /// default counts only where the filter names no state at all.
  func states(for filter: Filter) -> StateSet {
    filter.replacesStates || statesAreDefault && filter.namesStates ? .all : states
  }
}
