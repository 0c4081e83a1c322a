import SocketModel

/// What a term asks of a row's owners. It is the one kind of test whose answer may be unknown: an
/// owner is hidden, or was not asked for.
enum OwnerTest: Hashable, Sendable {
  case status([OwnerStatus])
  /// Any descriptor of any owner.
  case descriptors(NumberSet)
  /// Any owner.
  case process(ProcessTest)

  var needs: Projection {
    switch self {
    case .status, .descriptors: .owners
    case .process(let test): test.needs
    }
  }

  func answer(_ row: Row) -> Answer {
    switch self {
    case .status(let statuses):
      let status = row.ownerStatus
      return status == .notAsked ? .cantTell : Answer(statuses.contains(status))
    case .descriptors(let set):
      if let answer = Self.answerWithoutOwners(row) { return answer }
      var isMet = false
      row.snapshot.ownerIndex.forEachRecord(at: row.ownerSlot) { _, descriptor in
        if set.contains(UInt64(max(descriptor, 0))) { isMet = true }
      }
      return Answer(isMet)
    case .process(let test):
      if let answer = Self.answerWithoutOwners(row) { return answer }
      let snapshot = row.snapshot
      // So it is with most.
      if let (pid, others) = row.firstOwner, others == 0 { return test.answer(pid, in: snapshot) }
      var answer = Answer.no
      snapshot.ownerIndex.forEachProcess(at: row.ownerSlot) { pid in
        answer = max(answer, test.answer(pid, in: snapshot))
      }
      return answer
    }
  }

  /// The answer where no owner is known; nil where one is.
  private static func answerWithoutOwners(_ row: Row) -> Answer? {
    switch row.ownerStatus {
    case .none: return .no
    case .notAsked, .hidden: return .cantTell
    case .known, .queued:
      if row.firstPID != nil { return nil }
      // Queued, and nobody was seen to hold a listener that it may wait at.
      return row.snapshot.hiddenCause == nil ? .no : .cantTell
    }
  }

  /// The same test with each process judged once, for use on many rows of one snapshot.
  func prepared(for snapshot: Snapshot) -> OwnerTest {
    switch self {
    case .status, .descriptors: self
    case .process(let test): .process(test.prepared(for: snapshot))
    }
  }
}

/// What a term asks of one process.
enum ProcessTest: Hashable, Sendable {
  case pids(NumberSet)
  case name([Glob])
  case command([Glob])
  /// What `name` or `command` answers for each process, worked out beforehand.
  case judged([Int32: Answer])

  var needs: Projection {
    switch self {
    case .pids, .judged: .owners
    // The base name of the first argument is a name as well.
    case .name: Field.process.needs.union(.commands)
    case .command: Field.command.needs
    }
  }

  func answer(_ pid: Int32, in snapshot: Snapshot) -> Answer {
    switch self {
    case .pids(let set): Answer(pid >= 0 && set.contains(UInt64(pid)))
    case .judged(let answers): answers[pid] ?? Self.unnamed(in: snapshot)
    case .name(let globs):
      snapshot.names.processes[pid].map { $0.answer(name: globs) } ?? Self.unnamed(in: snapshot)
    case .command(let globs):
      snapshot.names.processes[pid].map { $0.answer(command: globs) }
        ?? Self.unnamed(in: snapshot)
    }
  }

  /// A process that was seen and has no name has ended since; without rights it may only be hidden.
  private static func unnamed(in snapshot: Snapshot) -> Answer {
    snapshot.hiddenCause?.isExceptional ?? true ? .no : .cantTell
  }

  func prepared(for snapshot: Snapshot) -> ProcessTest {
    switch self {
    case .pids, .judged: self
    case .name(let globs):
      .judged(snapshot.names.processes.mapValues { $0.answer(name: globs) })
    case .command(let globs):
      .judged(snapshot.names.processes.mapValues { $0.answer(command: globs) })
    }
  }
}

extension Glob {
  /// By its name or the base name of its first argument; a pattern with a `/` by the first argument
  /// itself. The kernel cuts names at 15 bytes.
  func matches(_ process: ProcessName) -> Bool {
    if matches(process.name) { return true }
    if isPath {
      return process.command?.split(separator: 0, maxSplits: 1).first.map { matches($0) } ?? false
    }
    if let program = process.program { return matches(program) }
    return isPlain && process.name.count == 15 && begins(with: process.name)
  }
}

extension ProcessName {
  fileprivate func answer(name globs: [Glob]) -> Answer {
    Answer(globs.contains { $0.matches(self) })
  }

  /// Against the arguments joined by spaces.
  fileprivate func answer(command globs: [Glob]) -> Answer {
    guard let command else { return .no }
    let line = Self.joined(command)
    return Answer(globs.contains { $0.matches(line) })
  }
}
