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
    if !asksOwners { question.needs.subtract(owners) }
    self.question = question
  }

  /// What was found: the rows that match, and those that a hidden owner leaves open.
  struct Finding {
    var listing: Listing
    let undecided: Int
  }

  /// Reads, filters, names what is left, and says on stderr what no row says.
  func find(_ presentation: Presentation) throws -> Finding {
    let reader = try SnapshotReader(reading)
    let snapshot = try read(reader)
    let selection = filter.select(from: snapshot, for: question)
    var listing = Listing(snapshot, rows: selection.rows)
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
    return Finding(listing: listing, undecided: selection.undecided.count)
  }

  private func read(_ reader: SnapshotReader) throws -> Snapshot {
    guard let path = reading.replay else { return try reader.read(question) }
    let recording: [UInt8]
    do throws(Errno) {
      recording = try FileDescriptor.contents(of: path)
    } catch {
      throw Stop(.unreadable, "can't read \(path): \(error)")
    }
    return try reader.replay(recording, question)
  }
}

extension Reading {
  /// A recording tells nothing of owners.
  var asksOwners: Bool { owners != .none && replay == nil }
}

extension Scope {
  /// What another tool leaves out by default counts only where the filter names no state.
  fileprivate func states(for filter: Filter) -> StateSet {
    statesAreDefault && filter.namesStates ? .all : states
  }
}
