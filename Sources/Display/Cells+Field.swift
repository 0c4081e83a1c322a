internal import SocketModel

extension Cells {
  /// One renderer a field.
  func write(
    _ field: Field, _ row: Int, of socket: Socket, to out: inout OutputSpan<UInt8>
  ) -> Int {
    switch field {
    case .proto:
      out.append(socket.transport == .tcp ? Self.tcp : Self.udp)
      return 3
    case .state: return writeState(socket, to: &out)
    case .family:
      out.append(socket.family == .ipv4 ? Self.ipv4 : Self.ipv6)
      return 4
    case .localAddress: return writePlain(socket.local.address, to: &out)
    case .remoteAddress: return writePlain(socket.remote.address, to: &out)
    case .localPort: return write(number: UInt64(socket.local.port), to: &out)
    case .remotePort: return write(number: UInt64(socket.remote.port), to: &out)
    case .interface:
      return interfaces[socket.interface].map { names.write($0, to: &out) }
        ?? writeAbsent(to: &out)
    case .receiveQueue: return write(number: UInt64(socket.receiveQueue), to: &out)
    case .sendQueue: return write(number: UInt64(socket.sendQueue), to: &out)
    case .uid: return write(number: socket.uid.map { UInt64($0) }, to: &out)
    case .user: return writeUser(socket, to: &out)
    case .inode: return write(number: socket.inode == 0 ? nil : socket.inode, to: &out)
    case .cookie: return write(number: socket.cookie == 0 ? nil : socket.cookie, to: &out)
    case .v6only: return writeV6Only(socket, to: &out)
    case .timer: return writeTimer(socket.timer, to: &out)
    case .timerExpires:
      return write(
        number: socket.timer.kind == .off ? nil : UInt64(socket.timer.expires), to: &out)
    case .timerRetransmits: return write(number: UInt64(socket.timer.retransmits), to: &out)
    case .ownerStatus:
      let status = listing.snapshot.ownerStatus(Int(listing.rows[row]))
      return status.name.map { write(text: $0, to: &out) } ?? writeAbsent(to: &out)
    case .pid, .process, .command, .fds: return writeOwnerField(field, row, to: &out)
    case .cgroup, .mark, .tos, .trafficClass, .shutdown, .congestion, .txBytes, .rxBytes,
      .tcpInfo, .memory:
      return writeDetail(field, row, of: socket, to: &out)
    }
  }

  private static let tcp: StaticASCII = "tcp"
  private static let udp: StaticASCII = "udp"
  private static let ipv4: StaticASCII = "ipv4"
  private static let ipv6: StaticASCII = "ipv6"

  private func writeDetail(
    _ field: Field, _ row: Int, of socket: Socket, to out: inout OutputSpan<UInt8>
  ) -> Int {
    guard !listing.snapshot.details.isEmpty else { return writeAbsent(to: &out) }
    let details = listing.snapshot.details[Int(listing.rows[row])]
    switch field {
    case .cgroup:
      if let id = details.cgroup, let name = cgroups[id] { return names.write(name, to: &out) }
      return write(number: details.cgroup, to: &out)
    case .congestion:
      guard let index = details.congestion, congestion.indices.contains(Int(index)) else {
        return writeAbsent(to: &out)
      }
      return names.write(congestion[Int(index)], to: &out)
    case .mark: return write(number: details.mark.map { UInt64($0) }, to: &out)
    case .tos: return write(number: details.tos.map { UInt64($0) }, to: &out)
    case .trafficClass: return write(number: details.trafficClass.map { UInt64($0) }, to: &out)
    case .shutdown: return write(number: details.shutdown.map { UInt64($0) }, to: &out)
    case .txBytes: return write(number: details.tcpInfo?.payloadSent, to: &out)
    case .rxBytes:
      return write(number: details.tcpInfo?.payloadReceived(in: socket.state), to: &out)
    case .tcpInfo(let field): return write(number: details.tcpInfo?[field], to: &out)
    case .memory(let field): return write(number: details.memory?[field], to: &out)
    default: return writeAbsent(to: &out)
    }
  }

  /// The state's name; the number of one that has none.
  func writeState(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    if let name = stateLabel(socket) { return names.write(name, to: &out) }
    return write(number: UInt64(socket.state.rawValue), to: &out)
  }

  func stateLabel(_ socket: Socket) -> LabelPool.ID? {
    let index = Int(socket.state.rawValue) * 2 + (socket.transport == .udp ? 1 : 0)
    return index < states.count ? states[index] : nil
  }

  private func writePlain(_ address: IPAddress, to out: inout OutputSpan<UInt8>) -> Int {
    let start = out.count
    address.write(to: &out)
    return out.count - start
  }

  private func writeV6Only(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    switch socket.v6Only {
    case .unknown: writeAbsent(to: &out)
    case .no: write(text: "false", to: &out)
    case .yes: write(text: "true", to: &out)
    }
  }

  /// A number, `-` where it is unknown or the row has none.
  func write(number: UInt64?, to out: inout OutputSpan<UInt8>) -> Int {
    guard let number else { return writeAbsent(to: &out) }
    let start = out.count
    out.append(decimal: number)
    return out.count - start
  }

  func writeAbsent(to out: inout OutputSpan<UInt8>) -> Int {
    guard let absent else { return 0 }
    out.append(absent)
    return 1
  }

  /// A short plain text of our own.
  func write(text: String, to out: inout OutputSpan<UInt8>) -> Int {
    let start = out.count
    for byte in text.utf8 { out.append(byte) }
    return out.count - start
  }
}
