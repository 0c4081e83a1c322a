internal import SocketModel

extension ProbeReport {
  /// Ports that are not open, all for the same reason, and too many for a line each.
  struct Crowd {
    /// What its rows have in common.
    let likeness: [String?]
    let ports: [UInt16]

    /// More ports than this that are alike are one line.
    static let limit = 20

    init(_ rows: [Row], alike likeness: [String?]) {
      self.likeness = likeness
      ports = rows.map(\.port.result.endpoint.port)
    }

    /// `closed, refused: 297 ports, 1-21,23-79,81-300`
    var line: String {
      let why = likeness.compactMap { $0 }.joined(separator: ", ")
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

    /// The largest first. A port that somebody is known to listen on stands alone.
    static func all(in rows: [Row]) -> [Crowd] {
      let alike = Dictionary(
        grouping: rows.filter { $0.port.state != "open" && $0.port.owner == nil }, by: \.likeness)
      return alike.filter { $1.count > limit }.map { Crowd($1, alike: $0) }
        .sorted { ($1.ports.count, $0.line) < ($0.ports.count, $1.line) }
    }
  }
}
