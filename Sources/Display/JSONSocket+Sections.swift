internal import SocketModel

extension JSONSocket {
  /// What `-o -e -i -m` and the columns add.
  func appendSections(_ position: Int, to out: inout [UInt8]) {
    if sections.isEmpty { return }
    let socket = listing.snapshot.sockets[position]
    let details =
      listing.snapshot.details.isEmpty ? SocketDetails() : listing.snapshot.details[position]
    if sections.contains(.timer) { append(socket.timer, to: &out) }
    if sections.contains(.identity) { appendIdentity(socket, to: &out) }
    if sections.contains(.cgroup) {
      out.append(key: "cgroup")
      out.append(jsonText: details.cgroup.map { listing.snapshot.names.cgroups[$0] ?? "\($0)" })
    }
    if sections.contains(.mark) { append("mark", details.mark.map { UInt64($0) }, to: &out) }
    if sections.contains(.tos) {
      append("tos", details.tos.map { UInt64($0) }, to: &out)
      append("tclass", details.trafficClass.map { UInt64($0) }, to: &out)
    }
    if sections.contains(.shutdown) {
      append("shutdown", details.shutdown.map { UInt64($0) }, to: &out)
    }
    if sections.contains(.congestion) {
      let names = listing.snapshot.congestionNames
      let index = details.congestion.map { Int($0) }.flatMap { $0 < names.count ? $0 : nil }
      out.append(key: "congestion")
      out.append(jsonText: index.map { names[$0] })
    }
    if sections.contains(.tcpInfo) { append(details.tcpInfo, in: socket.state, to: &out) }
    if sections.contains(.memory) { append(details.memory, to: &out) }
  }

  private func append(_ key: String, _ number: UInt64?, to out: inout [UInt8]) {
    out.append(key: key)
    out.append(jsonNumber: number)
  }

  private func append(_ timer: SocketTimer, to out: inout [UInt8]) {
    out.append(key: "timer")
    out.append(jsonText: timer.kind.name.map { "\($0)" } ?? "\(timer.kind.rawValue)")
    append("timer_expires", timer.kind == .off ? nil : UInt64(timer.expires), to: &out)
    append("timer_retransmits", UInt64(timer.retransmits), to: &out)
  }

  private func appendIdentity(_ socket: Socket, to out: inout [UInt8]) {
    append("cookie", socket.cookie == 0 ? nil : socket.cookie, to: &out)
    out.append(key: "v6only")
    switch socket.v6Only {
    case .unknown: out.append("null")
    case .no: out.append("false")
    case .yes: out.append("true")
    }
  }

  private func append(_ info: TCPInfo?, in state: TCPState, to out: inout [UInt8]) {
    append("tx_bytes", info?.payloadSent, to: &out)
    append("rx_bytes", info?.payloadReceived(in: state), to: &out)
    out.append(key: "tcp_info")
    guard let info else { return out.append("null") }
    out.append(UInt8(ascii: "{"))
    for (field, key) in Self.tcpInfoKeys { append(key, info[field], to: &out) }
    out.append(UInt8(ascii: "}"))
  }

  private func append(_ memory: SocketMemory?, to out: inout [UInt8]) {
    out.append(key: "memory")
    guard let memory else { return out.append("null") }
    out.append(UInt8(ascii: "{"))
    for (field, key) in Self.memoryKeys { append(key, memory[field], to: &out) }
    out.append(UInt8(ascii: "}"))
  }

  // A name made from its case's is looked up in the program's metadata: once, not once a row.
  private static let tcpInfoKeys = TCPInfo.Field.allCases.map { ($0, $0.name) }
  private static let memoryKeys = SocketMemory.Field.allCases.map { ($0, $0.name) }
}
