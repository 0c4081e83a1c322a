/// The order of the table: what listens first, then by address, the same from run to run.
public enum SocketOrder {
  /// Sorts positions of rows.
  ///
  /// Each row becomes one number: rank, address and port of both ends (of an IPv6 row the leading
  /// bits), and its position among those sorted, of which there are fewer than 2^29. Two rows whose
  /// numbers agree in all but the position are compared in full.
  public static func sort(_ rows: inout [UInt32], of snapshot: Snapshot) {
    if snapshot.hasOtherKinds { return sortByKinds(&rows, of: snapshot) }
    sortPlain(&rows, of: snapshot)
  }

  /// TCP and UDP come first, then what has addresses as well, a kind after the other; then unix sockets by
  /// name, packet sockets by interface, and netlink by subsystem and port.
  private static func sortByKinds(_ rows: inout [UInt32], of snapshot: Snapshot) {
    let sockets = snapshot.sockets
    var parts = [[UInt32]](repeating: [], count: SocketKind.allCases.count)
    for row in rows {
      let kind = sockets[Int(row)].kind
      let part: SocketKind =
        switch kind.domain {
        case .internet: SocketKind.internet.contains(kind) ? .tcp : kind
        case .unix: .unixStream
        case .link: .packetRaw
        case .netlink: .netlink
        }
      parts[Int(part.rawValue)].append(row)
    }
    var sorted: [UInt32] = []
    for kind in [.tcp, .mptcp, .udpLite, .raw, .ping, .unixStream, .packetRaw, .netlink]
      as [SocketKind]
    {
      var part = parts[Int(kind.rawValue)]
      switch kind.domain {
      case .internet: sortPlain(&part, of: snapshot)
      case .unix: sortUnix(&part, of: snapshot)
      case .link, .netlink: part.sort { sockets[Int($0)].isBefore(sockets[Int($1)]) }
      }
      sorted += part
    }
    rows = sorted
  }

  private static func sortUnix(_ rows: inout [UInt32], of snapshot: Snapshot) {
    if rows.isEmpty { return }
    let sockets = snapshot.sockets
    let names = snapshot.names.unix.sorted { $0.value < $1.value }
    let ranks = Dictionary(
      names.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    func rank(_ end: Endpoint) -> Int { end.number.flatMap { ranks[$0] } ?? .max }
    let keys = rows.map { row in
      let socket = sockets[Int(row)]
      return (
        row: row, isConnected: socket.isListening ? 0 : 1, local: rank(socket.local),
        remote: rank(socket.remote), inode: socket.inode
      )
    }
    let sorted = keys.sorted {
      ($0.isConnected, $0.local, $0.remote, $0.inode)
        < ($1.isConnected, $1.local, $1.remote, $1.inode)
    }
    rows = sorted.map(\.row)
  }

  private static func sortPlain(_ rows: inout [UInt32], of snapshot: Snapshot) {
    let sockets = snapshot.sockets
    var keys = [UInt128](capacity: rows.count) { keys in
      for (position, row) in rows.enumerated() {
        keys.append(
          sockets[Int(row)].sortPrefix << positionBits | UInt128(truncatingIfNeeded: position))
      }
    }
    sort(&keys)
    let sorted = [UInt32](capacity: rows.count) { sorted in
      for key in keys { sorted.append(rows[Int(truncatingIfNeeded: key & positionMask)]) }
    }
    rows = sorted
    settleTies(&rows, keys, sockets)
  }

  /// The same rows with more among them. Those that are in order already stay so: where few are added
  /// that is a tenth of the time of sorting all.
  public static func adding(
    _ more: [UInt32], to sorted: [UInt32], of snapshot: Snapshot
  ) -> [UInt32] {
    if snapshot.hasOtherKinds {
      var all = sorted + more
      sort(&all, of: snapshot)
      return all
    }
    let sockets = snapshot.sockets
    var more = more
    sort(&more, of: snapshot)
    var all: [UInt32] = []
    all.reserveCapacity(sorted.count + more.count)
    var start = 0
    for row in more {
      let socket = sockets[Int(row)]
      var (place, end) = (start, sorted.count)
      while place < end {
        let middle = (place + end) / 2
        if socket.comesBefore(sockets[Int(sorted[middle])]) {
          end = middle
        } else {
          place = middle + 1
        }
      }
      all += sorted[start..<place]
      all.append(row)
      start = place
    }
    return all + sorted[start...]
  }

  /// A radix sort, from the lowest byte that differs to the highest. It keeps the order of equal
  /// bytes, and the positions ascend: they need not be sorted. Half the time of a comparing sort.
  private static func sort(_ keys: inout [UInt128]) {
    guard keys.count > 1000 else { return keys.sort() }
    let differing = keys.reduce(0) { $0 | ($1 ^ keys[0]) }
    var sorted = keys
    for shift in stride(from: positionBits, to: 128, by: 8)
    where UInt8(truncatingIfNeeded: differing &>> shift) != 0 {
      var next = [Int](repeating: 0, count: 256)
      for key in keys { next[Int(UInt8(truncatingIfNeeded: key &>> shift))] &+= 1 }
      var start = 0
      for byte in next.indices { (next[byte], start) = (start, start &+ next[byte]) }
      for key in keys {
        let byte = Int(UInt8(truncatingIfNeeded: key &>> shift))
        sorted[next[byte]] = key
        next[byte] &+= 1
      }
      swap(&keys, &sorted)
    }
  }

  private static let positionBits = UInt128(29)
  private static let positionMask = UInt128(1) << positionBits - 1

  private static func settleTies(_ rows: inout [UInt32], _ keys: [UInt128], _ sockets: [Socket]) {
    var start = 0
    for end in 1...max(1, keys.count)
    where end >= keys.count || keys[end] >> positionBits != keys[start] >> positionBits {
      if end - start > 1 {
        rows[start..<min(end, rows.count)].sort { sockets[Int($0)].precedes(sockets[Int($1)]) }
      }
      start = end
    }
  }
}

extension Socket {
  /// The first 99 bits that order two rows: 1 for connected, 1 for the protocol, 1 for the family,
  /// then as much of the ends as fits.
  @inlinable var sortPrefix: UInt128 {
    var prefix: UInt128 = isListening || state == .bound ? 0 : 1
    prefix = prefix << 1 | (kind.isDatagram ? 1 : 0)
    prefix = prefix << 1 | (local.kind == .ipv6 ? 1 : 0)
    guard local.kind == .ipv4 else {
      return prefix << 96 | UInt128(local.high) << 32 | UInt128(local.low >> 32)
    }
    prefix = prefix << 32 | UInt128(local.low)
    prefix = prefix << 16 | UInt128(local.port)
    prefix = prefix << 32 | UInt128(remote.low & 0xffff_ffff)
    return prefix << 16 | UInt128(remote.port)
  }

  /// The order of packet and of netlink sockets.
  fileprivate func isBefore(_ other: Socket) -> Bool {
    (subprotocol, local.number ?? 0, local.port, inode, cookie)
      < (other.subprotocol, other.local.number ?? 0, other.local.port, other.inode, other.cookie)
  }

  fileprivate func comesBefore(_ other: Socket) -> Bool {
    let (own, others) = (sortPrefix, other.sortPrefix)
    return own != others ? own < others : precedes(other)
  }

  /// Whether nothing that decides the order differs.
  public func hasSameOrder(as other: Socket) -> Bool {
    state == other.state && local == other.local && remote == other.remote
  }

  /// The full comparison, for rows whose prefixes agree.
  func precedes(_ other: Socket) -> Bool {
    if local != other.local { return local < other.local }
    if remote != other.remote { return remote < other.remote }
    if state != other.state { return state.rawValue < other.state.rawValue }
    return inode != other.inode ? inode < other.inode : cookie < other.cookie
  }
}
