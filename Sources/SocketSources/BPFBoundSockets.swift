internal import KernelFormats
internal import SocketModel

/// The TCP sockets of some network namespaces that are bound and no more, where the kernel's tables do
/// not tell of them: seen among the open files of every process, as `BPFOwners` sees who holds what.
enum BPFBoundSockets {
  /// Each once, with the number that its namespace's inode has here. One that no process has a descriptor
  /// of (it is on its way to another) is not seen.
  static func read(in namespaces: [UInt64: UInt16]) throws(BPFUnavailable) -> [Socket] {
    var sockets: [Socket] = []
    var seen: Set<UInt64> = []
    try BPFHeldSockets.read(.bound) { record in
      guard let number = namespaces[record.namespace], var socket = record.socket,
        seen.insert(socket.inode).inserted
      else { return }
      socket.namespace = number
      sockets.append(socket)
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
