extension SocketTable {
  /// Takes out rows that the kernel gave twice, and keeps the first: the same cookie or, over /proc,
  /// the same addresses, ports and inode. A row with neither is the same connection as one with both
  /// ends and the state in common; where it is not connected it is the same as no other.
  ///
  /// The kernel reads on by hash bucket and offset between two reads, so that a socket which comes
  /// or goes meanwhile shifts the others. One bit for each number finds the few candidates: 2 bytes a
  /// row, no hashing where nothing is repeated.
  public mutating func removeRepeatedRows() {
    let slots = Slots(rows: sockets.count)
    var seen = slots.emptyBitmap()
    var repeated: [Int] = []
    for socket in sockets where socket.number != 0 {
      if slots.insert(socket.number, into: &seen) { repeated.append(slots.slot(socket.number)) }
    }
    if repeated.isEmpty { return }
    var candidates = slots.emptyBitmap()
    for slot in repeated { _ = Slots.set(slot, in: &candidates) }
    removeEqual { slots.contains($0.number, in: candidates) }
  }

  private mutating func removeEqual(among isCandidate: (Socket) -> Bool) {
    var known: Set<Key> = []
    filter { $0.number == 0 || !isCandidate($0) || known.insert(Key($0)).inserted }
  }

  private enum Key: Hashable {
    case cookie(UInt64)
    case row(SocketEnds, inode: UInt64)
    case connection(SocketEnds, TCPState)

    init(_ socket: Socket) {
      self =
        if socket.cookie != 0 {
          .cookie(socket.cookie)
        } else if socket.inode != 0 {
          .row(SocketEnds(socket), inode: socket.inode)
        } else {
          .connection(SocketEnds(socket), socket.state)
        }
    }
  }
}

extension Socket {
  /// What tells it from the others: the cookie, or over /proc the inode, or a hash of a connection's
  /// ends; 0 where it has none of these.
  fileprivate var number: UInt64 {
    if cookie != 0 { return cookie }
    if inode != 0 || !isConnected { return inode }
    let ends = remote.low << 32 ^ UInt64(remote.port) << 16 ^ UInt64(local.port)
    return (ends &* 0x9e37_79b9_7f4a_7c15) >> 32 | 1
  }
}

/// Bitmaps with at least 16 bits a row, found by the low bits of a number: the kernel counts inodes
/// and cookies up, so that they hardly ever collide.
private struct Slots {
  private let mask: UInt64

  init(rows: Int) {
    mask = (1 << UInt64(max(10, Int.bitWidth - (rows * 16).leadingZeroBitCount))) - 1
  }

  func emptyBitmap() -> [UInt64] { Array(repeating: 0, count: Int(mask / 64) + 1) }

  func slot(_ number: UInt64) -> Int { Int(truncatingIfNeeded: number & mask) }

  func contains(_ number: UInt64, in bitmap: [UInt64]) -> Bool {
    let slot = slot(number)
    return bitmap[slot >> 6] >> UInt64(slot & 63) & 1 == 1
  }

  /// Whether it was there already.
  func insert(_ number: UInt64, into bitmap: inout [UInt64]) -> Bool {
    Self.set(slot(number), in: &bitmap)
  }

  static func set(_ slot: Int, in bitmap: inout [UInt64]) -> Bool {
    let bit = UInt64(1) << UInt64(slot & 63)
    defer { bitmap[slot >> 6] |= bit }
    return bitmap[slot >> 6] & bit != 0
  }
}
