/// What sockets are grouped by in `stats --by`.
public enum Grouping: String, Sendable, CaseIterable {
  case process, pid, user, service, state, unit, container, cgroup, netns, verdict
  case localPort = "local_port"
  case remoteAddress = "remote_address"

  /// The one name, as in the vocabulary of fields.
  public var name: String { rawValue }

  /// What must be known of the rows.
  public var needs: Projection {
    switch self {
    case .process, .pid: [.owners, .processNames, .userNames]
    case .user: .userNames
    case .unit: Field.unit.needs
    case .container: Field.container.needs
    case .cgroup: Field.cgroup.needs
    case .netns: .namespace
    case .verdict: Field.verdict.needs
    case .service, .localPort, .remoteAddress, .state: []
    }
  }

  /// The listening sockets that must be known, whichever rows are grouped: a service is the port of one.
  public var listeners: Pushdown { self == .service ? .everything : .nothing }
}

/// Sockets that have something in common, and the sums over them.
public struct SocketGroup: Hashable, Sendable {
  /// What they have in common.
  public enum Key: Hashable, Sendable {
    /// The name of the first owner; empty for a process without one.
    case process([UInt8])
    /// The first owner, where its name could not be read.
    case pid(Int32)
    /// The first owner, whatever its name.
    case owner(ProcessKey)
    /// Owners that may not be seen; the rows' user.
    case hidden(uid: UInt32?)
    case nobody
    /// No process holds a descriptor.
    case unheld
    case kernel
    case ownersNotAsked
    /// Nil where the kernel does not say.
    case user(UInt32?)
    case port(UInt16, SocketKind)
    case address(IPAddress)
    case state(TCPState, SocketKind)
    /// A network namespace, by its inode.
    case namespace(UInt64)
    /// Of a unit, a container or a cgroup, by its name.
    case named([UInt8])
    /// Of a cgroup without a name.
    case numbered(UInt64)
    /// Of no unit, container or cgroup.
    case unnamed
    /// Of one that cannot be known.
    case unknown
  }

  /// One for each of what they were grouped by.
  public let keys: [Key]
  public fileprivate(set) var count = 0
  /// Bytes not read and not acknowledged. What a listener's queues hold are connections: these are
  /// left out.
  public fileprivate(set) var receiveQueue: UInt64 = 0
  public fileprivate(set) var sendQueue: UInt64 = 0
  /// Payload bytes; nil where no row tells them.
  public fileprivate(set) var txBytes: UInt64?
  public fileprivate(set) var rxBytes: UInt64?
}

extension Listing {
  /// The rows shown, each in one group, the largest group first.
  public func grouped(by groupings: [Grouping]) -> [SocketGroup] {
    let served = groupings.contains(.service) ? snapshot.servedPorts : []
    // Each key has a number, and so has each run of keys from the first on, in the order of their first
    // rows: that of the whole run is the group's place.
    var numbers: [[SocketGroup.Key: Int]] = Array(repeating: [:], count: groupings.count)
    var runs: [[Run: Int]] = Array(repeating: [:], count: groupings.count)
    var groups: [SocketGroup] = []
    var keys: [SocketGroup.Key] = []
    for index in rows {
      let row = snapshot[index]
      keys.removeAll(keepingCapacity: true)
      var run = 0
      for (place, grouping) in groupings.enumerated() {
        let key = key(row, grouping, served)
        keys.append(key)
        let number = numbers[place].number(of: key)
        run = place == 0 ? number : runs[place].number(of: Run(shorter: run, next: number))
      }
      if run == groups.count { groups.append(SocketGroup(keys: keys)) }
      groups[run].add(row)
    }
    // The first row of a group is where the listing's order put it: equals keep that order.
    return groups.enumerated().sorted { ($0.1.count, $1.0) > ($1.1.count, $0.0) }.map { $0.1 }
  }

  private struct Run: Hashable {
    let shorter: Int
    let next: Int
  }

  private func key(
    _ row: Row, _ grouping: Grouping, _ served: Set<ServedPort>
  ) -> SocketGroup.Key {
    let socket = row.socket
    let local = SocketGroup.Key.port(socket.local.port, socket.kind)
    let hasPorts = socket.kind.isInternet && socket.kind != .raw
    switch grouping {
    case .localPort where !hasPorts, .service where !hasPorts,
      .remoteAddress where !socket.kind.isInternet:
      return .unnamed
    case .process:
      return ownerKey(row) { process in
        snapshot.names.process(process).map { .process($0.name) } ?? .pid(process.pid)
      }
    case .pid: return ownerKey(row) { .owner($0) }
    case .user: return .user(socket.uid)
    case .localPort: return local
    case .remoteAddress: return .address((socket.remote.address ?? .unspecified(.ipv4)).unmapped)
    case .state: return .state(socket.state, socket.kind)
    case .unit: return nameKey(Field.unit.value(of: row))
    case .container: return nameKey(Field.container.value(of: row))
    case .cgroup:
      if let id = row.cgroup, snapshot.names.cgroups[id] == nil { return .numbered(id) }
      return nameKey(row.partOfCgroup({ $0.path }, { .cgroup($0) }))
    case .verdict: return nameKey(Field.verdict.value(of: row))
    case .netns: return row.namespace.inode.map { .namespace($0) } ?? .unknown
    case .service:
      if !socket.isConnected || served.contains(ServedPort(socket)) { return local }
      return .port(socket.remote.port, socket.kind)
    }
  }

  private func nameKey(_ value: Value) -> SocketGroup.Key {
    switch value {
    case .name(let thing): snapshot.names.bytes(thing).map { .named($0) } ?? .unnamed
    case .unknown: .unknown
    case .absent, .number, .flag, .address, .word, .text, .descriptors, .owners: .unnamed
    }
  }

  private func ownerKey(
    _ row: Row, _ key: (ProcessKey) -> SocketGroup.Key
  ) -> SocketGroup.Key {
    switch row.ownerStatus {
    case .notAsked: return .ownersNotAsked
    case .none: return .nobody
    case .unheld: return .unheld
    case .kernel: return .kernel
    case .hidden: return .hidden(uid: row.socket.uid)
    case .known, .partial, .queued:
      return row.firstProcess.map(key) ?? .hidden(uid: nil)
    }
  }
}

extension Dictionary where Value == Int {
  /// What is new gets the next number.
  fileprivate mutating func number(of key: Key) -> Int {
    if let known = self[key] { return known }
    let next = count
    self[key] = next
    return next
  }
}

/// A port that somebody listens on.
private struct ServedPort: Hashable {
  let port: UInt16
  let kind: SocketKind
  let namespace: UInt16

  init(_ socket: Socket) {
    port = socket.local.port
    kind = socket.kind
    namespace = socket.namespace
  }
}

extension Snapshot {
  /// Whether or not the listeners are among the rows.
  fileprivate var servedPorts: Set<ServedPort> {
    var served = Set(listeners.map(ServedPort.init))
    for socket in sockets where socket.isListening { served.insert(ServedPort(socket)) }
    return served
  }
}

extension SocketGroup {
  fileprivate init(keys: [Key]) { self.keys = keys }

  fileprivate mutating func add(_ row: Row) {
    let socket = row.socket
    count += 1
    if !socket.isListener {
      receiveQueue &+= UInt64(socket.receiveQueue)
      sendQueue &+= UInt64(socket.sendQueue)
    }
    guard let info = row.tcpInfo else { return }
    if let bytes = info.payloadSent { txBytes = (txBytes ?? 0) &+ bytes }
    if let bytes = info.payloadReceived(in: socket.state) { rxBytes = (rxBytes ?? 0) &+ bytes }
  }
}
