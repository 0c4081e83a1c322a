public import SocketModel

/// What `check` found, as text and as JSON.
public struct CheckReport: Sendable {
  public var findings: [Finding]
  public let snapshot: Snapshot
  /// How long was looked.
  public let duration: Duration
  /// What could not be looked at, each a sentence.
  public let unknown: [String]

  public init(
    _ findings: [Finding], of snapshot: Snapshot, within duration: Duration, unknown: [String]
  ) {
    self.findings = findings
    self.snapshot = snapshot
    self.duration = duration
    self.unknown = unknown
  }

  /// Each finding with the command that shows more below it.
  public func text(_ palette: Palette) -> [UInt8] {
    var out: [UInt8] = []
    for finding in findings {
      out += palette.heading(Array(finding.kind.name.utf8))
      out.append(": " + sentence(finding) + "\n")
      if let command = command(finding) { out.append("  " + command + "\n") }
    }
    return out
  }

  /// `{"schema":1,…,"findings":[{"name":…,"count":…,"limit":…,…}],"unknown":[…]}`.
  public func json() -> [UInt8] {
    var out = Array("{\"schema\":1".utf8)
    out.append(originOf: snapshot)
    out.append(key: "duration_ms")
    out.append("\(duration / .milliseconds(1))".split(separator: ".").first.map(String.init) ?? "0")
    out.append(key: "findings")
    out.append("[")
    for (index, finding) in findings.enumerated() {
      out.append(index > 0 ? ",\n{" : "\n{")
      append(finding, to: &out)
      out.append("}")
    }
    out.append(findings.isEmpty ? "]" : "\n]")
    out.append(key: "unknown")
    out.append("[")
    for (index, sentence) in unknown.enumerated() {
      if index > 0 { out.append(",") }
      out.append(jsonText: sentence)
    }
    out.append("]}\n")
    return out
  }

  private func append(_ finding: Finding, to out: inout [UInt8]) {
    out.append(key: "name")
    out.append(jsonText: finding.kind.name)
    out.append(key: "count")
    out.append("\(finding.count)")
    out.append(key: "total")
    out.append(finding.total.map { "\($0)" } ?? "null")
    out.append(key: "limit")
    out.append("\(finding.limit)")
    out.append(key: "age_ms")
    out.append(jsonNumber: finding.age)
    out.append(key: "verdict")
    out.append(jsonText: finding.verdict?.name)
    appendOwner(finding.owner, to: &out)
    appendEnds(finding, to: &out)
    out.append(key: "sentence")
    out.append(jsonText: sentence(finding))
    out.append(key: "more")
    out.append(jsonText: command(finding))
  }

  private func appendOwner(_ owner: Finding.Owner?, to out: inout [UInt8]) {
    var pid: Int32?
    var name: [UInt8]?
    var status: String?
    switch owner {
    case .process(let process):
      pid = process.pid
      name = snapshot.names.process(process)?.name
    case .hidden: status = "hidden"
    case .nobody: status = "none"
    case nil: break
    }
    out.append(key: "pid")
    out.append(pid.map { "\($0)" } ?? "null")
    out.append(key: "process")
    if let name { out.append(jsonBytes: name.span) } else { out.append("null") }
    out.append(key: "owner_status")
    out.append(jsonText: pid == nil ? status : "known")
  }

  private func appendEnds(_ finding: Finding, to out: inout [UInt8]) {
    let (local, remote) = ends(finding)
    for (name, end) in [("local", local), ("remote", remote)] {
      out.append(key: name + "_address")
      out.append(jsonText: end?.address.map { "\($0)" })
      out.append(key: name + "_port")
      out.append(end.map { $0.port == 0 ? "null" : "\($0.port)" } ?? "null")
    }
  }

  /// What the finding is about: a listener, a destination.
  private func ends(_ finding: Finding) -> (local: Endpoint?, remote: Endpoint?) {
    switch finding.kind {
    case .queueDrops, .queueFull, .udpDrops, .notAccepted: (finding.socket?.local, nil)
    case .ephemeralPorts:
      (
        finding.socket.flatMap { $0.local.address.map { Endpoint($0, 0) } },
        finding.socket?.remote
      )
    case .fileLimit, .conntrack, .tcpMemory, .orphans, .closeWait, .neverBound, .verdict:
      (nil, nil)
    }
  }
}

// MARK: In words

extension CheckReport {
  /// Without a full stop, as a notice.
  public func sentence(_ finding: Finding) -> String {
    let count = grouped(finding.count)
    let owner = words(finding.owner)
    let total = finding.total.map { grouped($0) } ?? "?"
    let time = Quantity.interval(duration)
    let place = finding.socket?.listenerName ?? "?"
    switch finding.kind {
    case .fileLimit: return "\(owner) has \(count) of \(total) files open that it may"
    case .queueDrops:
      return "\(owner) on \(place) turned away \(count) "
        + "\(finding.count == 1 ? "segment" : "segments") in \(time): its accept queue was full"
    case .queueFull:
      return "\(owner) on \(place) has \(count) connections waiting, and its queue holds \(total)"
    case .ephemeralPorts:
      let from = finding.socket?.local.address.map { "\($0)" } ?? "?"
      let to = finding.socket.map { "\($0.remote)" } ?? "?"
      return "\(count) of \(total) ports from \(from) to \(to) are in use, the first by \(owner)"
    case .conntrack: return "\(count) of \(total) connections are tracked"
    case .tcpMemory: return "TCP has \(count) of \(total) pages of memory"
    case .orphans:
      return "\(count) connections without a process are kept, of \(total) that may be"
    case .udpDrops:
      return "\(owner) on \(place) lost \(count) "
        + "\(finding.count == 1 ? "datagram" : "datagrams") in \(time)"
    case .notAccepted:
      return "\(owner) has not accepted \(count) "
        + "\(finding.count == 1 ? "connection" : "connections") on port "
        + "\(finding.socket.map { "\($0.local.port)" } ?? "?") for \(time)"
    case .closeWait:
      let age = finding.age.map { ", the oldest >= \(Quantity.time(milliseconds: $0))" } ?? ""
      return "\(owner) has not closed \(count) "
        + "\(finding.count == 1 ? "connection" : "connections") that the other end has closed\(age)"
    case .neverBound:
      return "\(owner) holds \(count) TCP sockets that were never bound or connected"
    case .verdict:
      return "\(count) \(finding.count == 1 ? "connection" : "connections") of \(owner): "
        + (finding.verdict?.name ?? "?")
    }
  }

  private func words(_ owner: Finding.Owner?) -> String {
    switch owner {
    case .process(let process):
      let name = snapshot.names.process(process).map { "/" + escaped($0.name) } ?? ""
      return "\(process.pid)\(name)"
    case .hidden(let uid):
      guard let uid else { return "a hidden process" }
      let user = snapshot.names.users[uid].map { escaped($0) } ?? "\(uid)"
      return "a hidden process (\(user))"
    case .nobody, nil: return "nobody"
    }
  }

  /// What shows more of it.
  private func command(_ finding: Finding) -> String? {
    let pid: String? =
      if case .process(let process) = finding.owner { "pid=\(process.pid)" } else { nil }
    let port = finding.socket.map { "lport=\($0.local.port)" } ?? ""
    func line(_ words: String?...) -> String {
      (["sockeye"] + words.compactMap { $0 }).joined(separator: " ")
    }
    switch finding.kind {
    case .fileLimit: return line("stats --by state", pid)
    case .queueDrops, .queueFull: return line("-lm", port)
    case .udpDrops: return line("-um", port)
    case .notAccepted: return line(pid, "owner_status=queued")
    case .closeWait: return line("-i", pid, "close-wait")
    case .ephemeralPorts:
      return finding.socket.map { line("stats --by state", "'dst \($0.remote)'") }
    case .verdict: return line(pid, finding.verdict.map { "verdict=\($0.name)" })
    case .orphans: return line("owner_status=none", "connected")
    case .tcpMemory: return line("-m --sort -wmem_queued")
    case .neverBound:
      if case .process(let process) = finding.owner { return "ls -l /proc/\(process.pid)/fd" }
      return nil
    case .conntrack: return nil
    }
  }
}
