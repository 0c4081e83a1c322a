internal import SocketModel

extension EndingReport {
  /// `{"schema":1,"host":…,"time":…,"verb":…,"signal":…,"dry_run":…,"undecided":…,"targets":[…]}`;
  /// `undecided` counts sockets that may match and were left alone, null where nobody knows how many. A
  /// socket is as in a list.
  public var json: [UInt8] {
    var out = Array("{\"schema\":1".utf8)
    out.append(originOf: listing.snapshot)
    out.append(key: "verb")
    out.append(jsonText: isOfProcesses ? "kill" : "close")
    out.append(key: "signal")
    out.append(jsonText: signal)
    out.append(key: "dry_run")
    out.append("\(isDryRun)")
    out.append(key: "undecided")
    out.append(jsonNumber: undecided.map { UInt64($0) })
    out.append(key: "targets")
    out.append(UInt8(ascii: "["))
    var sections: Sections = [.identity, .namespace]
    if listing.snapshot.hasUnixSockets { sections.insert(.unix) }
    let writer = JSONWriter(listing, sections, isFirst: true)
    for (index, target) in targets.enumerated() {
      out.append(index > 0 ? ",\n{" : "\n{")
      append(target, writer, to: &out)
      out.append(UInt8(ascii: "}"))
    }
    out.append("\n]}\n")
    return out
  }

  /// Sockets that are bound and no more are nothing that could be closed.
  private var undecided: Int? { listing.snapshot.gap == nil ? listing.hidden : nil }

  private func append(_ target: Target, _ writer: JSONWriter, to out: inout [UInt8]) {
    out.append(key: "outcome")
    out.append(jsonText: target.outcome.rawValue)
    out.append(key: "reason")
    out.append(jsonText: target.reason)
    out.append(key: "pid")
    out.append(target.pid.map { "\($0)" } ?? "null")
    out.append(key: "process")
    if let name = target.name { out.append(jsonBytes: name.span) } else { out.append("null") }
    out.append(key: "sockets")
    out.append(UInt8(ascii: "["))
    for (index, row) in target.rows.enumerated() {
      out.append(index > 0 ? ",\n{" : "{")
      writer.append(row, to: &out)
      out.append(UInt8(ascii: "}"))
    }
    out.append(UInt8(ascii: "]"))
  }
}
