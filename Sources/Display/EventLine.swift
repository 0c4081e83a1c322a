public import SocketModel

/// Events of connections as lines of text.
///
///     20:31:02.123 closed 127.0.0.1:40312 -> 127.0.0.1:8080 after 1.2 ms, sent 80 bytes, received 512,
///     812/curl to 640/nginx, closed here
///
/// An arrow leads from the end that connected to the one that accepted; the end that is told of is on the
/// left.
public struct EventText: Sendable {
  private let secondsFromUTC: Int

  public init(secondsFromUTC: Int) { self.secondsFromUTC = secondsFromUTC }

  /// The line of a row that is an event, which happened at a time.
  public func line(_ row: Row, at time: Timestamp) -> String {
    guard let event = row.event else { return "" }
    var line = "\(clock(time)) \(event.name.text) \(ends(event))"
    let ending = event.ending
    if let ending, ending.hasFailed { line += " " + words(ending) }
    if event.kind == .ended {
      line += event.duration.map { " after \(Quantity.time(microseconds: $0))" } ?? ""
    }
    var parts: [String] = []
    if let ending, !ending.hasFailed {
      if let sent = row.payloadSent { parts.append("sent \(grouped(Int(clamping: sent))) bytes") }
      if let received = row.number(.bytes_received) {
        parts.append("received \(grouped(Int(clamping: received)))")
      }
    }
    parts += owners(row, event)
    if let ending, !ending.hasFailed { parts.append(words(ending)) }
    if event.retransmits > 0 { parts.append("\(grouped(Int(event.retransmits))) retransmitted") }
    if event.kind == .ended, event.roundTrip > 0 {
      parts.append("rtt \(Quantity.time(microseconds: UInt64(event.roundTrip)))")
    }
    if event.kind == .ended, event.duration == nil, !event.isPolled {
      parts.append("opened before")
    }
    parts += places(row)
    return line + parts.map { ", " + $0 }.joined() + "\n"
  }

  private func ends(_ event: ConnectionEvent) -> String {
    let arrow =
      switch event.role {
      case .connected: "->"
      case .accepted: "<-"
      case nil: "--"
      }
    return "\(event.socket.local) \(arrow) \(event.socket.remote)"
  }

  /// `640/nginx`, and the process at the other end.
  private func owners(_ row: Row, _ event: ConnectionEvent) -> [String] {
    let own = event.owner.map { owner in
      name(owner.process.pid, owner.process.name)
        + (owner.source == .listener ? " (who listens)" : "")
    }
    let peer = row.peerProcess.flatMap { process in
      row.snapshot.names.process(process).map { name(process.pid, $0.name) }
    }
    switch (own, peer) {
    case (let own?, let peer?): return [own + (event.role == .accepted ? " from " : " to ") + peer]
    case (let own?, nil): return [own]
    case (nil, let peer?): return [(event.role == .accepted ? "from " : "to ") + peer]
    case (nil, nil): return []
    }
  }

  private func name(_ pid: Int32, _ bytes: [UInt8]) -> String { "\(pid)/\(escaped(bytes))" }

  /// Unit, container and namespace, as far as they are known.
  private func places(_ row: Row) -> [String] {
    var places: [String] = []
    if let name = row.cgroupName {
      if let container = name.container {
        places.append("container \(escaped(container))")
      } else if let unit = name.unit {
        places.append(escaped(unit))
      }
    }
    if row.socket.namespace != 0 {
      let name = row.namespace.name.map { escaped($0) } ?? row.namespace.inode.map { "\($0)" }
      places.append("netns \(name ?? "?")")
    }
    return places
  }

  /// How it ended, and by what one knows.
  private func words(_ ending: ConnectionEnding) -> String {
    let evidence =
      ending.error == 0 ? "" : " (\(ending.errorName?.text ?? "error \(ending.error)"))"
    let side =
      switch ending.closedBy {
      case .here: " here"
      case .peer: " there"
      case .aborted, nil: ""
      }
    switch ending.reason {
    case .closed: return "closed" + side
    case .reset: return "reset" + side + evidence
    case .refused: return "refused" + evidence
    case .timedOut: return "timed out" + evidence
    case .unreachable: return "unreachable" + evidence
    case .destroyed: return "destroyed" + evidence
    case .cancelled: return "closed by the program before it was connected"
    case .noPort: return "for want of a local port"
    case .error: return "error" + evidence
    case nil: return ending.hasFailed ? "(why is not known)" : "closed"
    }
  }

  /// The time of day, to the millisecond.
  private func clock(_ time: Timestamp) -> String {
    let second = (Int(time.seconds) + secondsFromUTC) % 86_400
    let day = second < 0 ? second + 86_400 : second
    func padded(_ number: Int, _ count: Int) -> String {
      let digits = "\(number)"
      return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
    return "\(padded(day / 3600, 2)):\(padded(day / 60 % 60, 2)):\(padded(day % 60, 2))"
      + ".\(padded(Int(time.nanoseconds) / 1_000_000, 3))"
  }
}

extension ShortText {
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
