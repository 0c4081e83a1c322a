public import SocketModel

/// What `diff` found, as text and as JSON.
public struct DifferenceReport: Sendable {
  public let difference: ListingDifference
  public let older: Listing
  public let newer: Listing

  public init(_ difference: ListingDifference, from older: Listing, to newer: Listing) {
    self.difference = difference
    self.older = older
    self.newer = newer
  }

  /// A line for each change: `+`, `-` or `~`, and a sentence.
  public func text(_ palette: Palette) -> [UInt8] {
    var out: [UInt8] = []
    for change in difference.changes {
      if palette == .none {
        out.append("\(change.kind.sign) ")
      } else {
        out += change.kind.colour.bytes
        out.append("\(change.kind.sign) ")
        out += Palette.reset.bytes
      }
      out.append(sentence(change) + "\n")
    }
    return out
  }

  /// `{"schema":1,"from":{…},"to":{…},"changes":[{"change":…,"what":…,…}]}`.
  public func json() -> [UInt8] {
    var out = Array("{\"schema\":1".utf8)
    for (key, listing) in [("from", older), ("to", newer)] {
      out.append(key: key)
      out.append("{")
      out.append(key: "host")
      let host = listing.snapshot.host
      out.append(jsonText: host.isEmpty ? nil : host)
      out.append(key: "time")
      let time = listing.snapshot.time
      out.append(jsonText: time == .epoch ? nil : time.rfc3339)
      out.append(key: "sockets")
      out.append("\(listing.count)")
      out.append(key: "incomplete")
      out.append(listing.isIncomplete ? "true}" : "false}")
    }
    out.append(key: "changes")
    out.append("[")
    for (index, change) in difference.changes.enumerated() {
      out.append(index > 0 ? ",\n{" : "\n{")
      append(change, to: &out)
      out.append("}")
    }
    out.append(difference.isEmpty ? "]}\n" : "\n]}\n")
    return out
  }

  private func append(_ change: ListingDifference.Change, to out: inout [UInt8]) {
    let place = change.places[0]
    out.append(key: "change")
    out.append(jsonText: change.kind.rawValue)
    out.append(key: "what")
    out.append(jsonText: place.side.kind)
    out.append(key: "netns")
    out.append(jsonText: place.namespace)
    out.append(key: "protocol")
    out.append(jsonText: "\(place.kind.name)")
    out.append(key: "direction")
    out.append(jsonText: place.side.word)
    let isListener = place.side == .listener || place.side == .bound
    let (local, remote) = isListener ? (place.end, Endpoint.none) : (.none, place.end)
    appendEnd("local", local, port: isListener ? place.end.port : place.localPort, to: &out)
    appendEnd("remote", remote, port: remote.port, to: &out)
    out.append(key: "path")
    append(name: place.path, to: &out)
    out.append(key: "process")
    append(name: (change.after ?? change.before)?.process, to: &out)
    append("pids_before", change.before?.pids, to: &out)
    append("pids", change.after?.pids, to: &out)
    append("sockets_before", change.before?.sockets ?? 0, to: &out)
    append("sockets", change.after?.sockets ?? 0, to: &out)
    append("close_wait_before", change.before?.closeWait ?? 0, to: &out)
    append("close_wait", change.after?.closeWait ?? 0, to: &out)
    out.append(key: "former_address")
    out.append(jsonText: change.formerPlace?.end.address.map { "\($0)" })
    out.append(key: "others")
    out.append("[")
    for (index, other) in change.places.dropFirst().enumerated() {
      if index > 0 { out.append(",") }
      out.append(jsonText: escaped(Self.words(other)))
    }
    out.append("]")
    out.append(key: "sentence")
    out.append(jsonText: sentence(change))
  }

  private func appendEnd(_ name: String, _ end: Endpoint, port: UInt16, to out: inout [UInt8]) {
    out.append(key: name + "_address")
    out.append(jsonText: end.address.map { "\($0)" })
    out.append(key: name + "_port")
    out.append(port == 0 ? "null" : "\(port)")
  }

  private func append(name: String?, to out: inout [UInt8]) {
    if let name { out.append(jsonBytes: name.rawBytes.span) } else { out.append("null") }
  }

  private func append(_ key: String, _ pids: [Int32]?, to out: inout [UInt8]) {
    out.append(key: key)
    let list = pids.map { $0.map { "\($0)" }.joined(separator: ",") }
    out.append(list.map { "[\($0)]" } ?? "null")
  }

  private func append(_ key: String, _ number: Int, to out: inout [UInt8]) {
    out.append(key: key)
    out.append("\(number)")
  }
}

extension ListingDifference.Change.Kind {
  fileprivate var sign: Character {
    switch self {
    case .opened: "+"
    case .closed: "-"
    case .changed, .grown, .shrunk, .moved, .exposed: "~"
    }
  }

  fileprivate var colour: Colour {
    switch self {
    case .opened: .green
    case .closed, .exposed: .red
    case .changed, .grown, .shrunk, .moved: .orange
    }
  }
}

extension ListingDifference.Place.Side {
  fileprivate var kind: String {
    switch self {
    case .listener: "listener"
    case .bound: "bound"
    case .incoming, .outgoing, .unconnected: "connections"
    }
  }

  /// As in the field `direction`.
  fileprivate var word: String? {
    switch self {
    case .listener: "listen"
    case .incoming: "in"
    case .outgoing: "out"
    case .unconnected, .bound: nil
    }
  }
}

// MARK: In words

extension DifferenceReport {
  /// What the change is, names of others made harmless.
  func sentence(_ change: ListingDifference.Change) -> String {
    let places = change.places.map(Self.words).joined(separator: ", ")
    switch change.places[0].side {
    case .listener, .bound: return escaped(listener(change, places))
    case .incoming, .outgoing, .unconnected: break
    }
    let (before, after) = (change.before?.sockets ?? 0, change.after?.sockets ?? 0)
    var words = places + ": "
    switch change.kind {
    case .opened: words += Self.connections(after, change) + ", none before"
    case .closed: words += "no longer; \(Self.connections(before, change)) before"
    case .changed, .grown, .shrunk, .moved, .exposed:
      words += "\(Self.connections(after, change)), \(grouped(before)) before"
    }
    let waiting = (change.before?.closeWait ?? 0, change.after?.closeWait ?? 0)
    if waiting.1 > 0 || waiting.0 > 0 {
      words += "; in CLOSE_WAIT \(grouped(waiting.1)), \(grouped(waiting.0)) before"
    }
    return escaped(words)
  }

  private static func connections(_ count: Int, _ change: ListingDifference.Change) -> String {
    let isDatagram = change.places[0].kind.isDatagram
    let word = isDatagram ? "socket" : "connection"
    return "\(grouped(count)) \(word)\(count == 1 ? "" : "s")"
  }

  private func listener(_ change: ListingDifference.Change, _ places: String) -> String {
    let place = change.places[0]
    let now = change.after ?? change.before
    let owner = now.map(Self.owner) ?? ""
    let isBound = place.side == .bound
    let isOpen = place.end.isIP && !place.isLoopback && !isBound
    let verb = isBound ? "is bound" : "listens"
    switch change.kind {
    case .opened:
      return "\(places) \(verb)\(owner)" + (isOpen ? "; other hosts may reach it" : "")
    case .closed: return "\(places) \(verb) no longer\(owner)"
    case .grown, .shrunk:
      let counts = (change.before?.sockets ?? 0, change.after?.sockets ?? 0)
      return "\(places) \(grouped(counts.0)) → \(grouped(counts.1)) sockets\(owner)"
    case .exposed where change.formerPlace == nil:
      let words = change.before.map(Self.reach) ?? ""
      return "\(places) exposed: it took \(words) before, and takes more now\(owner)"
    case .exposed:
      let former = change.formerPlace.map(Self.words) ?? ""
      return "\(places) exposed: it was \(former), and other hosts may reach it now\(owner)"
    case .moved:
      return "\(places) was \(change.formerPlace.map(Self.words) ?? "") before\(owner)"
    case .changed:
      guard let before = change.before, let after = change.after else { return places }
      if before.interface != after.interface
        || place.end.isUnspecified && after.refusesIPv4 == true && before.refusesIPv4 == false
      {
        return "\(places) takes \(Self.reach(after)) now, \(Self.reach(before)) before\(owner)"
      }
      return "\(places) \(Self.ownerChange(before, after))"
    }
  }

  /// `tcp 0.0.0.0:22`, `curl → tcp 10.0.0.9:443`.
  private static func words(_ place: ListingDifference.Place) -> String {
    let kind = "\(place.kind.name)"
    let space = place.namespace.map { $0.allSatisfy(\.isNumber) ? "" : " in \($0)" } ?? ""
    let end = place.path ?? (place.end.isIP ? address(place.end) : "\(place.end)")
    let owner = place.owner ?? "somebody"
    switch place.side {
    case .listener, .bound: return "\(kind) \(end)\(space)"
    case .outgoing: return "\(owner) → \(kind) \(end)\(space)"
    case .incoming:
      let port = place.localPort == 0 ? "" : " to port \(place.localPort)"
      return "\(owner) ← \(kind) \(end)\(port)\(space)"
    case .unconnected: return "\(owner) \(kind) at ports of the kernel's choice\(space)"
    }
  }

  private static func address(_ end: Endpoint) -> String {
    end.port == 0 ? end.address.map { "\($0)" } ?? "" : "\(end)"
  }

  private static func owner(_ count: ListingDifference.Count) -> String {
    guard let pid = count.pids.first else { return "" }
    let others = count.pids.count > 1 ? " and \(count.pids.count - 1) more" : ""
    return " (\(count.process.map { "\($0), " } ?? "")pid \(pid)\(others))"
  }

  /// What a listener takes.
  private static func reach(_ count: ListingDifference.Count) -> String {
    let family = count.refusesIPv4 == true ? "IPv6 alone" : "all"
    return family + (count.interface.map { " that comes in over \($0)" } ?? "")
  }

  private static func ownerChange(
    _ before: ListingDifference.Count, _ after: ListingDifference.Count
  ) -> String {
    func pids(_ count: ListingDifference.Count) -> String {
      guard let pid = count.pids.first else { return "nobody" }
      return "pid \(pid)" + (count.pids.count > 1 ? " and \(count.pids.count - 1) more" : "")
    }
    func holder(_ count: ListingDifference.Count) -> String {
      if count.pids.isEmpty { return count.process ?? "nobody" }
      return (count.process.map { "\($0) " } ?? "") + pids(count)
    }
    let name = after.process.map { " (\($0))" } ?? ""
    if before.process != after.process, before.knowsName, after.knowsName {
      return "owner \(holder(before)) → \(holder(after))"
    }
    if before.pids != after.pids {
      let same = before.pids.first == after.pids.first
      let numbers = after.pids.first.map { "\($0)" } ?? "nobody"
      let more = after.pids.count > 1 ? " and \(after.pids.count - 1) more" : ""
      return "owner \(pids(before)) → \(same ? pids(after) : numbers + more)\(name)"
    }
    return
      "user \(before.user.map { "\($0)" } ?? "?") → \(after.user.map { "\($0)" } ?? "?")\(name)"
  }
}
