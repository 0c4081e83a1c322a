public import SocketModel

/// Connections by process and the port of who was connected to: how many were opened, ended and failed,
/// the bytes, and the median of how long they lasted.
public struct EventSummary: Sendable {
  private struct Key: Hashable {
    let process: String?
    let isIncoming: Bool
    let port: UInt16
  }

  private struct Sum {
    var opened = 0
    var closed = 0
    var failed = 0
    var sent: UInt64 = 0
    var received: UInt64 = 0
    var durations: [UInt64] = []

    /// Microseconds; nil where nobody knows any.
    var median: UInt64? {
      durations.isEmpty ? nil : durations.sorted()[(durations.count - 1) / 2]
    }
  }

  private var sums: [Key: Sum] = [:]
  // Of more than so many the median is that of the first.
  private static let mostDurations = 100_000

  public init() {}

  public var isEmpty: Bool { sums.isEmpty }

  public mutating func add(_ event: ConnectionEvent) {
    let isIncoming = event.role == .accepted
    let end = isIncoming ? event.socket.local : event.socket.remote
    let name = event.owner.map { escaped($0.process.name) }
    let key = Key(process: name, isIncoming: isIncoming, port: end.port)
    var sum = sums.removeValue(forKey: key) ?? Sum()
    switch event.kind {
    case .listening: break
    case .opened: sum.opened += 1
    case .ended:
      if event.ending?.hasFailed ?? false { sum.failed += 1 } else { sum.closed += 1 }
      let sent = event.sent.map { $0 >= event.resent ? $0 - event.resent : 0 } ?? 0
      sum.sent = sum.sent.addingReportingOverflow(sent).partialValue
      sum.received = sum.received.addingReportingOverflow(event.received ?? 0).partialValue
      if let duration = event.duration, sum.durations.count < Self.mostDurations {
        sum.durations.append(duration)
      }
    }
    sums[key] = sum
  }

  /// The largest first.
  private var rows: [(key: Key, sum: Sum)] {
    func weight(_ sum: Sum) -> Int { max(sum.opened, sum.closed + sum.failed) }
    return sums.sorted { one, other in
      let (a, b) = (weight(one.value), weight(other.value))
      if a != b { return a > b }
      return (one.key.process ?? "", one.key.port, one.key.isIncoming ? 1 : 0)
        < (other.key.process ?? "", other.key.port, other.key.isIncoming ? 1 : 0)
    }.map { (key: $0.key, sum: $0.value) }
  }

  /// A table.
  public func text(_ palette: Palette = .none) -> [UInt8] {
    var grid = TextGrid(
      header: [
        "Process", "Port", "Opened", "Closed", "Failed", "Sent", "Received", "Median",
      ], leading: 2)
    for (key, sum) in rows {
      grid.add([
        key.process ?? "-", (key.isIncoming ? "<- " : "-> ") + "\(key.port)", grouped(sum.opened),
        grouped(sum.closed), grouped(sum.failed), Quantity.bytes(sum.sent),
        Quantity.bytes(sum.received), sum.median.map { Quantity.time(microseconds: $0) } ?? "-",
      ])
    }
    return grid.text(palette)
  }

  /// An object a line, or CSV without its header.
  public func lines(_ form: EventForms.Form, _ origins: [Origin: String]) -> [UInt8] {
    var out: [UInt8] = []
    for (key, sum) in rows {
      switch form {
      case .ndjson:
        out += Array("{\"schema\":1".utf8)
        out.append(origins: origins)
        var members = JSONMembers()
        members.append("process", key.process)
        members.append("direction", key.isIncoming ? "in" : "out")
        members.append("port", UInt64(key.port))
        members.append("opened", UInt64(sum.opened))
        members.append("closed", UInt64(sum.closed))
        members.append("failed", UInt64(sum.failed))
        members.append("tx_bytes", sum.sent)
        members.append("rx_bytes", sum.received)
        members.append("median_duration", sum.median)
        out.append(members)
        out.append("}\n")
      case .csv:
        let cells = [
          origins[.host] ?? "", origins[.time] ?? "", key.process ?? "",
          key.isIncoming ? "in" : "out", "\(key.port)",
          "\(sum.opened)", "\(sum.closed)", "\(sum.failed)", "\(sum.sent)", "\(sum.received)",
          sum.median.map { "\($0)" } ?? "",
        ]
        let quoted = cells.map { CSVForm.quoted(Array($0.utf8)) }
        out += quoted.joined(separator: [UInt8(ascii: ",")])
        out += [13, 10]
      }
    }
    return out
  }

  public static let header = Array(
    "host,time,process,direction,port,opened,closed,failed,tx_bytes,rx_bytes,median_duration\r\n"
      .utf8)
}

extension [UInt8] {
  fileprivate mutating func append(_ members: JSONMembers) { self += members.bytes }
}
