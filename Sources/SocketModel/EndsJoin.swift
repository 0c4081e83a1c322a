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
      found.isIncoming = socket.wasTaken(byOneOf: byPort)
      found.isOutgoing = socket.state == .synSent
      let peer = ends.index(of: socket)
      if let peer {
        found.peerInode = ends[peer].inode
        // Where listeners take connections at both, either end may have opened it.
        if ends[peer].wasTaken(byOneOf: byPort) {
          found.isOutgoing = !found.isIncoming
          found.isIncoming = false
        }
      }
      // The same link-local address may be on another host as well.
      let isOwn = !remote.isLinkLocal && addresses[socket.namespace]?.contains(remote) ?? false
      found.isPeerLocal = peer != nil || remote.isLoopback || isOwn
      return found
    }
  }
}

extension Socket {
  fileprivate func wasTaken(byOneOf listeners: [UInt16: [Socket]]) -> Bool {
    guard mayBeTaken, let listeners = listeners[local.port] else { return false }
    return listeners.contains { wasTaken(by: $0) }
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
    if socket.isListening { return Direction.listen }
    return ends.isIncoming ? Direction.incoming : ends.isOutgoing ? Direction.outgoing : nil
  }

  /// Whether a listener is known to have taken it.
  public var isIncoming: Bool { ends.isIncoming }

  /// Whether the other end is known to be on this host.
  var isPeerLocal: Bool { ends.isPeerLocal || socket.peerInode != nil }
}

/// The words of the field.
enum Direction {
  static let listen: ShortText = "listen"
  static let incoming: ShortText = "in"
  static let outgoing: ShortText = "out"
}
