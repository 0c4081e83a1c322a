/// Who holds which socket: every (inode, pid, descriptor) that was seen, found by inode.
///
/// One flat array and a hash table of positions in it: a million sockets cost two allocations.
public struct OwnerIndex: Sendable {
  /// One descriptor of one process that refers to one socket.
  public struct Record: Hashable, Sendable {
    public let inode: UInt64
    public let pid: Int32
    public let descriptor: Int32
    fileprivate var next = OwnerIndex.end

    public init(inode: UInt64, pid: Int32, descriptor: Int32) {
      self.inode = inode
      self.pid = pid
      self.descriptor = descriptor
    }
  }

  /// Where a socket's owners start; `none` where it has none.
  public typealias Slot = UInt32
  public static let none = end
  fileprivate static let end = Slot.max

  // What was seen, and after it the merged lists.
  private var records: [Record]
  private var heads: [Slot]
  private var shift: UInt64

  /// Records in any order; a descriptor that was seen twice counts once.
  public init(_ seen: [Record] = []) {
    records = seen
    count = seen.count
    let isAscending = zip(seen, seen.dropFirst()).allSatisfy {
      ($0.pid, $0.descriptor) <= ($1.pid, $1.descriptor)
    }
    if !isAscending {
      records.sort { ($0.pid, $0.descriptor) < ($1.pid, $1.descriptor) }
    }
    let bits = max(4, UInt64.bitWidth - (records.count * 2).leadingZeroBitCount)
    heads = Array(repeating: Self.end, count: 1 << bits)
    shift = UInt64(64 - bits)
    // From the last to the first, each put in front: a chain ascends by pid and descriptor.
    for position in records.indices.reversed() {
      let bucket = bucket(records[position].inode)
      records[position].next = heads[bucket]
      heads[bucket] = Slot(position)
    }
  }

  /// The number of descriptors that were seen.
  public let count: Int

  private func bucket(_ inode: UInt64) -> Int {
    Int(truncatingIfNeeded: (inode &* 0x9e37_79b9_7f4a_7c15) >> shift)
  }

  private func skip(_ position: Slot, to inode: UInt64) -> Slot {
    var position = position
    while position != Self.end && records[Int(position)].inode != inode {
      position = records[Int(position)].next
    }
    return position
  }

  /// Where the owners of a socket start.
  public func slot(inode: UInt64) -> Slot { skip(heads[bucket(inode)], to: inode) }

  /// Calls `body` with each pid that holds the socket, ascending, each once.
  public func forEachProcess(at slot: Slot, _ body: (Int32) -> Void) {
    var last: Int32?
    var position = slot
    while position != Self.end {
      let record = records[Int(position)]
      if record.pid != last { body(record.pid) }
      last = record.pid
      position = skip(record.next, to: record.inode)
    }
  }

  /// The processes that hold one of these sockets, ascending.
  func processes(at slots: [Slot]) -> [Int32] {
    // A record each, noted in place: a set of pids takes four times as long for a million.
    var isHeld = [Bool](repeating: false, count: records.count)
    for slot in slots {
      var position = slot
      while position != Self.end {
        isHeld[Int(position)] = true
        position = skip(records[Int(position)].next, to: records[Int(position)].inode)
      }
    }
    var pids: [Int32] = []
    for position in records.indices where isHeld[position] {
      if records[position].pid != pids.last { pids.append(records[position].pid) }
    }
    // Merged lists follow what was seen in order.
    return Set(pids).sorted()
  }

  /// Calls `body` with pid and descriptor of each owner, ascending, each once.
  public func forEachRecord(at slot: Slot, _ body: (Int32, Int32) -> Void) {
    var last: Record?
    var position = slot
    while position != Self.end {
      let record = records[Int(position)]
      if last?.pid != record.pid || last?.descriptor != record.descriptor {
        body(record.pid, record.descriptor)
      }
      last = record
      position = skip(record.next, to: record.inode)
    }
  }

  /// The lowest descriptor of the lowest pid that holds the socket.
  public func firstDescriptor(at slot: Slot) -> Int32? {
    slot == Self.end ? nil : records[Int(slot)].descriptor
  }

  /// The lowest pid that holds the socket.
  public func firstPID(at slot: Slot) -> Int32? {
    slot == Self.end ? nil : records[Int(slot)].pid
  }

  /// The lowest pid that holds the socket, and how many other processes do.
  public func first(at slot: Slot) -> (pid: Int32, others: Int)? {
    guard slot != Self.end else { return nil }
    var others = -1
    forEachProcess(at: slot) { _ in others += 1 }
    return (records[Int(slot)].pid, others)
  }

  /// All owners of the socket, by pid, each with its descriptors.
  public func owners(at slot: Slot) -> [Owner] {
    var owners: [Owner] = []
    var descriptors: [Int32] = []
    var position = slot
    while position != Self.end {
      let record = records[Int(position)]
      if descriptors.last != record.descriptor { descriptors.append(record.descriptor) }
      position = skip(record.next, to: record.inode)
      if position == Self.end || records[Int(position)].pid != record.pid {
        owners.append(Owner(pid: record.pid, descriptors: descriptors))
        descriptors = []
      }
    }
    return owners
  }

  /// Where the owners of several sockets start as one list. It is found by this slot alone.
  public mutating func merge(_ slots: [Slot]) -> Slot {
    slots.count < 2 ? slots.first ?? Self.none : append(slots.flatMap { owners(at: $0) })
  }

  /// Adds a list of owners that is found by the slot it returns alone.
  mutating func append(_ owners: [Owner]) -> Slot {
    var list = owners.flatMap { owner in
      owner.descriptors.map { Record(inode: 0, pid: owner.pid, descriptor: $0) }
    }
    if list.isEmpty { return Self.none }
    list.sort { ($0.pid, $0.descriptor) < ($1.pid, $1.descriptor) }
    let start = records.count
    for offset in list.indices.dropLast() {
      list[offset].next = Slot(start + offset + 1)
    }
    records += list
    return Slot(start)
  }

  /// The same with what was seen later.
  public func adding(_ more: [Record]) -> OwnerIndex {
    more.isEmpty ? self : OwnerIndex(Array(all) + more)
  }

  /// Every descriptor that was seen, by pid and descriptor.
  public var all: ArraySlice<Record> { records.prefix(count) }
}
