/// What became of each row between two snapshots.
///
/// A row is the same one where its cookie is. Over /proc, which has none, it is where addresses,
/// protocol and inode agree. A connection that lost one of them on its way stays one row as well:
/// accepted (an inode in place of 0), closed by its program (0 in place of an inode), or in
/// TIME_WAIT under another cookie, as kernels before 6.9 have it.
public struct SnapshotChanges: Sendable {
  /// For each row of the newer snapshot its position in the older one; `none` where it is new.
  public private(set) var predecessors: [UInt32]
  /// Rows of the newer snapshot that were not there.
  public private(set) var opened: [UInt32] = []
  /// Rows of the newer snapshot whose state was another.
  public private(set) var changed: [UInt32] = []
  /// Rows of the older snapshot that are gone.
  public private(set) var closed: [UInt32] = []

  public static let none = UInt32.max

  /// `older` may hold more rows than count: those past `olderCount` are left out. With
  /// `ignoringCookies` rows are told apart as over /proc.
  public init(
    from older: Snapshot, count olderCount: Int? = nil, to newer: borrowing SnapshotBuilder,
    ignoringCookies: Bool = false
  ) {
    func rows(_ sockets: [Socket]) -> [Socket] {
      ignoringCookies ? sockets.map(\.withoutCookie) : sockets
    }
    self.init(from: rows(older.sockets), count: olderCount, to: rows(newer.sockets))
  }

  init(from older: [Socket], count olderCount: Int? = nil, to newer: [Socket]) {
    let count = min(olderCount ?? older.count, older.count)
    predecessors = Array(repeating: Self.none, count: newer.count)
    var taken = [Bool](repeating: false, count: count)
    match(older, newer, &taken)
    matchByEnds(older, newer, &taken)
    changed.sort()
    for row in taken.indices where !taken[row] { closed.append(UInt32(row)) }
  }

  private mutating func match(_ older: [Socket], _ newer: [Socket], _ taken: inout [Bool]) {
    let count = taken.count
    // Most often it is not needed at all.
    lazy var index = RowIndex(count: count) { older[$0].identityHash }
    // Dumps come in much the same order each time: the row after the last match is tried first.
    var next = 0
    for row in newer.indices {
      let socket = newer[row]
      let found =
        next < count && !taken[next] && older[next].isSame(as: socket)
        ? next
        : index.first(socket.identityHash) { !taken[$0] && older[$0].isSame(as: socket) }
      guard let found else {
        opened.append(UInt32(row))
        continue
      }
      taken[found] = true
      predecessors[row] = UInt32(found)
      if older[found].state != socket.state { changed.append(UInt32(row)) }
      next = found + 1
    }
  }

  /// The rows that are left over on both sides: few, on most hosts.
  private mutating func matchByEnds(_ older: [Socket], _ newer: [Socket], _ taken: inout [Bool]) {
    let gone = taken.indices.filter { !taken[$0] && older[$0].isConnected }
    if gone.isEmpty || opened.isEmpty { return }
    let index = RowIndex(count: gone.count) { older[gone[$0]].endsHash }
    opened.removeAll { row in
      let socket = newer[Int(row)]
      let found = index.first(socket.endsHash) {
        !taken[gone[$0]] && older[gone[$0]].mayBecome(socket)
      }
      guard let found else { return false }
      taken[gone[found]] = true
      predecessors[Int(row)] = UInt32(gone[found])
      if older[gone[found]].state != socket.state { changed.append(row) }
      return true
    }
  }
}

extension Socket {
  fileprivate var withoutCookie: Socket {
    var socket = self
    socket.cookie = 0
    return socket
  }

  fileprivate func isSame(as other: Socket) -> Bool {
    if cookie != 0 || other.cookie != 0 { return cookie == other.cookie }
    return inode == other.inode && hasSameEnds(as: other)
  }

  private func hasSameEnds(as other: Socket) -> Bool {
    kind == other.kind && local == other.local && remote == other.remote
      && interface == other.interface && namespace == other.namespace
  }

  /// Whether the other may be this connection further on in its life, without its descriptor or
  /// with its first one. A connection in TIME_WAIT does not come back: its ends may.
  fileprivate func mayBecome(_ other: Socket) -> Bool {
    guard kind == .tcp, hasSameEnds(as: other), other.isConnected, state != .timeWait
    else { return false }
    if cookie != 0 && other.cookie != 0 {
      return other.inode == 0 && (other.state == .timeWait || other.state == .finWait2)
    }
    return (inode == 0 || other.inode == 0) && state.stage <= other.state.stage
  }

  fileprivate var identityHash: UInt64 {
    cookie != 0 ? cookie : endsHash ^ inode &* 0xff51_afd7_ed55_8ccd
  }

  fileprivate var endsHash: UInt64 {
    let ports = UInt64(local.port) << 16 | UInt64(remote.port)
    return ((local.high ^ local.low) &* 0x9e37_79b9_7f4a_7c15 ^ remote.high ^ remote.low)
      &* 0xbf58_476d_1ce4_e5b9 ^ ports << 24 ^ ports
  }
}

extension TCPState {
  /// How far on in its life a connection is (RFC 9293, section 3.3.2).
  fileprivate var stage: Int {
    switch self {
    case .synSent, .synReceived, .newSynReceived: 0
    case .established: 1
    case .closeWait, .finWait1: 2
    case .finWait2, .closing, .lastAck: 3
    default: 4
    }
  }
}

/// Positions by a number that equal rows share: a hash table in two flat arrays.
private struct RowIndex {
  private var heads: [UInt32]
  private var next: [UInt32]
  private let shift: UInt64

  init(count: Int, hash: (Int) -> UInt64) {
    let bits = max(4, UInt64.bitWidth - (count * 2).leadingZeroBitCount)
    shift = UInt64(UInt64.bitWidth - bits)
    heads = Array(repeating: SnapshotChanges.none, count: 1 << bits)
    next = Array(repeating: SnapshotChanges.none, count: count)
    for row in (0..<count).reversed() {
      let bucket = bucket(hash(row))
      next[row] = heads[bucket]
      heads[bucket] = UInt32(row)
    }
  }

  private func bucket(_ hash: UInt64) -> Int {
    Int(truncatingIfNeeded: (hash &* 0x9e37_79b9_7f4a_7c15) >> shift)
  }

  func first(_ hash: UInt64, where isWanted: (Int) -> Bool) -> Int? {
    var row = heads[bucket(hash)]
    while row != SnapshotChanges.none {
      if isWanted(Int(row)) { return Int(row) }
      row = next[Int(row)]
    }
    return nil
  }
}
