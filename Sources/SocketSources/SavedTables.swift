internal import SocketModel

/// Tables of a file, in the order in which a collector gives them.
public struct SavedTables: Sendable {
  private let file: SavedFile
  private let first: Int
  private let last: Int
  private var position: Int
  /// That of `first`, which is mostly the only one.
  private let start: Snapshot

  /// One table, with `since` also the rows of the tables from that on.
  public init(_ file: SavedFile, at index: Int, since first: Int? = nil) {
    self.file = file
    self.first = index
    last = index
    position = index
    start = file.snapshot(index, since: first)
  }

  /// All tables from this one on.
  public init(_ file: SavedFile, from first: Int) {
    self.file = file
    self.first = first
    last = file.samples.count - 1
    position = first
    start = file.snapshot(first)
  }

  /// The kinds that the first one has; TCP and UDP where it has none.
  var kinds: SocketKindSet {
    let kinds = Set((0..<start.count).map { start[$0].socket.kind })
    return kinds.isEmpty ? .all : SocketKindSet(Array(kinds))
  }

  var tellsOwners: Bool { start.asksOwners || start.isEmpty }

  /// Whether the last one was given.
  public var isAtEnd: Bool { position > last }

  /// The next table, the last one again and again; the live view wants no row that the query rules out.
  mutating func next(for query: Query, answering question: Question?, counted: Bool) -> Snapshot {
    let index = min(position, last)
    let snapshot = index == first ? start : file.snapshot(index)
    position = min(position, last) + 1
    if let question, let held = held(query, question, counted: counted), snapshot.gap == nil {
      var builder = SnapshotBuilder(copying: snapshot)
      builder.table.gap = .recording(holds: held)
      return builder.frozen()
    }
    let isWhole = (0..<snapshot.count).allSatisfy { query.admits(snapshot[$0].socket) }
    return isWhole || first == last ? snapshot : snapshot.admitted(by: query)
  }

  /// What the file holds, where that is less than what is asked; nil where it holds all of it, or does not
  /// say what it was to hold.
  private func held(_ query: Query, _ question: Question, counted: Bool) -> String? {
    guard let text = file.question?.text, let asked = Question(text) else { return nil }
    if !asked.covers(question, in: query.states, counted: counted) {
      return "what '\(text)' finds"
    }
    return file.isRecording && query.states == StateSet(.timeWait) ? "all but TIME_WAIT" : nil
  }
}

extension Snapshot {
  fileprivate func admitted(by query: Query) -> Snapshot {
    var builder = SnapshotBuilder(time: time, host: host)
    builder.identity = identity
    builder.namespaces = namespaces
    builder.names.namespaces = names.namespaces
    for index in 0..<count where query.admits(self[index].socket) { builder.append(self[index]) }
    builder.table.unknown = unknown
    builder.table.unread = unread
    builder.table.gap = gap
    return builder.frozen()
  }
}
