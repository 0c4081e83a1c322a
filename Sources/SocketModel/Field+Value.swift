/// What a field of one row holds, for sorting and filtering.
public enum FieldValue: Hashable, Sendable {
  /// Unknown, or the row has none.
  case absent
  case number(UInt64)
  case address(IPAddress)
  case text(String)
}

extension Field {
  /// The field's value in one row. Where there are several owners it is the lowest pid's.
  public func value(_ row: Int, of snapshot: Snapshot) -> FieldValue {
    let socket = snapshot.sockets[row]
    switch self {
    case .proto: return .text(socket.transport.name)
    case .family: return .text("\(socket.family)")
    case .localAddress: return .address(socket.local.address)
    case .localPort: return .number(UInt64(socket.local.port))
    case .remoteAddress: return .address(socket.remote.address)
    case .remotePort: return .number(UInt64(socket.remote.port))
    case .interface:
      if socket.interface == 0 { return .absent }
      return .text(snapshot.names.interfaces[socket.interface] ?? "\(socket.interface)")
    case .state:
      return socket.state.name(socket.transport).map { .text("\($0)") }
        ?? .number(UInt64(socket.state.rawValue))
    case .receiveQueue: return .number(UInt64(socket.receiveQueue))
    case .sendQueue: return .number(UInt64(socket.sendQueue))
    case .uid: return .init(socket.uid.map(UInt64.init))
    case .user:
      return socket.uid.map { .text(snapshot.names.users[$0] ?? "\($0)") } ?? .absent
    case .inode: return socket.inode == 0 ? .absent : .number(socket.inode)
    case .timer:
      return .text(socket.timer.kind.name.map { "\($0)" } ?? "\(socket.timer.kind.rawValue)")
    case .timerExpires:
      return socket.timer.kind == .off ? .absent : .number(UInt64(socket.timer.expires))
    case .timerRetransmits: return .number(UInt64(socket.timer.retransmits))
    case .cookie: return socket.cookie == 0 ? .absent : .number(socket.cookie)
    case .v6only:
      return socket.v6Only == .unknown ? .absent : .text(socket.v6Only == .yes ? "true" : "false")
    case .ownerStatus, .pid, .process, .command, .fds: return ownerValue(row, of: snapshot)
    default: return detailValue(row, of: snapshot)
    }
  }

  private func ownerValue(_ row: Int, of snapshot: Snapshot) -> FieldValue {
    if self == .ownerStatus { return snapshot.ownerStatus(row).name.map { .text($0) } ?? .absent }
    guard let (pid, _) = snapshot.firstOwner(row) else { return .absent }
    let process = snapshot.names.processes[pid]
    switch self {
    case .pid: return .number(UInt64(pid))
    case .process: return process.map { .text(String(decoding: $0.name, as: UTF8.self)) } ?? .absent
    case .command:
      return process?.command.map { .text(String(decoding: $0, as: UTF8.self)) } ?? .absent
    case .fds:
      return .init(snapshot.owners(row).first?.descriptors.first.map { UInt64($0) })
    default: return .absent
    }
  }

  private func detailValue(_ row: Int, of snapshot: Snapshot) -> FieldValue {
    guard !snapshot.details.isEmpty else { return .absent }
    let details = snapshot.details[row]
    switch self {
    case .cgroup:
      return details.cgroup.map { .text(snapshot.names.cgroups[$0] ?? "\($0)") } ?? .absent
    case .mark: return .init(details.mark.map(UInt64.init))
    case .tos: return .init(details.tos.map(UInt64.init))
    case .trafficClass: return .init(details.trafficClass.map(UInt64.init))
    case .shutdown: return .init(details.shutdown.map(UInt64.init))
    case .congestion:
      return details.congestion.map { .text(snapshot.congestionNames[Int($0)]) } ?? .absent
    case .txBytes: return .init(details.tcpInfo?.payloadSent)
    case .rxBytes:
      return .init(details.tcpInfo?.payloadReceived(in: snapshot.sockets[row].state))
    case .tcpInfo(let field): return .init(details.tcpInfo?[field])
    case .memory(let field): return .init(details.memory?[field])
    default: return .absent
    }
  }
}

extension FieldValue {
  fileprivate init(_ number: UInt64?) { self = number.map { .number($0) } ?? .absent }
}

extension FieldValue: Comparable {
  /// By value: numbers, then addresses, then text; what is absent comes last.
  public static func < (a: FieldValue, b: FieldValue) -> Bool {
    switch (a, b) {
    case (.number(let x), .number(let y)): x < y
    case (.address(let x), .address(let y)): x < y
    case (.text(let x), .text(let y)): x < y
    default: a.rank < b.rank
    }
  }

  private var rank: Int {
    switch self {
    case .number: 0
    case .address: 1
    case .text: 2
    case .absent: 3
    }
  }
}
