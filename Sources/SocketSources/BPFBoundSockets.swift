internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// The TCP sockets of some network namespaces that are bound and no more, where the kernel's tables do
/// not tell of them: seen among the open files of every process, as `BPFOwners` sees who holds what.
enum BPFBoundSockets {
  /// Each once, with the number that its namespace's inode has here. One that no process has a descriptor
  /// of (it is on its way to another) is not seen.
  static func read(in namespaces: [UInt64: UInt16]) throws(BPFUnavailable) -> [Socket] {
    try BPFOwners.checkNamespace()
    guard BPF.isPermitted else { throw .program(.notPermitted, verifier: nil) }
    let types = BPFOwners.kernelTypes
    let layout = try BPFOwners.layout(types) { bytes throws(BTFError) in
      try BoundSocketLayout(btf: bytes)
    }
    let iterator = try BPFOwners.start(.boundSockets(layout), layout.files.iterator)
    var sockets: [Socket] = []
    var seen: Set<UInt64> = []
    var bytes: [UInt8] = []
    while try BPFOwners.read(iterator, &bytes) > 0 {
      guard let records = BPFBoundRecord.decode(bytes.span) else { throw .cutShort }
      for record in records {
        guard let number = namespaces[record.namespace],
          seen.insert(record.socket.inode).inserted
        else { continue }
        var socket = record.socket
        socket.namespace = number
        sockets.append(socket)
      }
      bytes.removeAll(keepingCapacity: true)
    }
    return sockets
  }
}

extension Collector {
  /// Adds the bound sockets that the table lacks, where we may look at every process's files.
  func addBoundSockets(
    _ table: inout SocketTable, _ query: Query, in namespaces: [UInt64: UInt16]
  ) {
    guard procRoot == ProcRoot.host, let bound = try? BPFBoundSockets.read(in: namespaces) else {
      return
    }
    table.boundGap = nil
    let missing = bound.filter { query.admits($0) && query.pushdown.admits($0) }
    if missing.isEmpty { return }
    // One may have had a row as something else, a moment before.
    let inodes = Set(missing.map(\.inode))
    let known = Set(table.sockets.map(\.inode).filter(inodes.contains))
    for socket in missing where !known.contains(socket.inode) { table.appendUnknown(socket) }
    table.notices.append(.remark("sockets that are only bound are from a BPF iterator"))
  }
}
