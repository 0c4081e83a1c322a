/// What sockets are grouped by in `stats --by`.
public enum Grouping: String, Sendable, CaseIterable {
  case process, user, service, state
  case localPort = "local_port"
  case remoteAddress = "remote_address"

  /// The one name, as in the vocabulary of fields.
  public var name: String { rawValue }

  /// What a Question must ask for; `service` needs the rows of the listeners as well.
  public var needs: Needs {
    switch self {
    case .process: [.owners, .processNames, .userNames]
    case .user: .userNames
    case .service, .localPort, .remoteAddress, .state: []
    }
  }
}

/// Sockets that have something in common, and the sums over them.
public struct SocketGroup: Hashable, Sendable {
  /// What they have in common.
  public enum Key: Hashable, Sendable {
    /// The name of the first owner; empty for a process without one.
    case process([UInt8])
    /// The first owner, where its name could not be read.
    case pid(Int32)
    /// Owners that may not be seen; the rows' user.
    case hidden(uid: UInt32?)
    case nobody
    case ownersNotAsked
    /// Nil where the kernel does not say.
    case user(UInt32?)
    case port(UInt16, TransportProtocol)
    case address(IPAddress)
    case state(TCPState, TransportProtocol)
  }

  public let key: Key
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
  public func grouped(by grouping: Grouping) -> [SocketGroup] {
    let served = grouping == .service ? servedPorts : []
    var positions: [SocketGroup.Key: Int] = [:]
    var groups: [SocketGroup] = []
    for row in rows {
      let key = key(Int(row), grouping, served)
      let position = positions[key] ?? groups.count
      if position == groups.count {
        positions[key] = position
        groups.append(SocketGroup(key: key))
      }
      groups[position].add(Int(row), of: snapshot)
    }
    // The first row of a group stands where the listing's order put it: equals keep that order.
    return groups.enumerated().sorted { ($0.1.count, $1.0) > ($1.1.count, $0.0) }.map { $0.1 }
  }

  private func key(
    _ row: Int, _ grouping: Grouping, _ served: Set<SocketGroup.Key>
  ) -> SocketGroup.Key {
    let socket = snapshot.sockets[row]
    let local = SocketGroup.Key.port(socket.local.port, socket.transport)
    switch grouping {
    case .process: return ownerKey(row)
    case .user: return .user(socket.uid)
    case .localPort: return local
    case .remoteAddress: return .address(socket.remote.address)
    case .state: return .state(socket.state, socket.transport)
    case .service:
      if !socket.isConnected || served.contains(local) { return local }
      return .port(socket.remote.port, socket.transport)
    }
  }

  private func ownerKey(_ row: Int) -> SocketGroup.Key {
    switch snapshot.ownerStatus(row) {
    case .notAsked: return .ownersNotAsked
    case .none: return .nobody
    case .hidden: return .hidden(uid: snapshot.sockets[row].uid)
    case .known, .queued:
      guard let (pid, _) = snapshot.firstOwner(row) else { return .hidden(uid: nil) }
      return snapshot.names.processes[pid].map { .process($0.name) } ?? .pid(pid)
    }
  }

  /// The ports that somebody serves here, whether or not the listener is among the rows shown.
  private var servedPorts: Set<SocketGroup.Key> {
    snapshot.sockets.reduce(into: []) { ports, socket in
      if socket.isListening { ports.insert(.port(socket.local.port, socket.transport)) }
    }
  }
}

extension SocketGroup {
  fileprivate init(key: Key) { self.key = key }

  fileprivate mutating func add(_ row: Int, of snapshot: Snapshot) {
    let socket = snapshot.sockets[row]
    count += 1
    if socket.transport == .udp || socket.state != .listening {
      receiveQueue &+= UInt64(socket.receiveQueue)
      sendQueue &+= UInt64(socket.sendQueue)
    }
    guard let info = snapshot.tcpInfo(row) else { return }
    if let bytes = info.payloadSent { txBytes = (txBytes ?? 0) &+ bytes }
    if let bytes = info.payloadReceived(in: socket.state) { rxBytes = (rxBytes ?? 0) &+ bytes }
  }
}
