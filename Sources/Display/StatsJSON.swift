public import SocketModel

/// The totals of `stats` as JSON: `{"schema":1,"host":…,"time":…,"machine_id":…,"boot_id":…,"total":…,"undecided":…,…}`.
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

  /// `groups` has an entry for each group in its order; `top` cuts the list.
  public func bytes(_ grouped: GroupedListing) -> [UInt8] {
    var out = start(grouped.listing, total: grouped.groups.reduce(0) { $0 + $1.count })
    out.append(key: "by")
    let names = grouped.groupings.map { "\"\($0.name)\"" }
    out.append(names.count == 1 ? names[0] : "[" + names.joined(separator: ",") + "]")
    out.append(key: "groups")
    out.append(UInt8(ascii: "["))
    for (index, group) in grouped.shown.enumerated() {
      out.append(index > 0 ? ",\n{" : "\n{")
      for member in grouped.members(of: group) {
        out.append(key: member.name)
        out.append(member.value)
      }
      out.append(key: "sockets")
      out.append("\(group.count)")
      for sum in grouped.sums ?? GroupSum.allCases {
        out.append(key: sum.name)
        out.append(jsonNumber: group[sum])
      }
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
}

extension [UInt8] {
  fileprivate mutating func append(_ value: GroupMember.Value) {
    switch value {
    case .null: append("null")
    case .flag(let flag): append(flag ? "true" : "false")
    case .number(let number): append(decimal: number)
    case .text(let text): append(jsonText: text)
    case .name(let bytes): append(jsonBytes: bytes.span)
    }
  }
}
