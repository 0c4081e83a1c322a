/// What the other rows of a snapshot say of a connection: whether a listener took it, and what is at its
/// other end.
public struct ConnectionEnds: Hashable, Sendable {
  /// A listener of its network namespace takes connections at its local end.
  public var isIncoming = false
  /// The same is so of its other end and not of this one, or it is being opened from here.
  public var isOutgoing = false
  /// The other end is on this host.
  public var isPeerLocal = false
  /// The inode of the socket at the other end; 0 where that is not known, or has none.
  public var peerInode: UInt64 = 0

  static let unknown = ConnectionEnds()

  /// Among inodes: what stands for that of a socket whose number nobody knows, and whose owner somebody
  /// does.
  static let unnumbered: UInt64 = 1 << 62
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
}
