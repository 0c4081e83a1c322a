/// A socket that has a port, with what is known of it: the evidence for a finding about that port.
public struct PortSocket: Hashable, Sendable {
  public struct Process: Hashable, Sendable {
    public let pid: Int32
    /// As others chose it: escape before showing. Nil where it is not known.
    public let name: String?
    /// Of a docker-proxy.
    public let forwardsTo: IPEndpoint?
  }

  public let socket: Socket
  /// By pid.
  public let processes: [Process]
  public let ownerStatus: OwnerStatus
  /// By name, else by number; nil where nobody's.
  public let user: String?
  /// The unit that it was made in, and the container.
  public let unit: String?
  public let container: String?
  /// How its runtime ends that container, where it is one that the system made.
  public let containerOwner: CgroupOwner.Container?
  /// The interface that it is bound to, by name, else by number.
  public let interface: String?
  public let namespace: NetworkNamespace
  /// Connections that a listener rejected, datagrams that were lost; nil where the source does not count.
  public let drops: UInt64?

  public init(_ row: Row) {
    let names = row.snapshot.names
    let socket = row.socket
    self.socket = socket
    processes = row.owners.map { owner in
      let name = names.process(owner.process)
      return Process(
        pid: owner.pid, name: name.map { String(raw: $0.name) }, forwardsTo: name?.forwardsTo)
    }
    ownerStatus = row.ownerStatus
    user = socket.uid.map { names.users[$0] ?? "\($0)" }
    let cgroup = row.cgroupName
    unit = cgroup?.unit
    container = cgroup?.container
    containerOwner = cgroup.flatMap { CgroupOwner(path: $0.path).container }
    interface = socket.interfaceKey.map { names.interfaces[$0] ?? "\($0.index)" }
    namespace = row.namespace
    drops = row.number(MemoryMember.drops)
  }

  public var pids: [Int32] { processes.map(\.pid) }

  /// systemd's unit that made it for a service; nil for any other.
  public var socketUnit: String? {
    unit.flatMap { $0.hasSuffix(".socket") && !$0.contains("/") ? $0 : nil }
  }
}

extension Row {
  /// `812/sshd`; nil where no owner is known.
  public var ownerLabel: String? {
    firstPID.map { "\($0)" + (ownerName.map { "/\($0)" } ?? "") }
  }
}
