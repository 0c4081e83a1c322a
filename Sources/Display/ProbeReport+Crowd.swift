internal import SocketModel

extension ProbeReport {
  /// Ports that are not open, all for the same reason, and too many for a line each.
  struct Crowd {
    let state: String
    let reason: String
    let ports: [UInt16]

    /// More ports than this that are alike are one line.
    static let limit = 20

    /// `closed, refused: 297 ports, 1-21,23-79,81-300`
    var line: String {
      let why = reason.isEmpty ? state : "\(state), \(reason)"
      return "\(why): \(grouped(ports.count)) ports, \(ranges)"
    }

    /// As they may be typed in a probe.
    private var ranges: String {
      var ranges: [ClosedRange<UInt16>] = []
      for port in ports.sorted() {
        if let last = ranges.last, last.upperBound == .max || port <= last.upperBound + 1 {
          ranges[ranges.count - 1] = last.lowerBound...max(port, last.upperBound)
        } else {
          ranges.append(port...port)
        }
      }
      return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        .joined(separator: ",")
    }
  }

  /// The largest first. A port that somebody is known to listen on stands alone.
  var crowds: [Crowd] {
    let alike = Dictionary(grouping: ports.filter { $0.state != "open" && $0.owner == nil }) {
      [$0.state, $0.reason ?? ""]
    }
    return alike.filter { $1.count > Crowd.limit }
      .map { Crowd(state: $0[0], reason: $0[1], ports: $1.map(\.result.endpoint.port)) }
      .sorted { ($1.ports.count, $0.line) < ($0.ports.count, $1.line) }
  }
}
