internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// Sockets of TCP and UDP, and after them those of other kinds: each from netlink, and where it does not
/// tell of them from /proc.
final class OtherKinds: SocketReading {
  private let first: any SocketReading
  private let query: Query
  private let tables: ProcSource
  private let open: @Sendable () throws(SourceError) -> NetlinkSocket

  /// `tables` are those of the namespace that `open` asks.
  init(
    after first: any SocketReading, _ query: Query, tables: ProcSource,
    over open: @escaping @Sendable () throws(SourceError) -> NetlinkSocket
  ) {
    self.first = first
    self.query = query
    self.tables = tables
    self.open = open
  }

  var rows: [Socket] { first.rows }

  func finish() throws(SourceError) -> SocketTable {
    var all = try first.finish()
    all.hasOtherKinds = true
    let kinds = query.protocols.subtracting(.all)
    let parts = [.unix, .packet].map { kinds.intersection($0) }
    let others = kinds.subtracting(.unix).subtracting(.packet).kinds.map { SocketKindSet($0) }
    for part in parts + others where !part.isEmpty { all.append(try read(part)) }
    return all
  }

  private func read(_ kinds: SocketKindSet) throws(SourceError) -> SocketTable {
    var query = query
    query.protocols = kinds
    query.checksBound = false
    if !SocketKindSet.withSubprotocols.isDisjoint(with: kinds) { query.pushdown = .everything }
    let reason: Errno
    do throws(SourceError) {
      if let table = try readNetlink(kinds, query) { return table }
      // Nothing else ever told of them.
      return try readTables(kinds, query)
    } catch {
      guard case .refused(let errno) = error else { throw error }
      reason = errno
    }
    var table = try readTables(kinds, query)
    table.notices.append(
      .remark("netlink does not tell of \(kinds.words) sockets (\(reason)); reading /proc instead"))
    return table
  }

  /// Nil where the kernel has no such dump.
  private func readNetlink(
    _ kinds: SocketKindSet, _ query: Query
  ) throws(SourceError) -> SocketTable? {
    if kinds.isSubset(of: .unix) { return try UnixDump(query, over: open).read() }
    if kinds.isSubset(of: .packet) {
      return try SockDiagDump<PacketDiagMessage>(
        request: .packet, keepsMemory: query.needs.contains(.memory), open: open
      ).read().table(for: query, of: "packet sockets", \.socket)
    }
    if kinds == .netlink {
      let gathered = try SockDiagDump<NetlinkDiagMessage>(
        request: .netlink, keepsMemory: query.needs.contains(.memory), open: open
      ).read()
      // Without the socket that asks, which is closed by now.
      return gathered.table(for: query, of: "netlink sockets") { message in
        message.isOfDiag && message.port != 0 && message.port == gathered.port
          ? nil : message.socket
      }
    }
    if kinds == SocketKindSet(.ping) { return nil }
    return try DiagDump(query, over: open()).readRest()
  }

  private func readTables(
    _ kinds: SocketKindSet, _ query: Query
  ) throws(SourceError) -> SocketTable {
    var table = try tables.readOthers(query)
    if kinds == .mptcp, case .unlisted = table.gap {
      table.gap = .unlisted(kinds, inProc: false)
    }
    return table
  }
}
