import SocketModel

/// One of the socket tables under `net`.
struct ProcNetFile: Hashable {
  let name: String
  let kinds: SocketKindSet
  /// Kernels without IPv6 do not have it.
  let mayBeMissing: Bool

  /// The tables in which rows for the query can be. An IPv4 query reads the IPv6 tables
  /// too: v4-mapped sockets and dual-stack listeners are there alone.
  static func asked(by query: Query) -> [ProcNetFile] {
    var files: [ProcNetFile] = []
    for kind in SocketKind.allCases where query.protocols.contains(kind) {
      guard let name = name(of: kind) else { continue }
      let kinds: SocketKindSet = kind.isUnix ? .unix : kind.domain == .link ? .packet : .init(kind)
      if !kind.isInternet {
        let file = ProcNetFile(name: name, kinds: kinds, mayBeMissing: false)
        if !files.contains(file) { files.append(file) }
        continue
      }
      if query.families.contains(.ipv4) {
        files.append(ProcNetFile(name: name, kinds: kinds, mayBeMissing: false))
      }
      if !query.families.isEmpty {
        files.append(ProcNetFile(name: name + "6", kinds: kinds, mayBeMissing: true))
      }
    }
    return files
  }

  /// Nil for what /proc has no table of.
  private static func name(of kind: SocketKind) -> String? {
    switch kind {
    case .tcp: "tcp"
    case .udp: "udp"
    case .udpLite: "udplite"
    case .raw: "raw"
    case .ping: "icmp"
    case .unixStream, .unixDatagram, .unixSeqpacket: "unix"
    case .packetRaw, .packetDatagram: "packet"
    case .netlink: "netlink"
    case .mptcp: nil
    }
  }

  /// What the kernel calls it in `protocols`.
  static func registeredName(of kind: SocketKind) -> String {
    switch kind {
    case .tcp: "TCP"
    case .udp: "UDP"
    case .udpLite: "UDP-Lite"
    case .raw: "RAW"
    case .ping: "PING"
    case .unixStream, .unixDatagram, .unixSeqpacket: "UNIX"
    case .packetRaw, .packetDatagram: "PACKET"
    case .netlink: "NETLINK"
    case .mptcp: "MPTCP"
    }
  }
}
