internal import LinuxSystem
public import SocketModel

/// Reads one snapshot after the other: first the sockets (this), then their owners and names
/// (`LiveKnowledge`). Both keep their caller waiting and belong on another thread than keys do: the
/// kernel looks for the next row that matches in one call, among a million for half a second.
public struct LiveReader: Sendable {
  private let reader: SnapshotReader
  private let open: @Sendable () throws(SourceError) -> NetlinkSocket
  private var usesProc: Bool

  /// Options of `reader` that ask for one source or one road to owners count here as well.
  public init(_ reader: SnapshotReader) { self.init(reader, over: DiagDump.open) }

  /// Asks over the sockets that `open` gives: in tests none.
  init(
    _ reader: SnapshotReader, over open: @escaping @Sendable () throws(SourceError) -> NetlinkSocket
  ) {
    self.reader = reader
    self.open = open
    usesProc = reader.sockets == .proc || reader.procRoot != SnapshotReader.hostProc
  }

  /// Reads them all. `spent` is a snapshot that nobody needs any more: its memory is used again.
  public mutating func read(
    _ question: Question, reusing spent: consuming Snapshot = Snapshot()
  ) throws(SourceError) -> LiveAnswer {
    var answer = LiveAnswer(reader: reader, question: question)
    if !usesProc {
      // No host has many more sockets than a moment ago; before that, room for a million.
      let expected = spent.sockets.isEmpty ? 1 << 20 : spent.sockets.count * 2
      var storage = SocketTable()
      swap(&storage.sockets, &spent.sockets)
      swap(&storage.details, &spent.details)
      swap(&storage.traffic, &spent.traffic)
      do throws(SourceError) {
        let dump = try DiagDump(
          TCPCounts(for: question).sharpened(question), recorder: reader.recorder,
          reusing: consume storage, expecting: expected,
          over: try open())
        answer.table = try dump.readRest()
        return answer
      } catch {
        // /proc instead, where the user has not asked for netlink: for good where the kernel would
        // say the same the next time, else this once.
        guard reader.sockets == .auto, case .refused(let reason) = error else { throw error }
        usesProc = reason.isLasting
      }
    }
    answer.table = try ProcSource(root: reader.procRoot).read(question)
    return answer
  }
}

extension Errno {
  /// Whether it is the kernel's, or a sandbox's, last word on who may use netlink: not a lack of
  /// memory or of descriptors that passes.
  fileprivate var isLasting: Bool {
    let refusals: [Errno] = [
      .notPermitted, .accessDenied, .protocolNotSupported, .familyNotSupported, .noSuchFile,
      .notSupported, .invalidArgument,
    ]
    return refusals.contains(self)
  }
}

/// The sockets of a snapshot, before anything is known of their owners.
public struct LiveAnswer: Sendable {
  let reader: SnapshotReader
  public let question: Question
  let time = Timestamp.now()
  var table = SocketTable()

  init(reader: SnapshotReader, question: Question) {
    self.reader = reader
    self.question = question
  }
}

/// What is known from refresh to refresh: owners and names.
public struct LiveKnowledge: Sendable {
  private var owners = LiveOwners()
  private var names = LiveNames()

  public init() {}

  /// How often every process was looked at.
  var lookups: Int { owners.generation }

  /// Completes a snapshot. It may take as long as a look at every process does.
  public mutating func snapshot(of answer: consuming LiveAnswer) throws(SourceError) -> Snapshot {
    let reader = answer.reader
    let question = answer.question
    // Moved, not copied: rows are appended to them later.
    let time = answer.time
    var table = SocketTable()
    swap(&table, &answer.table)
    var snapshot = Snapshot(consume table, time: time)
    let lookup = OwnerLookup(
      choice: question.needs.contains(.owners) ? reader.owners : .none, root: reader.procRoot)
    if lookup.isAsked {
      let listeners =
        snapshot.hasQueuedRows ? try reader.readListeners(question, snapshot.sockets) : []
      try owners.join(&snapshot, lookup, listeners: listeners)
    }
    let isCurrent = try names.name(
      &snapshot, question, owners: owners, root: reader.procRoot)
    if !isCurrent { owners.outdate() }
    return snapshot
  }
}
