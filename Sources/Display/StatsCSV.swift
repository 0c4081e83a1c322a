public import SocketModel

/// The totals of `stats` as CSV (RFC 4180), with the columns of JSON's members: host and time first, and
/// last whether sockets may be missing.
public struct StatsCSV: Sendable {
  public var hasHeader: Bool

  public init(hasHeader: Bool = true) { self.hasHeader = hasHeader }

  /// A line for each protocol, family and state.
  public func bytes(_ totals: Totals, of listing: Listing) -> [UInt8] {
    var out = header(["protocol", "family", "state", "sockets"])
    for part in totals.parts {
      for state in totals.states(of: part.kind) {
        let name = state.name(part.kind).map { "\($0)" } ?? "\(state.rawValue)"
        let count = totals[part, state].map { "\($0)" } ?? ""
        append(["\(part.kind.name)", "\(part.family)", name, count], listing, to: &out)
      }
    }
    return out
  }

  /// A line for each group that is shown.
  public func bytes(_ grouped: GroupedListing) -> [UInt8] {
    let names = grouped.memberNames
    let sums = grouped.sums ?? GroupSum.allCases
    var out = header(names + ["sockets"] + sums.map(\.name))
    for group in grouped.shown {
      let members = grouped.members(of: group)
      let cells = names.map { name in
        members.first { $0.name == name }.map { Self.text($0.value) } ?? ""
      }
      append(
        cells + ["\(group.count)"] + sums.map { group[$0].map { "\($0)" } ?? "" },
        grouped.listing, to: &out)
    }
    return out
  }

  private func header(_ names: [String]) -> [UInt8] {
    hasHeader
      ? Array((["host", "time"] + names + ["incomplete"]).joined(separator: ",").utf8) + Self.end
      : []
  }

  private func append(_ cells: [String], _ listing: Listing, to out: inout [UInt8]) {
    let snapshot = listing.snapshot
    let host = Self.text(.name(Array(snapshot.host.utf8)))
    let time = snapshot.time == .epoch ? "" : snapshot.time.rfc3339
    let line = [host, time] + cells + [listing.isIncomplete ? "true" : "false"]
    out.append(line.joined(separator: ","))
    out += Self.end
  }

  private static let end: [UInt8] = [0x0d, 0x0a]

  /// Escaped as in the table, and in quotes where it has to be.
  private static func text(_ value: GroupMember.Value) -> String {
    switch value {
    case .null: ""
    case .flag(let flag): flag ? "true" : "false"
    case .number(let number): "\(number)"
    case .text(let text): Self.text(.name(text.rawBytes))
    case .name(let bytes): String(decoding: CSVForm().label(bytes), as: UTF8.self)
    }
  }
}
