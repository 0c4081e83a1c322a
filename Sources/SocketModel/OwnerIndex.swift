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
    fileprivate var former: UInt32 = 0

    public init(inode: UInt64, pid: Int32, descriptor: Int32) {
      self.inode = inode
      self.pid = pid
      self.descriptor = descriptor
    }

    fileprivate init(_ process: ProcessKey, descriptor: Int32) {
      self.init(inode: 0, pid: process.pid, descriptor: descriptor)
      former = process.former
    }

    fileprivate var process: ProcessKey { ProcessKey(pid, former: former) }
  }

  /// In place of a descriptor: the process owns what it has no descriptor of yet.
  static let noDescriptor: Int32 = -1

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

  /// Calls `body` with each process that holds the socket, by pid, each once.
  public func forEachProcess(at slot: Slot, _ body: (ProcessKey) -> Void) {
    var last: ProcessKey?
    var position = slot
    while position != Self.end {
      let record = records[Int(position)]
      if record.process != last { body(record.process) }
      last = record.process
      position = skip(record.next, to: record.inode)
    }
  }

  /// The processes that hold one of these sockets, by pid.
  func processes(at slots: [Slot]) -> [ProcessKey] {
    // A record each, noted in place: a set of pids takes four times as long for a million.
    var isHeld = [Bool](repeating: false, count: records.count)
    for slot in slots {
      var position = slot
      while position != Self.end {
        isHeld[Int(position)] = true
        position = skip(records[Int(position)].next, to: records[Int(position)].inode)
      }
    }
    var processes: [ProcessKey] = []
    for position in records.indices where isHeld[position] {
      if records[position].process != processes.last { processes.append(records[position].process) }
    }
    // Merged lists follow what was seen in order.
    return Set(processes).sorted()
  }

  /// Calls `body` with process and descriptor of each owner, by pid, each once; nil in place of a
  /// descriptor where it has none yet.
  public func forEachRecord(at slot: Slot, _ body: (ProcessKey, Int32?) -> Void) {
    var last: Record?
    var position = slot
    while position != Self.end {
      let record = records[Int(position)]
      if last?.process != record.process || last?.descriptor != record.descriptor {
        body(record.process, record.descriptor == Self.noDescriptor ? nil : record.descriptor)
      }
      last = record
      position = skip(record.next, to: record.inode)
    }
  }

  /// The lowest descriptor of the lowest pid that holds the socket.
  public func firstDescriptor(at slot: Slot) -> Int32? {
    if slot == Self.end { return nil }
    let descriptor = records[Int(slot)].descriptor
    return descriptor == Self.noDescriptor ? nil : descriptor
  }

  /// The process with the lowest pid that holds the socket.
  public func firstProcess(at slot: Slot) -> ProcessKey? {
    slot == Self.end ? nil : records[Int(slot)].process
  }

  /// The lowest pid that holds the socket.
  public func firstPID(at slot: Slot) -> Int32? { firstProcess(at: slot)?.pid }

  /// The process with the lowest pid that holds the socket, and how many others do.
  public func first(at slot: Slot) -> (process: ProcessKey, others: Int)? {
    guard slot != Self.end else { return nil }
    var others = -1
    forEachProcess(at: slot) { _ in others += 1 }
    return (records[Int(slot)].process, others)
  }

  /// All owners of the socket, by pid, each with its descriptors.
  public func owners(at slot: Slot) -> [Owner] {
    var owners: [Owner] = []
    var descriptors: [Int32] = []
    var position = slot
    while position != Self.end {
      let record = records[Int(position)]
      if record.descriptor != Self.noDescriptor, descriptors.last != record.descriptor {
        descriptors.append(record.descriptor)
      }
      position = skip(record.next, to: record.inode)
      if position == Self.end || records[Int(position)].process != record.process {
        owners.append(Owner(record.process, descriptors: descriptors))
        descriptors = []
      }
    }
    return owners
  }

  /// The processes that hold one of these sockets as one list, without their descriptors: they own
  /// what they have yet to get a descriptor of. It is found by this slot alone.
  public mutating func appendProcesses(at slots: [Slot]) -> Slot {
    append(Set(slots.flatMap { owners(at: $0) }.map(\.process)).map { Owner($0, descriptors: []) })
  }

  /// Adds a list of owners that is found by the slot it returns alone.
  mutating func append(_ owners: [Owner]) -> Slot {
    var list = owners.flatMap { owner in
      (owner.descriptors.isEmpty ? [Self.noDescriptor] : owner.descriptors).map {
        Record(owner.process, descriptor: $0)
      }
    }
    if list.isEmpty { return Self.none }
    list.sort { ($0.process, $0.descriptor) < ($1.process, $1.descriptor) }
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

  /// Whether the process was seen to hold any socket.
  func hasSeen(_ pid: Int32) -> Bool {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if records[middle].pid < pid { low = middle + 1 } else { high = middle }
    }
    return low < count && records[low].pid == pid
  }

  /// Every descriptor that was seen, by pid and descriptor.
  public var all: ArraySlice<Record> { records.prefix(count) }
}
