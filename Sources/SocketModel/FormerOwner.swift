/// Who had a connection that has ended, as the event of its end tells.
public struct FormerOwner: Hashable, Sendable {
  public let process: ConnectionEvent.Process
  /// When it had it, as nanoseconds of the monotonic clock.
  public let time: UInt64

  public init(_ process: ConnectionEvent.Process, at time: UInt64) {
    self.process = process
    self.time = time
  }

  /// Nil where nobody knows, or the one who is known is its listener's owner.
  public init?(_ event: ConnectionEvent) {
    guard let (process, source) = event.owner else { return nil }
    switch source {
    case .connect, .accept: self.init(process, at: event.opened ?? event.time)
    case .close, .seen: self.init(process, at: event.time)
    case .listener: return nil
    }
  }

  /// The same in clock ticks, in which the starts of processes are told (`USER_HZ`).
  fileprivate var ticks: UInt64 { time / 10_000_000 }
}

extension SnapshotBuilder {
  /// Appends a row of which nothing else is known but who had it, where that is.
  public mutating func append(_ socket: Socket, of owner: FormerOwner?) {
    append(socket)
    guard let owner, !owners.isEmpty else { return }
    let process = key(of: owner)
    owners[count - 1] = RowOwners(
      .known, slot: ownerIndex.append([Owner(process, descriptors: [])]))
  }

  /// It is the process that has the pid now where that had begun by then.
  private mutating func key(of owner: FormerOwner) -> ProcessKey {
    let (pid, name) = (owner.process.pid, owner.process.name)
    if let present = names.processes[pid] {
      let isSame =
        present.startTime == 0 ? present.name == name : present.startTime <= owner.ticks
      if isSame { return ProcessKey(pid) }
    } else if !ownerIndex.hasSeen(pid) {
      names.processes[pid] = ProcessName(name: name)
      return ProcessKey(pid)
    }
    return names.addFormer(pid, ProcessName(name: name))
  }
}
