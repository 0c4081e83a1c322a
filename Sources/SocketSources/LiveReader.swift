internal import LinuxSystem
public import SocketModel

/// Reads one snapshot after the other without ever keeping its caller waiting: sockets come a
/// datagram a step (`LiveReader`), owners and names are looked up on another thread
/// (`LiveKnowledge`).
public struct LiveReader: ~Copyable {
  private let reader: SnapshotReader
  private var dump: DiagDump?
  private var answer: LiveAnswer?
  private var usesProc: Bool

  /// Options of `reader` that ask for one source or one road to owners count here as well.
  public init(_ reader: SnapshotReader) {
    self.reader = reader
    usesProc = reader.sockets == .proc || reader.procRoot != SnapshotReader.hostProc
  }

  public var isReading: Bool { answer != nil }

  /// For poll(2): readable when a step has something to take. Negative where nothing is awaited.
  public private(set) var descriptor: Int32 = -1

  /// Asks; what was asked before and has no answer yet is dropped. `spent` is a snapshot that nobody
  /// needs any more: its memory is used again.
  public mutating func begin(
    _ question: Question, reusing spent: consuming Snapshot = Snapshot()
  ) throws(SourceError) {
    // No host has many more sockets than a moment ago; before that, room for a million.
    let expected = spent.sockets.isEmpty ? 1 << 20 : spent.sockets.count * 2
    var storage = SocketTable()
    swap(&storage.sockets, &spent.sockets)
    swap(&storage.details, &spent.details)
    swap(&storage.traffic, &spent.traffic)
    dump = nil
    descriptor = -1
    answer = LiveAnswer(reader: reader, question: question)
    if usesProc { return }
    do throws(SourceError) {
      let begun = try DiagDump(
        question, recorder: reader.recorder, reusing: consume storage, expecting: expected)
      descriptor = begun.descriptor
      dump = consume begun
    } catch {
      try useProc(insteadOf: error)
    }
  }

  /// Takes what has come, for about as long as given. The sockets once all are there, else nil.
  public mutating func step(within limit: Duration) throws(SourceError) -> LiveAnswer? {
    guard var answer else { return nil }
    if descriptor >= 0 {
      let end = MonotonicInstant.now() + limit
      do throws(SourceError) {
        guard try take(until: end) else { return nil }
        answer.table = dump.take()?.finish()
      } catch {
        dump = nil
        try useProc(insteadOf: error)
      }
      descriptor = -1
    }
    self.answer = nil
    return answer
  }

  private mutating func take(until end: MonotonicInstant) throws(SourceError) -> Bool {
    while MonotonicInstant.now() < end {
      guard let isDone = try dump?.step() else { return false }
      if isDone { return true }
      guard Self.isReadable(descriptor) else { return false }
    }
    return false
  }

  private static func isReadable(_ descriptor: Int32) -> Bool {
    (try? PollSet.wait(at: descriptor, timeout: .zero))?.contains(.readable) ?? false
  }

  /// From now on /proc, where the kernel refuses netlink and the user has not asked for it.
  private mutating func useProc(insteadOf error: SourceError) throws(SourceError) {
    guard reader.sockets == .auto, case .refused = error else { throw error }
    usesProc = true
  }
}

/// The sockets of a snapshot, before anything is known of their owners.
public struct LiveAnswer: Sendable {
  let reader: SnapshotReader
  public let question: Question
  let time = Timestamp.now()
  /// Nil where they are yet to be read from /proc.
  var table: SocketTable?

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
    var table =
      if let table = answer.table { table } else {
        try ProcSource(root: reader.procRoot).read(question)
      }
    // Moved, not copied: rows are appended to them later.
    let time = answer.time
    answer.table = nil
    var snapshot = Snapshot(time: time, host: Host.name)
    swap(&snapshot.sockets, &table.sockets)
    swap(&snapshot.details, &table.details)
    swap(&snapshot.traffic, &table.traffic)
    snapshot.congestionNames = table.congestionNames
    snapshot.notices = table.notices
    let lookup = OwnerLookup(
      choice: question.needs.contains(.owners) ? reader.owners : .none, root: reader.procRoot)
    if lookup.isAsked {
      let listeners =
        snapshot.hasQueuedRows ? try reader.readListeners(question, snapshot.sockets) : []
      try owners.join(&snapshot, lookup, listeners: listeners)
    }
    let isCurrent = try names.name(
      &snapshot, question.needs, owners: owners, root: reader.procRoot)
    if !isCurrent { owners.outdate() }
    return snapshot
  }
}
