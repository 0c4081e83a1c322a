public import SocketModel

/// The totals of `stats` as JSON: `{"schema":1,"host":…,"time":…,"total":…,"undecided":…,…}`.
public struct StatsJSON: Sendable {
  public init() {}

  /// `protocols` has an entry for each protocol and family, with a count for each of its states.
  public func bytes(_ totals: Totals, of listing: Listing) -> [UInt8] {
    var out = start(listing, total: totals.total)
    out.append(key: "protocols")
    out.append(UInt8(ascii: "["))
    for (index, part) in totals.parts.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      out.append("\n{")
      out.append(key: "protocol")
      out.append(jsonText: "\(part.kind.name)")
      out.append(key: "family")
      out.append(jsonText: "\(part.familyName)")
      out.append(key: "total")
      out.append("\(totals.total(part))")
      out.append(key: "states")
      out.append(UInt8(ascii: "{"))
      for state in totals.states(of: part.kind) {
        out.append(key: state.name(part.kind).map { "\($0)" } ?? "\(state.rawValue)")
        out.append(jsonNumber: totals[part, state].map { UInt64($0) })
      }
      out.append("}}")
    }
    out.append("\n]}\n")
    return out
  }

  /// `groups` has an entry for each group, the largest first; `top` cuts the list.
  public func bytes(
    _ groups: [SocketGroup], by grouping: Grouping, of listing: Listing, top: Int? = nil
  ) -> [UInt8] {
    var out = start(listing, total: groups.reduce(0) { $0 + $1.count })
    out.append(key: "by")
    out.append(jsonText: grouping.name)
    out.append(key: "groups")
    out.append(UInt8(ascii: "["))
    for (index, group) in groups.prefix(top ?? groups.count).enumerated() {
      out.append(index > 0 ? ",\n{" : "\n{")
      append(group, grouping, listing.snapshot.names, to: &out)
      out.append(key: "sockets")
      out.append("\(group.count)")
      out.append(key: "recv_q")
      out.append(decimal: group.receiveQueue)
      out.append(key: "send_q")
      out.append(decimal: group.sendQueue)
      out.append(key: "tx_bytes")
      out.append(jsonNumber: group.txBytes)
      out.append(key: "rx_bytes")
      out.append(jsonNumber: group.rxBytes)
      out.append(UInt8(ascii: "}"))
    }
    out.append("\n]}\n")
    return out
  }

  private func start(_ listing: Listing, total: Int) -> [UInt8] {
    var out = Array("{\"schema\":1".utf8)
    out.append(originOf: listing.snapshot)
    out.append(key: "total")
    out.append("\(total)")
    out.append(key: "undecided")
    out.append(jsonNumber: listing.undecided.map { UInt64($0) })
    return out
  }

  /// The fields that the group's sockets share, under their own names.
  private func append(
    _ group: SocketGroup, _ grouping: Grouping, _ names: Names, to out: inout [UInt8]
  ) {
    switch group.key {
    case .process(let name):
      out.append(key: "process")
      out.append(jsonBytes: name.span)
    case .pid(let pid):
      out.append("\"process\":null,\"pid\":\(pid)")
    case .hidden(let uid):
      out.append("\"process\":null,\"owner_status\":\"hidden\"")
      append(uid: uid, names, to: &out)
    case .nobody: out.append("\"process\":null,\"owner_status\":\"none\"")
    case .unheld: out.append("\"process\":null,\"owner_status\":\"unheld\"")
    case .kernel: out.append("\"process\":null,\"owner_status\":\"kernel\"")
    case .ownersNotAsked: out.append("\"process\":null,\"owner_status\":null")
    case .user(let uid): append(uid: uid, names, to: &out)
    case .named(let name):
      out.append(key: grouping.name)
      out.append(jsonBytes: name.span)
    case .unnamed, .unknown:
      out.append(key: grouping.name)
      out.append("null")
      out.append(key: "is_known")
      out.append(group.key == .unnamed ? "true" : "false")
    case .port(let port, let kind):
      out.append(key: "protocol")
      out.append(jsonText: "\(kind.name)")
      if grouping == .service {
        out.append(key: "service")
        out.append(jsonText: names.services.name(port, kind))
      }
      out.append(key: grouping == .service ? "port" : "local_port")
      out.append("\(port)")
    case .address(let address):
      out.append(key: "remote_address")
      out.append(jsonText: "\(address)")
    case .state(let state, let kind):
      out.append(key: "protocol")
      out.append(jsonText: "\(kind.name)")
      out.append(key: "state")
      out.append(jsonText: state.name(kind).map { "\($0)" } ?? "\(state.rawValue)")
    }
  }

  private func append(uid: UInt32?, _ names: Names, to out: inout [UInt8]) {
    out.append(key: "uid")
    out.append(jsonNumber: uid.map { UInt64($0) })
    out.append(key: "user")
    out.append(jsonText: uid.flatMap { names.users[$0] })
  }
}
