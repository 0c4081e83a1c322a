public import SocketModel

/// What `why` says of a port, as text or JSON.
public struct PortReport: Sendable {
  public let answer: PortAnswer
  public let host: String
  public let time: Timestamp
  /// The user for whom the answer holds, by number and by name where there is one.
  public let uid: UInt32
  public var user: String?
  /// Whether other network namespaces were looked at.
  public var looksElsewhere = true

  public init(_ answer: PortAnswer, host: String, time: Timestamp, uid: UInt32) {
    self.answer = answer
    self.host = host
    self.time = time
    self.uid = uid
  }

  /// What the answer leaves out, by its name in JSON and in words.
  var unexamined: [(name: String, words: String)] {
    [
      ("firewall", "firewall rules"), ("nat", "NAT"),
      ("security-modules", "SELinux and other security modules"),
      ("socket-bind-deny", "SocketBindDeny= of a service's unit"),
    ] + (looksElsewhere ? [] : [("other-namespaces", "other network namespaces (that takes root)")])
  }

  /// Sentences, each on lines of `width` columns at most, and what to type under them.
  public func text(width: Int, _ palette: Palette = .none) -> [UInt8] {
    var out: [UInt8] = []
    for line in wrapped(escaped(headline), to: width) {
      out += palette.heading(Array(line.utf8))
      out.append("\n")
    }
    for (title, roles) in Self.sections {
      let findings = answer.findings.filter { roles.contains($0.role) }
      if findings.isEmpty { continue }
      out.append("\n")
      if let title { out.append(title + "\n") }
      for finding in findings { append(finding, width, to: &out) }
    }
    out.append("\n")
    append(limits, width, to: &out)
    return out
  }

  private static let sections: [(String?, [PortFinding.Role])] = [
    (nil, [.obstacle, .condition]), ("Who reaches it:", [.reach]),
    ("Not in the way:", [.innocent]), (nil, [.note]),
  ]

  private func append(_ finding: PortFinding, _ width: Int, to out: inout [UInt8]) {
    append("- " + finding.sentence(answer.question), width, to: &out)
    for command in finding.commands(answer.question) {
      out.append("    " + shown(command) + "\n")
    }
  }

  /// As it is to be typed: a backslash, which unit names have, is doubled only beside what must not reach a
  /// terminal.
  private func shown(_ command: String) -> String {
    command.utf8.allSatisfy { 0x20...0x7e ~= $0 } ? command : escaped(command)
  }

  /// A paragraph; what follows a dash hangs under what comes after it.
  private func append(_ text: String, _ width: Int, to out: inout [UInt8]) {
    let indent = text.hasPrefix("- ") ? "  " : ""
    let body = indent.isEmpty ? text : String(text.dropFirst(indent.count))
    let lines = wrapped(escaped(body), to: width - indent.count)
    for (number, line) in lines.enumerated() {
      out.append((number == 0 && !indent.isEmpty ? "- " : indent) + line + "\n")
    }
  }

  /// `TCP port 80 of 127.0.0.1 can't be had.`
  private var headline: String {
    let question = answer.question
    let places = question.places.map { "\($0.address)" }.joined(separator: " and ")
    let name = question.name + (places.isEmpty ? "" : " of \(places)")
    let subject = name.prefix(1).uppercased() + name.dropFirst()
    switch answer.verdict {
    case .free:
      return answer.findings.contains { $0.role == .condition }
        ? "\(subject) is free for a server that sets SO_REUSEADDR." : "\(subject) is free."
    case .taken: return "\(subject) can't be had."
    case .cannotTell: return "It can't be told whether \(name) is free."
    }
  }

  private var limits: String {
    let who = user.map { "user \($0)" } ?? "uid \(uid)"
    let rest = unexamined.map(\.words)
    return "This holds for \(who), this cgroup and this security domain. Not looked at: "
      + rest.dropLast().joined(separator: ", ") + ", and " + (rest.last ?? "") + "."
  }
}

extension PortReport {
  /// `{"schema":1,"host":…,"time":…,"protocol":…,"port":…,"addresses":[…],"verdict":…,"uid":…,
  /// "findings":[…],"not_examined":[…]}`
  public var json: [UInt8] {
    let question = answer.question
    var out = Array("{\"schema\":1".utf8)
    out.append(key: "host")
    out.append(jsonText: host)
    out.append(key: "time")
    out.append(jsonText: time.rfc3339)
    out.append(key: "protocol")
    out.append(jsonText: "\(question.kind.name)")
    out.append(key: "port")
    out.append("\(question.port)")
    out.append(key: "addresses")
    out.append(texts: question.places.map { "\($0.address)" })
    out.append(key: "verdict")
    out.append(jsonText: answer.verdict.rawValue)
    out.append(key: "uid")
    out.append("\(uid)")
    out.append(key: "findings")
    out.append("[")
    for (index, finding) in answer.findings.enumerated() {
      out.append(index > 0 ? ",\n{" : "\n{")
      append(finding, to: &out)
      out.append("}")
    }
    out.append("\n]")
    out.append(key: "not_examined")
    out.append(texts: unexamined.map(\.name))
    out.append("}\n")
    return out
  }

  /// A UDP server may have a socket for each of its clients.
  private static let mostSockets = 100

  private func append(_ finding: PortFinding, to out: inout [UInt8]) {
    out.append(key: "name")
    out.append(jsonText: finding.name)
    out.append(key: "role")
    out.append(jsonText: finding.role.rawValue)
    out.append(key: "sentence")
    out.append(jsonText: finding.sentence(answer.question))
    out.append(key: "commands")
    out.append(texts: finding.commands(answer.question))
    out.append(key: "count")
    out.append("\(finding.count)")
    out.append(key: "sockets")
    out.append("[")
    for (index, socket) in finding.sockets.prefix(Self.mostSockets).enumerated() {
      out.append(index > 0 ? ",{" : "{")
      append(socket, to: &out)
      out.append("}")
    }
    out.append("]")
  }

  private func append(_ evidence: PortSocket, to out: inout [UInt8]) {
    let socket = evidence.socket
    out.append(key: "local_address")
    out.append(jsonText: socket.local.address.map { "\($0)" })
    out.append(key: "local_port")
    out.append("\(socket.local.port)")
    out.append(key: "remote_address")
    out.append(jsonText: socket.isConnected ? socket.remote.address.map { "\($0)" } : nil)
    out.append(key: "remote_port")
    out.append(jsonNumber: socket.isConnected ? UInt64(socket.remote.port) : nil)
    out.append(key: "state")
    out.append(
      jsonText: socket.state.name(socket.kind).map { "\($0)" } ?? "\(socket.state.rawValue)")
    out.append(key: "v6only")
    out.append(
      socket.family == .ipv6 && socket.v6Only != .unknown ? "\(socket.v6Only == .yes)" : "null")
    out.append(key: "owner_status")
    out.append(jsonText: evidence.ownerStatus.name.map { "\($0)" })
    out.append(key: "pids")
    out.append("[" + evidence.pids.map { "\($0)" }.joined(separator: ",") + "]")
    for (key, text) in [
      ("process", evidence.processes.first?.name), ("user", evidence.user),
      ("unit", evidence.unit), ("container", evidence.container),
      ("interface", evidence.interface), ("netns_name", evidence.namespace.name),
    ] {
      out.append(key: key)
      if let text { out.append(jsonBytes: text.rawBytes.span) } else { out.append("null") }
    }
    out.append(key: "recv_q")
    out.append("\(socket.receiveQueue)")
    out.append(key: "send_q")
    out.append("\(socket.sendQueue)")
    out.append(key: "drops")
    out.append(jsonNumber: evidence.drops)
  }
}

extension [UInt8] {
  /// A JSON array of texts.
  fileprivate mutating func append(texts: [String]) {
    append("[")
    for (index, text) in texts.enumerated() {
      if index > 0 { append(",") }
      append(jsonText: text)
    }
    append("]")
  }
}
