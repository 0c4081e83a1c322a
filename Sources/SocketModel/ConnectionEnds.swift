/// What the other rows of a snapshot say of a connection: whether a listener took it, and what is at its
/// other end.
public struct ConnectionEnds: Hashable, Sendable {
  /// A listener of its network namespace takes connections at its local end.
  public var isIncoming = false
  /// The other end is on this host.
  public var isPeerLocal = false
  /// The inode of the socket at the other end; 0 where that is not known, or has none.
  public var peerInode: UInt64 = 0

  static let unknown = ConnectionEnds()
}

/// Connections by their ends, to find the other end of each.
public struct OtherEnds {
  /// As the other end writes them: one side may be IPv4 and the other v4-mapped.
  private struct Pair: Hashable {
    let kind: SocketKind
    let local: Endpoint
    let remote: Endpoint

    init(_ kind: SocketKind, _ local: Endpoint, _ remote: Endpoint) {
      (self.kind, self.local, self.remote) = (kind, local.unmapped, remote.unmapped)
    }
  }

  private let sockets: [Socket]
  private var first: [Pair: Int] = [:]
  /// For each the next one with the same ends, in another network namespace or on another interface.
  private var next: [Int?]

  public init(_ sockets: [Socket]) {
    self.sockets = sockets
    next = Array(repeating: nil, count: sockets.count)
    first.reserveCapacity(sockets.count)
    for (index, socket) in sockets.enumerated() where socket.hasOtherEnd {
      let pair = Pair(socket.kind, socket.local, socket.remote)
      next[index] = first.updateValue(index, forKey: pair)
    }
  }

  /// The position of the socket at the other end; nil where there is none, or several may be it. One in
  /// another network namespace is it only where nobody else has the same ends, on either side; loopback
  /// leads to no other namespace.
  public func index(of socket: Socket) -> Int? {
    guard socket.hasOtherEnd else { return nil }
    let others = all(Pair(socket.kind, socket.remote, socket.local))
    let near = others.filter { sockets[$0].namespace == socket.namespace }
    if !near.isEmpty { return near.count == 1 ? near[0] : nil }
    guard others.count == 1, socket.remote.address?.unmapped.isLoopback == false,
      all(Pair(socket.kind, socket.local, socket.remote)).count <= 1
    else { return nil }
    return others[0]
  }

  public subscript(index: Int) -> Socket { sockets[index] }

  private func all(_ pair: Pair) -> [Int] {
    var found: [Int] = []
    var position = first[pair]
    while let index = position {
      found.append(index)
      position = next[index]
    }
    return found
  }
}

extension Socket {
  /// Whether it is connected to another socket of the internet: one that is connected to itself is its own
  /// other end.
  fileprivate var hasOtherEnd: Bool {
    local.isIP && remote.port != 0 && local.unmapped != remote.unmapped
  }

  /// Whether both have the same ends, in this order or in the other.
  public func hasEnds(of other: Socket) -> Bool {
    guard kind == other.kind else { return false }
    let (one, two) = (local.unmapped, remote.unmapped)
    return one == other.local.unmapped && two == other.remote.unmapped
      || one == other.remote.unmapped && two == other.local.unmapped
  }

  /// Whether a listener takes connections at the local end of this one. None took what is being opened
  /// from here.
  fileprivate func wasTaken(by listener: Socket) -> Bool {
    guard listener.namespace == namespace, [0, interface].contains(listener.interface) else {
      return false
    }
    let (own, end) = (listener.local, local)
    if own.unmapped.addressOnly == end.unmapped.addressOnly { return true }
    guard own.isUnspecified else { return false }
    if own.kind == end.kind { return end.unmapped.kind == end.kind || listener.v6Only != .yes }
    return own.kind == .ipv6 && listener.v6Only == .no
  }

  fileprivate var mayBeTaken: Bool {
    kind == .tcp && remote.port != 0 && !isListening && state != .synSent && state != .bound
      && state != .closed
  }
}

extension SnapshotBuilder {
  /// Finds out for each row whether a listener took it, and its other end.
  ///
  /// `others` are the connections of all network namespaces that are asked about, also those that are no
  /// row, `listeners` theirs, and `addresses` the addresses of each as far as they are known.
  public mutating func joinEnds(
    _ others: [Socket], listeners: [Socket], addresses: [UInt16: Set<IPAddress>]
  ) {
    let ends = OtherEnds(others)
    let byPort = Dictionary(
      grouping: listeners.lazy.filter { $0.isListener && $0.kind == .tcp }, by: \.local.port)
    connections = table.sockets.map { socket in
      var found = ConnectionEnds()
      guard socket.isConnected, let remote = socket.remote.address?.unmapped else { return found }
      if socket.mayBeTaken, let listeners = byPort[socket.local.port] {
        found.isIncoming = listeners.contains { socket.wasTaken(by: $0) }
      }
      let peer = ends.index(of: socket)
      if let peer { found.peerInode = ends[peer].inode }
      // The same link-local address may be on another host as well.
      let isOwn = !remote.isLinkLocal && addresses[socket.namespace]?.contains(remote) ?? false
      found.isPeerLocal = peer != nil || remote.isLoopback || isOwn
      return found
    }
  }
}

// MARK: What a row says of them

extension Row {
  private var ends: ConnectionEnds {
    snapshot.connections.isEmpty ? .unknown : snapshot.connections[index]
  }

  /// The inode of the socket at the other end; nil where that is not known.
  var peerInode: UInt64? {
    if let inode = socket.peerInode { return inode }
    let inode = ends.peerInode
    return inode == 0 ? nil : inode
  }

  /// The process with the lowest pid that holds the other end; nil where it is not known.
  public var peerProcess: ProcessKey? {
    guard let peer = peerInode, !snapshot.owners.isEmpty else { return nil }
    let index = snapshot.ownerIndex
    return index.firstProcess(at: index.slot(inode: peer))
  }

  /// What is known of that process: who holds the other end may be hidden.
  func ofPeer(_ value: (ProcessKey) -> Value) -> Value {
    if let process = peerProcess { return value(process) }
    let mayBeHidden = snapshot.owners.isEmpty || snapshot.hiddenCause != nil
    return peerInode != nil && mayBeHidden ? .unknown : .absent
  }

  var direction: ShortText? {
    socket.isListening ? Direction.listen : ends.isIncoming ? Direction.incoming : nil
  }

  /// Whether the other end is known to be on this host.
  var isPeerLocal: Bool { ends.isPeerLocal || socket.peerInode != nil }
}

/// The words of the field.
enum Direction {
  static let listen: ShortText = "listen"
  static let incoming: ShortText = "in"
}
