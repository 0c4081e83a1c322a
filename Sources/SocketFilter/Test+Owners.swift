import SocketModel

extension Test {
  /// Yes where one of the owners meets it; can't tell where an owner is hidden or was not asked.
  func ownerAnswer(_ row: Int, of snapshot: Snapshot) -> Answer {
    let status = snapshot.ownerStatus(row)
    if case .ownerStatus(let statuses) = self {
      return status == .notAsked ? .cantTell : Answer(statuses.contains(status))
    }
    switch status {
    case .none: return .no
    case .notAsked, .hidden: return .cantTell
    case .known, .queued: break
    }
    guard let (pid, others) = snapshot.firstOwner(row) else {
      // Queued where no listener is held by anybody that was seen.
      return snapshot.hiddenCause == nil ? .no : .cantTell
    }
    if case .descriptors(let set) = self {
      return Answer(
        snapshot.owners(row).contains { owner in
          owner.descriptors.contains { set.contains(UInt64(max($0, 0))) }
        })
    }
    if others == 0 { return answer(pid, in: snapshot) }
    return snapshot.owners(row).reduce(.no) { max($0, answer($1.pid, in: snapshot)) }
  }

  private func answer(_ pid: Int32, in snapshot: Snapshot) -> Answer {
    if case .pids(let set) = self { return Answer(pid >= 0 && set.contains(UInt64(pid))) }
    if case .judged(let answers) = self { return answers[pid] ?? Self.unnamed(in: snapshot) }
    return snapshot.names.processes[pid].map(answer) ?? Self.unnamed(in: snapshot)
  }

  /// A process that was seen and has no name has ended since; without rights it may only be hidden.
  private static func unnamed(in snapshot: Snapshot) -> Answer {
    snapshot.hiddenCause?.isExceptional ?? true ? .no : .cantTell
  }

  private func answer(_ process: ProcessName) -> Answer {
    switch self {
    case .process(let globs): Answer(globs.contains { $0.matches(process) })
    case .command(let globs): process.answer(command: globs)
    default: .no
    }
  }

  /// The same test with each process judged once, for use on many rows of one snapshot.
  func prepared(for snapshot: Snapshot) -> Test {
    switch self {
    case .process, .command: .judged(snapshot.names.processes.mapValues(answer))
    default: self
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
  /// Against the arguments joined by blanks.
  fileprivate func answer(command globs: [Glob]) -> Answer {
    guard let command else { return .no }
    let line = command.last == 0 ? command.dropLast() : command[...]
    let text = line.map { $0 == 0 ? UInt8(ascii: " ") : $0 }
    return Answer(globs.contains { $0.matches(text) })
  }
}
