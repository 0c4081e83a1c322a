import SocketModel

/// One of the socket tables under `net`.
struct ProcNetFile: Hashable {
  let name: String
  let kind: SocketKind
  /// Kernels without IPv6 do not have it.
  let mayBeMissing: Bool

  /// The tables in which rows for the query can be. An IPv4 query reads the IPv6 tables
  /// too: v4-mapped sockets and dual-stack listeners are there alone.
  static func asked(by query: Query) -> [ProcNetFile] {
    var files: [ProcNetFile] = []
    for kind in SocketKind.internet where query.protocols.contains(kind) {
      if query.families.contains(.ipv4) {
        files.append(
          ProcNetFile(name: "\(kind.name)", kind: kind, mayBeMissing: false))
      }
      if !query.families.isEmpty {
        files.append(
          ProcNetFile(name: "\(kind.name)6", kind: kind, mayBeMissing: true))
      }
    }
    return files
  }
}
