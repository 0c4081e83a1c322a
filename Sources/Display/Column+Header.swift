internal import SocketModel

extension Column {
  /// The words above the column. A field of the kernel's keeps the kernel's name, with its unit.
  public var header: String {
    switch self {
    case .local, .field(.localAddress): "Local Address"
    case .remote, .field(.remoteAddress): "Foreign Address"
    case .queue: "Queue"
    case .process: "PID/Process"
    case .field(.proto): "Proto"
    case .field(.localPort): "Local Port"
    case .field(.remotePort): "Foreign Port"
    case .field(.receiveQueue): "Recv-Q"
    case .field(.sendQueue): "Send-Q"
    case .field(.uid): "UID"
    case .field(.pid): "PID"
    case .field(.ownerStatus): "Owner"
    case .field(.fds): "FDs"
    case .field(.timerExpires): "Expires(ms)"
    case .field(.timerRetransmits): "Retries"
    case .field(.txBytes): "TX Bytes"
    case .field(.rxBytes): "RX Bytes"
    case .field(.v6only): "V6only"
    case .field(.tos): "TOS"
    case .field(.trafficClass): "Tclass"
    case .field(.tcpInfo(let field)): field.name + (unit.map { "(\($0))" } ?? "")
    case .field(.memory(let field)): field.name
    case .field(let field): field.name.prefix(1).uppercased() + field.name.dropFirst()
    }
  }

  /// The unit of a time or rate; nil for counts, bytes and what is no number.
  var unit: String? {
    switch self {
    case .field(.timerExpires): "ms"
    case .field(.tcpInfo(let field)): field.unit
    case .local, .remote, .queue, .process, .field: nil
    }
  }

  /// Whether the column holds bare numbers, which stand at its right edge.
  var isNumeric: Bool {
    switch self {
    case .local, .remote, .queue, .process: false
    case .field(let field):
      switch field {
      case .localPort, .remotePort, .receiveQueue, .sendQueue, .uid, .inode, .pid, .timerExpires,
        .timerRetransmits, .cookie, .mark, .tos, .trafficClass, .shutdown, .txBytes, .rxBytes,
        .tcpInfo, .memory:
        true
      case .proto, .family, .localAddress, .remoteAddress, .interface, .state, .user,
        .ownerStatus, .process, .command, .fds, .timer, .v6only, .cgroup, .congestion:
        false
      }
    }
  }
}

extension TCPInfo.Field {
  fileprivate var unit: String? {
    switch self {
    case .rto, .ato, .rtt, .rttvar, .rcv_rtt, .min_rtt, .busy_time, .rwnd_limited,
      .sndbuf_limited:
      "us"
    case .last_data_sent, .last_data_recv, .last_ack_recv, .total_rto_time: "ms"
    case .pacing_rate, .max_pacing_rate, .delivery_rate: "B/s"
    default: nil
    }
  }
}
