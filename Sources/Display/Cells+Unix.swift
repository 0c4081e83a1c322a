internal import SocketModel

/// The ends of unix sockets.
extension Cells {
  /// Escaped as any other text of somebody else's, and spaces as well: what comes after a name in its
  /// cell is not part of it.
  mutating func resolveUnix(_ socket: Socket) {
    let snapshot = listing.snapshot
    for case let name? in [socket.local.unixName, socket.remote.unixName] {
      _ = socketNames.resolve(name, in: &names) { name, pool in
        snapshot.names.bytes(name).map { pool.add(unspaced: $0) }
      }
    }
    guard let process = peerProcess(socket) else { return }
    _ = processes.resolve(process, in: &names) { process, pool in
      snapshot.names.process(process).map { pool.add($0.nameInOwners.span) }
    }
  }

  private func peerProcess(_ socket: Socket) -> ProcessKey? {
    guard let peer = socket.peerInode, listing.snapshot.asksOwners else { return nil }
    let index = listing.snapshot.ownerIndex
    return index.firstProcess(at: index.slot(inode: peer))
  }

  /// Nil for a socket without a name.
  func writeUnixName(_ end: Endpoint, to out: inout OutputSpan<UInt8>) -> Int? {
    guard let name = end.unixName else { return nil }
    return socketNames[name].map { names.write($0, to: &out) } ?? writeAbsent(to: &out)
  }

  /// `/run/app.sock (812/app)`, `#4711 (812/app)` for a socket without a name, `*` for none, and `?` where
  /// the source does not tell.
  func writePeer(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    guard let inode = socket.peerInode else {
      let isUnknown = socket.isOfUnixTable && socket.state == .established
      out.append(UInt8(ascii: isUnknown ? "?" : "*"))
      return 1
    }
    let start = out.count
    var surplus = 0
    func counted(_ width: Int, since before: Int) { surplus += out.count - before - width }
    if let width = writeUnixName(socket.remote, to: &out) {
      counted(width, since: start)
    } else {
      out.append(UInt8(ascii: "#"))
      out.append(decimal: inode)
    }
    if let process = peerProcess(socket) {
      out.append(StaticASCII.openingPeer)
      out.append(decimal: UInt64(UInt32(bitPattern: process.pid)))
      if let name = processes[process] {
        out.append(UInt8(ascii: "/"))
        let before = out.count
        counted(names.write(name, to: &out), since: before)
      }
      out.append(UInt8(ascii: ")"))
    }
    return out.count - start - surplus
  }
}

extension StaticASCII {
  fileprivate static let openingPeer: StaticASCII = " ("
}
