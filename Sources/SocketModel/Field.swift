/// One vocabulary: a column, a JSON field, a sort key and a filter field are one of these, under one
/// name.
public enum Field: Hashable, Sendable {
  case proto, family, localAddress, localPort, remoteAddress, remotePort, interface, state
  case receiveQueue, sendQueue, uid, user, inode, ownerStatus, pid, process, command, fds
  case timer, timerExpires, timerRetransmits, cookie, v6only, cgroup, mark, tos, trafficClass
  case shutdown, congestion, txBytes, rxBytes
  case tcpInfo(TCPInfo.Field)
  case memory(SocketMemory.Field)

  /// Every field, in the order of JSON and of the documentation.
  public static let all: [Field] =
    [
      .proto, .family, .localAddress, .localPort, .remoteAddress, .remotePort, .interface, .state,
      .receiveQueue, .sendQueue, .uid, .user, .inode, .ownerStatus, .pid, .process, .command, .fds,
      .timer, .timerExpires, .timerRetransmits, .cookie, .v6only, .cgroup, .mark, .tos,
      .trafficClass, .shutdown, .congestion, .txBytes, .rxBytes,
    ] + TCPInfo.Field.allCases.map { .tcpInfo($0) }
    + SocketMemory.Field.allCases.map { .memory($0) }

  /// The one name, as in JSON.
  public var name: String {
    switch self {
    case .proto: "protocol"
    case .family: "family"
    case .localAddress: "local_address"
    case .localPort: "local_port"
    case .remoteAddress: "remote_address"
    case .remotePort: "remote_port"
    case .interface: "interface"
    case .state: "state"
    case .receiveQueue: "recv_q"
    case .sendQueue: "send_q"
    case .uid: "uid"
    case .user: "user"
    case .inode: "inode"
    case .ownerStatus: "owner_status"
    case .pid: "pid"
    case .process: "process"
    case .command: "command"
    case .fds: "fds"
    case .timer: "timer"
    case .timerExpires: "timer_expires"
    case .timerRetransmits: "timer_retransmits"
    case .cookie: "cookie"
    case .v6only: "v6only"
    case .cgroup: "cgroup"
    case .mark: "mark"
    case .tos: "tos"
    case .trafficClass: "tclass"
    case .shutdown: "shutdown"
    case .congestion: "congestion"
    case .txBytes: "tx_bytes"
    case .rxBytes: "rx_bytes"
    case .tcpInfo(let field): field.name
    case .memory(let field): field.name
    }
  }

  /// Short forms and other tools' words for the field.
  public var aliases: [String] {
    switch self {
    case .proto: ["proto", "netid"]
    case .localAddress: ["local", "laddr", "src"]
    case .localPort: ["lport", "sport"]
    case .remoteAddress: ["remote", "raddr", "peer", "foreign", "foreign_address", "dst"]
    case .remotePort: ["rport", "dport"]
    case .interface: ["dev", "device"]
    case .receiveQueue: ["recvq", "rx_queue"]
    case .sendQueue: ["sendq", "tx_queue"]
    case .process: ["name", "program", "comm"]
    case .command: ["cmd", "cmdline", "args"]
    case .fds: ["fd"]
    case .congestion: ["cong"]
    case .tcpInfo(.snd_cwnd): ["cwnd"]
    case .tcpInfo(.snd_ssthresh): ["ssthresh"]
    case .tcpInfo(.snd_mss): ["mss"]
    case .tcpInfo(.total_retrans): ["retrans_total"]
    default: []
    }
  }

  /// The field of a name or alias, in any case, `-` taken for `_`.
  public init?(_ name: String) {
    guard let field = Self.byName[Self.normalized(name)] else { return nil }
    self = field
  }

  private static func normalized(_ name: String) -> String {
    String(name.lowercased().map { $0 == "-" ? "_" : $0 })
  }

  private static let byName: [String: Field] = {
    var fields: [String: Field] = [:]
    for field in all {
      for name in [field.name] + field.aliases { fields[name] = field }
    }
    return fields
  }()
}

extension Field {
  /// What a Question must ask for so that the field is there.
  public var needs: Needs {
    switch self {
    case .user: .userNames
    case .ownerStatus, .pid, .fds: .owners
    case .process: [.owners, .processNames]
    case .command: [.owners, .processNames, .commands]
    case .cgroup: .cgroups
    case .mark: .marks
    case .tos, .trafficClass: .tos
    case .shutdown: .shutdown
    case .congestion: .congestion
    case .txBytes, .rxBytes, .tcpInfo: .tcpInfo
    case .memory: .memory
    case .interface: .interfaces
    case .cookie: .cookies
    case .v6only: .v6only
    case .proto, .family, .localAddress, .localPort, .remoteAddress, .remotePort, .state,
      .receiveQueue, .sendQueue, .uid, .inode, .timer, .timerExpires, .timerRetransmits:
      []
    }
  }
}
