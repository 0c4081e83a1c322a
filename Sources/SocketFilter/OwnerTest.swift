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
      var answer = Self.answerOfUnseen(row)
      row.snapshot.ownerIndex.forEachRecord(at: row.ownerSlot) { _, descriptor in
        if let descriptor, set.contains(UInt64(max(descriptor, 0))) { answer = .yes }
      }
      return answer
    case .process(let test):
      if let answer = Self.answerWithoutOwners(row) { return answer }
      let snapshot = row.snapshot
      let unseen = Self.answerOfUnseen(row)
      // So it is with most.
      if let (process, others) = row.firstOwner, others == 0 {
        return max(unseen, test.answer(process, in: snapshot))
      }
      var answer = unseen
      snapshot.ownerIndex.forEachProcess(at: row.ownerSlot) { process in
        answer = max(answer, test.answer(process, in: snapshot))
      }
      return answer
    }
  }

  /// The answer where no owner is known; nil where one is.
  private static func answerWithoutOwners(_ row: Row) -> Answer? {
    switch row.ownerStatus {
    case .none, .unheld, .kernel: return .no
    case .notAsked, .hidden: return .cantTell
    case .known, .partial, .queued:
      if row.firstPID != nil { return nil }
      // Queued, and nobody was seen to hold a listener that it may wait at.
      return row.snapshot.hiddenCause == nil ? .no : .cantTell
    }
  }

  /// What those that may hold it beside the ones that were seen would answer.
  private static func answerOfUnseen(_ row: Row) -> Answer {
    row.ownerStatus.mayHaveOthers ? .cantTell : .no
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
  case exeDeleted([Bool])
  /// What `name` or `command` answers for each process, worked out beforehand; nil for one without a
  /// name.
  case judged([ProcessKey: Answer])

  var needs: Projection {
    switch self {
    case .pids, .judged: .owners
    // The base name of the first argument is a name as well.
    case .name: Field.process.needs.union(.commands)
    case .command: Field.command.needs
    case .exeDeleted: Field.exeDeleted.needs
    }
  }

  func answer(_ process: ProcessKey, in snapshot: Snapshot) -> Answer {
    switch self {
    case .pids(let set): Answer(process.pid >= 0 && set.contains(UInt64(process.pid)))
    case .judged(let answers): answers[process] ?? Self.answer(unnamed: process, in: snapshot)
    case .name(let globs):
      snapshot.names.process(process).map { $0.answer(name: globs) }
        ?? Self.answer(unnamed: process, in: snapshot)
    case .command(let globs):
      snapshot.names.process(process).map { $0.answer(command: globs) }
        ?? Self.answer(unnamed: process, in: snapshot)
    case .exeDeleted(let flags):
      snapshot.names.process(process).map {
        $0.exeIsDeleted.map { Answer(flags.contains($0)) } ?? .cantTell
      } ?? Self.answer(unnamed: process, in: snapshot)
    }
  }

  /// A process that was seen and has no name has ended since, unless its name could not be read;
  /// without rights it may only be hidden.
  private static func answer(unnamed process: ProcessKey, in snapshot: Snapshot) -> Answer {
    if snapshot.names.unreadProcesses?.pids.contains(process.pid) ?? false { return .cantTell }
    return snapshot.hiddenCause?.isExceptional ?? true ? .no : .cantTell
  }

  func prepared(for snapshot: Snapshot) -> ProcessTest {
    switch self {
    case .pids, .exeDeleted, .judged: self
    case .name(let globs): .judged(snapshot.names.judged { $0.answer(name: globs) })
    case .command(let globs): .judged(snapshot.names.judged { $0.answer(command: globs) })
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
    if globs.contains(where: { $0.matches(self) }) { return .yes }
    return commandIsUnread ? .cantTell : .no
  }

  /// Against the arguments joined by spaces.
  fileprivate func answer(command globs: [Glob]) -> Answer {
    guard let command else { return commandIsUnread ? .cantTell : .no }
    let line = Self.joined(command)
    return Answer(globs.contains { $0.matches(line) })
  }
}
