public import SocketModel

/// What a probe of one host found, as text or JSON.
public struct ProbeReport: Sendable {
  /// A probed port, and what this host knows of it beyond the answer.
  public struct Port: Sendable {
    public let result: ProbeResult
    /// The port's service name.
    public var service: String?
    /// Who listens there, where that is on this host; may hold other processes' names, escaped.
    public var owner: String?
    /// The accept queue of a listener of this host that has no room left.
    public var fullQueue: (waiting: UInt32, limit: UInt32)?

    public init(_ result: ProbeResult, service: String? = nil) {
      self.result = result
      self.service = service
    }
  }

  /// As it was asked for.
  public let target: String
  public let host: String
  public let time: Timestamp
  public let ports: [Port]
  /// The target is the host that probes, which is up in any case.
  public var isThisHost = false

  public init(target: String, host: String, time: Timestamp, ports: [Port]) {
    self.target = target
    self.host = host
    self.time = time
    self.ports = ports
  }

  /// The shortest time in which the host itself answered, with a firewall's message too; nil where it
  /// did not. What a router says in its place tells nothing of it.
  public var latency: Duration? {
    ports.filter(\.wasAnsweredByTarget).map(\.result.duration).min()
  }

  /// nil where it is not known.
  var isUp: Bool? { isThisHost || latency != nil ? true : nil }

  /// A line on the host, a line a port, or as many as there are different answers to it, and a line
  /// for many ports that are alike.
  public func text(_ palette: Palette = .none) -> [UInt8] {
    var out: [UInt8] = []
    out.append(escaped(hostLine) + "\n")
    let rows = rows
    let groups = PortGroup.all(in: rows)
    let grouped = Set(groups.map(\.likeness))
    let ungrouped = rows.filter { $0.port.owner != nil || !grouped.contains($0.likeness) }
    let hasAddresses = ungrouped.contains { $0.addresses != nil }
    let hasOwners = ungrouped.contains { $0.port.owner != nil }
    var grid = TextGrid(
      header: ["PORT"] + (hasAddresses ? ["ADDRESS"] : []) + ["STATE", "SERVICE", "TIME", "REASON"]
        + (hasOwners ? ["OWNER"] : []),
      areWords: true)
    for row in ungrouped {
      let port = row.port
      grid.add(
        ["\(port.result.endpoint.port)/tcp"] + (hasAddresses ? [row.addresses ?? "all"] : [])
          + [
            port.state, escaped(port.service ?? ""), "\(milliseconds(port.result.duration)) ms",
            escaped(port.reason ?? ""),
          ] + (hasOwners ? [port.owner ?? ""] : []))
    }
    if !ungrouped.isEmpty { out += grid.text(palette) }
    for group in groups { out.append(escaped(group.line) + "\n") }
    for (address, reason) in untried { out.append(escaped("\(address): \(reason)") + "\n") }
    return out
  }

  private var hostLine: String {
    let addresses = addresses.map { "\($0)" }.joined(separator: ", ")
    let place = addresses == target || addresses.isEmpty ? target : "\(target) (\(addresses))"
    if let latency { return "\(place) is up, \(milliseconds(latency)) ms away" }
    if isThisHost { return "\(place) is up" }
    let replies = ports.compactMap(\.icmp)
    let reason =
      if replies.contains(where: \.isOwn) {
        "this host's own firewall answered in its place"
      } else if let router = replies.lazy.compactMap(\.sender).first {
        "\(router) answered in its place"
      } else if ports.allSatisfy(\.wasNotTried) {
        "nothing could be sent to it"
      } else {
        "it did not answer"
      }
    return "\(place): it is not known whether it is up; \(reason)"
  }
}

extension ProbeReport {
  /// Those that were asked, each once.
  var addresses: [IPAddress] { Set(ports.map(\.result.endpoint.address)).sorted() }

  /// One address among several that nothing could be sent to, for the same reason at every port: a
  /// line for it instead of one a port.
  private var untried: [(address: IPAddress, reason: String)] {
    let byAddress = Dictionary(grouping: ports, by: \.result.endpoint.address)
    let silent = addresses.compactMap { address -> (address: IPAddress, reason: String)? in
      let here = byAddress[address] ?? []
      let reasons = Set(here.map(\.reason))
      guard here.allSatisfy(\.wasNotTried), reasons.count == 1, let reason = reasons.first else {
        return nil
      }
      return (address, reason ?? "")
    }
    return silent.count < byAddress.count ? silent : []
  }

  /// What several addresses of the target answered alike at one port.
  struct Row {
    /// The quickest of them.
    let port: Port
    /// nil where it holds of all of them.
    let addresses: String?

    /// What rows that may share a line have in common.
    var likeness: [String?] { [port.state, port.reason, addresses] }
  }

  /// The ports in their order, each address in its own.
  var rows: [Row] {
    let left = Set(untried.map(\.address))
    var rows: [Row] = []
    var done: Set<UInt16> = []
    let asked = ports.filter { !left.contains($0.result.endpoint.address) }
    let byPort = Dictionary(grouping: asked, by: \.result.endpoint.port)
    for port in asked where done.insert(port.result.endpoint.port).inserted {
      let answers = byPort[port.result.endpoint.port] ?? []
      var groups: [[Port]] = []
      for answer in answers {
        let place = groups.firstIndex { group in
          group.contains { $0.says(theSameAs: answer) }
        }
        if let place { groups[place].append(answer) } else { groups.append([answer]) }
      }
      for group in groups {
        let quickest = group.min { $0.result.duration < $1.result.duration } ?? port
        let names = group.map { "\($0.result.endpoint.address)" }.joined(separator: ", ")
        rows.append(Row(port: quickest, addresses: groups.count > 1 ? names : nil))
      }
    }
    return rows
  }
}

extension ProbeReport.Port {
  /// `open`, `closed`, `filtered` or `failed`.
  var state: String {
    switch result.finding {
    case .open: "open"
    case .closed: "closed"
    case .filtered: "filtered"
    case .failed: "failed"
    }
  }

  /// This host could not send anything to it.
  fileprivate var wasNotTried: Bool {
    if case .failed = result.finding { true } else { false }
  }

  var icmp: ProbeResult.ICMPReply? {
    if case .filtered(.icmp(let reply)) = result.finding { reply } else { nil }
  }

  /// The target's own word, and not a router's.
  fileprivate var wasAnsweredByTarget: Bool {
    switch result.finding {
    case .open, .closed: true
    case .filtered(.icmp(let reply)): reply.sender == result.endpoint.address
    case .filtered, .failed: false
    }
  }

  func says(theSameAs other: Self) -> Bool {
    (state, reason, owner) == (other.state, other.reason, other.owner)
  }

  /// How the state is known, where there is more to say than the state.
  var reason: String? {
    switch result.finding {
    case .open: nil
    case .closed: owner == nil ? "refused" : "refused, although somebody listens there now"
    case .filtered(.noAnswer):
      fullQueue.map { "accept queue full, \($0.waiting)/\($0.limit)" } ?? "no answer"
    case .filtered(let reason): reason.words
    case .failed(let failure): failure.words(to: result.endpoint.address)
    }
  }
}

extension ProbeResult.Reason {
  /// As it follows the name of what did not let it through.
  public var words: String {
    switch self {
    case .noAnswer: "no answer"
    case .icmp(let reply): reply.words
    case .noNeighbor: "no answer on the link: no such host, or its router is down"
    }
  }
}

extension ProbeResult.Failure {
  /// The same of a target: of a loopback address there is more to say than that no way leads there.
  public func words(to target: IPAddress) -> String {
    switch self {
    case .noRoute where target.isLoopback, .noLocalAddress where target.isLoopback:
      Self.loopbackIsDown
    case .noRoute, .unreachableRoute, .prohibitRoute, .blackholeRoute, .policy, .noLocalPort,
      .noLocalAddress, .noFamily, .broadcast, .multicast, .needsZone, .error:
      words
    }
  }

  public static let loopbackIsDown =
    "this host's loopback interface is down or has no address; try: ip link set lo up"

  /// Why nothing was sent, with what can be done about it.
  public var words: String {
    switch self {
    case .noRoute: "no route from here"
    case .unreachableRoute: "an 'unreachable' route of this host rules it out"
    case .prohibitRoute: "a 'prohibit' route of this host forbids it"
    case .blackholeRoute: "a 'blackhole' route of this host discards it"
    case .policy: "a security policy of this host forbids it (cgroup, seccomp or security module)"
    case .noLocalPort: "no local port is left to connect from (net.ipv4.ip_local_port_range)"
    case .noLocalAddress: "this host has no address to connect from"
    case .noFamily(let family): "this host has no \(family == .ipv4 ? "IPv4" : "IPv6")"
    case .broadcast: "a broadcast address: TCP needs a single host"
    case .multicast: "a multicast address: TCP needs a single host"
    case .needsZone: "a link-local address needs its zone, e.g. [fe80::1%eth0]:80"
    case .error(_, let text): text
    }
  }
}

extension ProbeResult.ICMPReply {
  /// `prohibited, says 10.0.0.1`: the message's meaning (RFC 792, RFC 1812, RFC 4443) and its sender.
  var words: String {
    if isOwn { return "\(meaning), says this host's own firewall" }
    return meaning + (sender.map { ", says \($0)" } ?? "")
  }

  private var meaning: String {
    switch (family, type, code) {
    case (.ipv4, 3, 0), (.ipv6, 1, 0): "network unreachable"
    case (.ipv4, 3, 1), (.ipv6, 1, 3): "host unreachable"
    // A TCP stack answers a reset instead: this is a firewall.
    case (.ipv4, 3, 3), (.ipv6, 1, 4): "rejected (port unreachable)"
    case (.ipv4, 3, 9), (.ipv4, 3, 10), (.ipv4, 3, 13), (.ipv6, 1, 1): "prohibited"
    case (.ipv6, 1, 5), (.ipv6, 1, 6): "refused by policy"
    case (.ipv4, 11, _), (.ipv6, 3, _): "lost on the way (hop limit)"
    default: "ICMP type \(type) code \(code)"
    }
  }
}

/// Milliseconds: `0.214`, `3.21`, `48`: three digits that count, as far as there are microseconds.
func milliseconds(_ duration: Duration) -> String {
  let microseconds =
    duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
  if microseconds >= 10_000 { return "\(microseconds / 1000)" }
  let digits = "\(1000 + microseconds % 1000)".dropFirst()
  return "\(microseconds / 1000).\(microseconds < 1000 ? digits : digits.dropLast())"
}

extension ProbeReport {
  /// Ports that are not open, all for the same reason, and too many for a line each.
  struct PortGroup {
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

    /// The largest first. A port that somebody is known to listen on is on its own.
    static func all(in rows: [Row]) -> [PortGroup] {
      let alike = Dictionary(
        grouping: rows.filter { $0.port.state != "open" && $0.port.owner == nil }, by: \.likeness)
      return alike.filter { $1.count > limit }.map { PortGroup($1, alike: $0) }
        .sorted { ($1.ports.count, $0.line) < ($0.ports.count, $1.line) }
    }
  }
}

extension ProbeReport {
  /// `{"schema":1,"host":…,"time":…,"target":…,"up":…,"latency_ms":…,"ports":[…]}`; `up` is null where
  /// it is not known.
  public var json: [UInt8] {
    var out = Array("{\"schema\":1".utf8)
    out.append(key: "host")
    out.append(jsonText: host)
    out.append(key: "time")
    out.append(jsonText: time.rfc3339)
    out.append(key: "target")
    out.append(jsonText: target)
    out.append(key: "up")
    out.append(isUp.map { "\($0)" } ?? "null")
    out.append(key: "latency_ms")
    out.append(latency.map { milliseconds($0) } ?? "null")
    out.append(key: "ports")
    out.append(UInt8(ascii: "["))
    for (index, port) in ports.enumerated() {
      out.append(index > 0 ? ",\n{" : "\n{")
      append(port, to: &out)
      out.append(UInt8(ascii: "}"))
    }
    out.append("\n]}\n")
    return out
  }

  private func append(_ port: Port, to out: inout [UInt8]) {
    out.append(key: "address")
    out.append(jsonText: "\(port.result.endpoint.address)")
    out.append(key: "port")
    out.append("\(port.result.endpoint.port)")
    out.append(key: "protocol")
    out.append(jsonText: "tcp")
    out.append(key: "state")
    out.append(jsonText: port.state)
    out.append(key: "service")
    out.append(jsonText: port.service)
    out.append(key: "time_ms")
    out.append(milliseconds(port.result.duration))
    out.append(key: "reason")
    out.append(jsonText: port.reason)
    out.append(key: "icmp")
    if let icmp = port.icmp {
      out.append("{\"type\":\(icmp.type),\"code\":\(icmp.code)")
      out.append(key: "from")
      out.append(jsonText: icmp.sender.map { "\($0)" })
      out.append(UInt8(ascii: "}"))
    } else {
      out.append("null")
    }
    out.append(key: "owner")
    out.append(jsonText: port.owner)
  }
}
