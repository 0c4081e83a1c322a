internal import KernelFormats
internal import LinuxSystem
public import SocketModel

/// Answers a Question: reads sockets, looks up their owners, and joins both.
///
///     let snapshot = try SnapshotReader().read(Question(needs: [.owners, .processNames]))
public struct SnapshotReader: Sendable {
  /// Where sockets come from.
  public enum Sockets: Sendable {
    /// Netlink, and /proc where the kernel refuses it.
    case auto
    case proc
    case diag
  }

  /// How owners are looked up.
  public enum Owners: Sendable {
    /// A BPF iterator where that pays and works, else the links in /proc.
    case auto
    case proc
    case bpf
    case none
  }

  public var sockets = Sockets.auto
  public var owners = Owners.auto
  /// Another root than /proc forces /proc for sockets and owners.
  public var procRoot = Self.hostProc
  /// Gets every netlink message that is sent or received.
  public var recorder: DiagRecorder?

  static let hostProc = "/proc"

  public init() {}

  /// Reads once. Rows are as the kernel gave them, without those that the question rules out; the
  /// filter has yet to decide.
  public func read(_ question: Question) throws(SourceError) -> Snapshot {
    let time = Timestamp.now()
    let ticks = ProcessReader.now()
    let lookup = OwnerLookup(
      choice: question.needs.contains(.owners) ? owners : .none, root: procRoot)
    // Beside the dump a walk costs no time. It begins when the first rows are there: whoever holds
    // one of these is seen.
    var walk: OwnerLookup.Walk?
    var first: Set<UInt64>?
    let table = try readSockets(question) { sockets in
      if first != nil { return }
      walk = lookup.startWalk()
      first = lookup.walks ? Set(sockets.map(\.inode)) : []
    }
    var snapshot = Snapshot(table, time: time)
    guard lookup.isAsked else { return snapshot }
    snapshot.ownersSince = ticks
    let found = try lookup.finish(walk)
    snapshot.notices.append(found.notice)
    let listeners = snapshot.hasQueuedRows ? try readListeners(question, snapshot.sockets) : []
    snapshot.join(found.index, listeners: listeners, hiddenCause: found.hiddenCause)
    // What would be called nobody's deserves a second look.
    let certain = found.isWalk ? first ?? [] : []
    if found.isPrivileged && snapshot.hasUnheldRows(besides: certain) {
      let index = try lookup.lookAgain(after: found)
      snapshot.join(index, listeners: listeners, hiddenCause: found.hiddenCause)
    }
    if found.isWalk && snapshot.hasUnheldRows(), let cause = try lookup.causeAfterWalk() {
      snapshot.join(snapshot.ownerIndex, listeners: listeners, hiddenCause: cause)
    }
    if question.needs.contains(.processNames) {
      try nameProcesses(
        of: &snapshot, rows: Array(0..<UInt32(snapshot.sockets.count)),
        commands: question.needs.contains(.commands))
    }
    return snapshot
  }

  /// The rows of a recording, as if they had been read: without owners and names, and nobody knows
  /// where and when.
  public func replay(_ recording: [UInt8], _ question: Question) throws(SourceError) -> Snapshot {
    var snapshot = Snapshot(try Recording.replay(recording.span, question), time: .epoch)
    snapshot.host = ""
    return snapshot
  }

  /// `atFirst` is called as soon as there are rows; before that where they are read from /proc.
  func readSockets(
    _ question: Question, atFirst: ([Socket]) -> Void = { _ in }
  ) throws(SourceError) -> SocketTable {
    if sockets == .proc || procRoot != Self.hostProc {
      atFirst([])
      var table = try ProcSource(root: procRoot).read(question)
      table.notices.append(
        .remark("sockets are from \(ProcRoot.netFolder(ProcRoot.normalized(procRoot)))"))
      return table
    }
    do throws(SourceError) {
      var table = try DiagSource().read(question, recorder: recorder, atFirst: atFirst)
      table.notices.append(.remark("sockets are from netlink sock_diag"))
      return table
    } catch {
      // There is nothing of /proc to record.
      guard sockets == .auto, recorder == nil, case .refused(let reason) = error else {
        throw error
      }
      atFirst([])
      var table = try ProcSource(root: procRoot).read(question)
      table.notices.append(
        .remark("netlink sock_diag is refused (\(reason)); reading \(procRoot)/net instead"))
      return table
    }
  }

  /// The listeners that a connection may be queued at: all of them, where the question left some out.
  func readListeners(
    _ question: Question, _ sockets: [Socket]
  ) throws(SourceError) -> [Socket] {
    let isComplete =
      question.states.contains(.listening) && question.narrowing == .everything
      && question.families == .all
    if isComplete { return sockets.filter(\.isListening) }
    return try readSockets(Question(states: StateSet(.listening))).sockets
  }
}
