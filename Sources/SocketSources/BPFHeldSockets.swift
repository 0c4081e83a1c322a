internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// The sockets that processes hold, by network namespace, seen among the open files of every process as
/// `BPFOwners` sees who holds what: also those of processes whose namespace nobody may look at.
struct BPFHeldSockets: Sendable {
  /// What is held of one namespace.
  struct Namespace: Sendable {
    /// Some of the descriptors, by which one gets into it.
    fileprivate(set) var holders: [Holder] = []
    /// The TCP sockets that the kernel has in its tables, each once.
    fileprivate(set) var sockets: [Socket] = []
    /// How many sockets of every family.
    fileprivate(set) var count = 0
    /// One of TCP is bound and no more.
    fileprivate(set) var hasBound = false
    /// A connection is on its way to a listener: a row that no process holds.
    fileprivate(set) var hasRequests = false
  }

  struct Holder: Hashable, Sendable {
    let process: Int32
    let descriptor: Int32
  }

  /// By inode.
  private(set) var namespaces: [UInt64: Namespace] = [:]

  static func read() throws(BPFUnavailable) -> BPFHeldSockets {
    var held = BPFHeldSockets()
    var seen: Set<UInt64> = []
    try read(.all) { held.add($0, &seen) }
    return held
  }

  /// Calls `take` with each descriptor of such a socket.
  static func read(
    _ wanted: BPFProgram.HeldSockets, _ take: (BPFHeldRecord) -> Void
  ) throws(BPFUnavailable) {
    try BPFOwners.checkNamespace()
    guard BPF.isPermitted else { throw .program(.notPermitted, verifier: nil) }
    let layout = try BPFOwners.layout(BPFOwners.kernelTypes) { bytes throws(BTFError) in
      try HeldSocketLayout(btf: bytes)
    }
    let iterator = try BPFOwners.start(.heldSockets(wanted, layout), layout.files.iterator)
    var bytes: [UInt8] = []
    while try BPFOwners.read(iterator, &bytes) > 0 {
      guard let records = BPFHeldRecord.decode(bytes.span) else { throw .cutShort }
      records.forEach(take)
      bytes.removeAll(keepingCapacity: true)
    }
  }

  private mutating func add(_ record: BPFHeldRecord, _ seen: inout Set<UInt64>) {
    let holder = Holder(process: record.process, descriptor: record.descriptor)
    namespaces[record.namespace, default: Namespace()].add(record, holder, &seen)
  }
}

extension BPFHeldSockets.Namespace {
  /// Any of a few may be gone when its turn comes.
  private static let enoughHolders = 8

  fileprivate mutating func add(
    _ record: BPFHeldRecord, _ holder: BPFHeldSockets.Holder, _ seen: inout Set<UInt64>
  ) {
    if holders.count < Self.enoughHolders { holders.append(holder) }
    guard seen.insert(record.inode).inserted else { return }
    count += 1
    guard let socket = record.socket else { return }
    switch socket.state {
    case .closed: break
    case .bound: hasBound = true
    default: sockets.append(socket)
    }
    if record.requests > 0 { hasRequests = true }
  }
}
