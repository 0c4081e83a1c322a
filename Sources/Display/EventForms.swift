public import SocketModel

/// Events of connections for programs: an object a line, or CSV.
///
/// A line of JSON is a socket's, with what happened and the bytes that moved; `fixtures/trace.schema.json`
/// describes it. CSV has the same fields.
public struct EventForms: Sendable {
  public enum Form: Sendable { case ndjson, csv }

  /// What a line has beyond a socket's basics.
  public static let sections: Sections = [.event, .identity, .cgroup, .namespace, .ends]

  private let form: Form

  public init(_ form: Form) { self.form = form }

  /// The fields of CSV after `host` and `time`.
  static let fields: [Field] =
    EventField.allCases.map { .event($0) } + [
      .localAddress, .localPort, .remoteAddress, .remotePort, .pid, .process, .peerPID,
      .peerProcess, .txBytes, .rxBytes, .tcpInfo(.rtt), .tcpInfo(.total_retrans), .direction,
      .peerLocal, .uid, .user, .unit, .container, .cgroup, .netns, .netnsName, .cookie, .inode,
      .family,
    ]

  /// What the first line of CSV is.
  public static var header: [UInt8] {
    Array((["host", "time"] + fields.map(\.name)).joined(separator: ",").utf8) + [13, 10]
  }

  /// The lines of some rows that are events, each at its time.
  public func lines(_ listing: Listing, at times: [Timestamp], isIncomplete: Bool) -> [UInt8] {
    var out: [UInt8] = []
    switch form {
    case .ndjson:
      let lines = JSONLines(listing, sections: Self.sections, isIncomplete: isIncomplete)
      for (index, time) in times.enumerated() {
        lines.append(index, at: time, after: counts(listing[index]), to: &out)
      }
    case .csv:
      let writer = FieldWriter(
        listing, CSVForm(), Self.fields.map { ($0, ",") }, owners: nil)
      let name = CSVForm().label(Array(listing.snapshot.host.utf8))
      for (index, time) in times.enumerated() {
        out += name
        out.append(UInt8(ascii: ","))
        out += time.rfc3339.utf8
        writer.append(index, to: &out)
        out += [13, 10]
      }
    }
    return out
  }

  private func counts(_ row: Row) -> JSONMembers {
    var members = JSONMembers()
    members.append("tx_bytes", row.payloadSent)
    members.append("rx_bytes", row.number(.bytes_received))
    members.append("rtt", row.number(.rtt))
    members.append("total_retrans", row.number(.total_retrans))
    return members
  }
}
