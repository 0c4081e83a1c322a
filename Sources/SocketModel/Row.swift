/// One row of a snapshot, with all that is known of it.
public struct Row: Sendable {
  public let snapshot: Snapshot
  public let index: Int

  @inlinable
  init(_ snapshot: Snapshot, _ index: Int) {
    self.snapshot = snapshot
    self.index = index
  }

  @inlinable public var socket: Socket { snapshot.sockets[index] }
}

extension Snapshot {
  /// `index` is below `count`.
  @inlinable public subscript(index: Int) -> Row { Row(self, index) }

  @inlinable public subscript(index: UInt32) -> Row { Row(self, Int(index)) }
}

// MARK: Owners

extension Row {
  private var held: RowOwners { snapshot.owners.isEmpty ? .notAsked : snapshot.owners[index] }

  public var ownerStatus: OwnerStatus { held.status }

  /// Where the owners are in the snapshot's index.
  public var ownerSlot: OwnerIndex.Slot { held.slot }

  /// The lowest pid; nil where no owner is known.
  public var firstPID: Int32? { snapshot.ownerIndex.firstPID(at: held.slot) }

  /// The owner with the lowest pid; nil where none is known.
  public var firstProcess: ProcessKey? { snapshot.ownerIndex.firstProcess(at: held.slot) }

  /// The owner with the lowest pid and the number of others; nil where none is known.
  public var firstOwner: (process: ProcessKey, others: Int)? {
    snapshot.ownerIndex.first(at: held.slot)
  }

  /// The name of the process with the lowest pid, as text; nil where it is not known.
  public var ownerName: String? {
    firstProcess.flatMap { snapshot.names.process($0) }.map {
      String(decoding: $0.name, as: UTF8.self)
    }
  }

  /// All of them, by pid.
  public var owners: [Owner] { snapshot.ownerIndex.owners(at: held.slot) }
}

// MARK: What netlink alone tells

extension Row {
  /// Nil where it was not asked for, or the row has none.
  public var tcpInfo: TCPInfo? {
    snapshot.details.hasTCPInfo(index) ? TCPInfo(snapshot.details, index) : nil
  }

  public func number(_ member: TCPInfoMember) -> UInt64? {
    snapshot.details.info(member.place, of: index)
  }

  public func number(_ member: MemoryMember) -> UInt64? {
    snapshot.details.memory(member.place, of: index)
  }

  /// Payload bytes sent and received: see `TCPInfo`.
  var payload: (sent: UInt64?, received: UInt64?) {
    let info = TCPInfo(snapshot.details, index)
    return (info.payloadSent, info.payloadReceived(in: socket.state))
  }

  /// An attribute that is a number of `width` bytes: 1, 2, 4 or 8.
  public func number(_ attribute: SocketAttribute, width: Int) -> UInt64? {
    snapshot.details.number(attribute, width: width, of: index)
  }

  public func text(_ attribute: SocketAttribute) -> ShortText? {
    snapshot.details.text(attribute, of: index)
  }

  /// The id of the cgroup (v2) that the socket was made in. None of TIME_WAIT.
  public var cgroup: UInt64? {
    if snapshot.cgroups.isEmpty { return number(.cgroup, width: 8) }
    let id = snapshot.cgroups[index]
    return id == 0 ? nil : id
  }

  /// What that is called; nil where it is gone, or in no tree that can be seen.
  public var cgroupName: CgroupName? { cgroup.flatMap { snapshot.names.cgroups[$0] } }

  /// Whether something of its cgroup is shown with its owner, which may be hidden.
  public var showsCgroup: Bool {
    held.status == .hidden || held.slot != OwnerIndex.none
  }

  /// Whether it was made in some cgroup, and nobody knows in which.
  public var hasUnknownCgroup: Bool {
    if case .unknown = partOfCgroup({ $0.path }, { .cgroup($0) }) { true } else { false }
  }

  /// A unit or a container of its cgroup. What is in TIME_WAIT or is a request yet has none; any other
  /// socket was made in some cgroup.
  func partOfCgroup(
    _ part: (CgroupName) -> String?, _ thing: (UInt64) -> NamedThing
  ) -> Value {
    guard let id = cgroup else {
      return socket.state == .timeWait || socket.state == .synReceived ? .absent : .unknown
    }
    guard let name = snapshot.names.cgroups[id] else { return .unknown }
    return part(name) == nil ? .absent : .name(thing(id))
  }

  /// Nil where it was not asked for, or the source does not count.
  public var traffic: SocketTraffic? {
    if !snapshot.traffic.isEmpty { return snapshot.traffic[index] }
    return tcpInfo.map { SocketTraffic($0, in: socket.state) }
  }
}
