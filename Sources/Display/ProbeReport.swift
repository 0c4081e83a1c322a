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

  /// The shortest time in which the host itself answered; nil where it did not. What a router says
  /// in its place tells nothing of it.
  public var latency: Duration? {
    ports.compactMap { port in
      switch port.result.finding {
      case .open, .closed(nil): port.result.duration
      case .closed(let reply?) where reply.sender == port.result.endpoint.address:
        port.result.duration
      case .closed, .filtered, .failed: nil
      }
    }.min()
  }

  /// nil where it is not known.
  var isUp: Bool? { isThisHost || latency != nil ? true : nil }

  /// A line on the host, a line a port, and a line for many ports that are alike.
  public func text(_ palette: Palette = .none) -> [UInt8] {
    var out: [UInt8] = []
    out.append(escaped(hostLine) + "\n")
    let hasOwners = ports.contains { $0.owner != nil }
    var grid = TextGrid(
      header: ["PORT", "STATE", "SERVICE", "TIME", "REASON"] + (hasOwners ? ["OWNER"] : []),
      areWords: true)
    let crowds = crowds
    let crowded = Set(crowds.flatMap(\.ports))
    let lonely = ports.filter { !crowded.contains($0.result.endpoint.port) }
    for port in lonely {
      grid.add(
        [
          "\(port.result.endpoint.port)/tcp", port.state, port.service ?? "",
          milliseconds(port.result.duration), escaped(port.reason ?? ""),
        ] + (hasOwners ? [port.owner ?? ""] : []))
    }
    if !lonely.isEmpty { out += grid.text(palette) }
    for crowd in crowds { out.append(escaped(crowd.line) + "\n") }
    return out
  }

  private var hostLine: String {
    let addresses = Set(ports.map(\.result.endpoint.address)).sorted().map { "\($0)" }
      .joined(separator: ", ")
    let place = addresses == target || addresses.isEmpty ? target : "\(target) (\(addresses))"
    if let latency { return "\(place) is up, \(milliseconds(latency)) away" }
    if isThisHost { return "\(place) is up" }
    let reason =
      if let router = ports.lazy.compactMap(\.router).first {
        "\(router) answered in its place"
      } else if ports.allSatisfy(\.wasNotTried) {
        "nothing could be sent to it"
      } else {
        "it did not answer"
      }
    return "\(place): it is not known whether it is up; \(reason)"
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
  var wasNotTried: Bool {
    if case .failed = result.finding { true } else { false }
  }

  /// Who sent an ICMP message; nil where none came.
  var router: IPAddress? { icmp?.sender }

  var icmp: ProbeResult.ICMPReply? {
    switch result.finding {
    case .closed(let reply): reply
    case .filtered(.icmp(let reply)): reply
    default: nil
    }
  }

  /// How the state is known, where there is more to say than the state.
  var reason: String? {
    switch result.finding {
    case .open: nil
    case .closed(nil): "refused"
    case .closed(let reply?): reply.words
    case .filtered(.noAnswer):
      fullQueue.map { "accept queue full, \($0.waiting)/\($0.limit)" } ?? "no answer"
    case .filtered(.icmp(let reply)): reply.words
    case .filtered(.noNeighbor): "no such host on the link"
    case .failed(.noRoute): "no route from here"
    case .failed(.forbiddenHere): "this host's own firewall forbids it"
    case .failed(.noLocalAddress): "no local port is left, or no such address"
    case .failed(.error(let number)): "error \(number)"
    }
  }
}

extension ProbeResult.ICMPReply {
  /// `prohibited, says 10.0.0.1`: the message's meaning (RFC 792, RFC 1812, RFC 4443) and its sender.
  var words: String { meaning + (sender.map { ", says \($0)" } ?? "") }

  private var meaning: String {
    switch (family, type, code) {
    case (.ipv4, 3, 0), (.ipv6, 1, 0): "network unreachable"
    case (.ipv4, 3, 1), (.ipv6, 1, 3): "host unreachable"
    case (.ipv4, 3, 3), (.ipv6, 1, 4): "port unreachable"
    case (.ipv4, 3, 9), (.ipv4, 3, 10), (.ipv4, 3, 13), (.ipv6, 1, 1): "prohibited"
    case (.ipv6, 1, 5), (.ipv6, 1, 6): "refused by policy"
    case (.ipv4, 11, _), (.ipv6, 3, _): "lost on the way (hop limit)"
    default: "ICMP type \(type) code \(code)"
    }
  }
}

/// `0.214 ms`, `3.21 ms`, `48 ms`: three digits that count, as far as there are microseconds.
func milliseconds(_ duration: Duration) -> String {
  let microseconds =
    duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
  if microseconds >= 10_000 { return "\(microseconds / 1000) ms" }
  let digits = "\(1000 + microseconds % 1000)".dropFirst()
  return "\(microseconds / 1000).\(microseconds < 1000 ? digits : digits.dropLast()) ms"
}
