internal import Display
internal import SocketModel

/// How changes are told where nothing is drawn.
public enum EventForm: Sendable {
  /// A line of text a change (`--events`).
  case text
  /// A line of JSON a change (`--ndjson`).
  case ndjson
}

extension WatchState {
  /// A line for each change of the last refresh: opened, changed, closed. A connection that came
  /// and went since the refresh before has two.
  public func eventLines(_ form: EventForm) -> [UInt8] {
    let fresh = positions.filter { table.rows[Int($0)].isFresh }
    if fresh.isEmpty { return [] }
    let events = fresh.enumerated().flatMap { index, row in
      Event.events(of: table.rows[Int(row)]).map { (index: index, event: $0) }
    }
    switch form {
    case .text:
      let texts = RowText(table, fresh, numbers)
      return events.flatMap { Array(textLine($0.event, $0.index, texts).utf8) }
    case .ndjson:
      let lines = jsonLines(fresh)
      return events.flatMap { entry -> [UInt8] in
        let row = Int(fresh[entry.index])
        return entry.event.json(
          lines[entry.index], table.rows[row], table.snapshot.sockets[row].transport)
      }
    }
  }

  private func textLine(_ event: Event, _ index: Int, _ texts: RowText) -> String {
    let live = texts.live(index)
    var line =
      "\(clock) \(event.rawValue) \(texts.text(.proto, index)) \(texts.text(.local, index))"
    if texts.socket(index).isConnected { line += " -> \(texts.text(.remote, index))" }
    switch event {
    case .opened:
      if !live.isFleeting { line += " \(texts.text(.state, index))" }
    case .changed:
      let former = live.formerState?.name(texts.socket(index).transport)
      line += " \(former.map { "\($0)" } ?? "?") -> \(texts.text(.state, index))"
    case .closed:
      if !live.isFleeting { line += " after \(texts.age(index))" }
      if let counts = live.counts {
        line += ", received \(grouped(Int(clamping: counts.received))) bytes"
        line += ", sent \(grouped(Int(clamping: counts.sent)))"
        if !live.isFinal { line += " (as of the last refresh)" }
      }
    }
    let owner = texts.text(.process, index)
    if !owner.isEmpty && owner != "-" { line += event == .closed ? ", \(owner)" : " \(owner)" }
    return line + "\n"
  }

  /// The rows as Display writes them, without the newline.
  private func jsonLines(_ rows: [UInt32]) -> [ArraySlice<UInt8>] {
    var bytes: [UInt8] = []
    let json = JSON(.lines, sections: .identity)
    json.rendering(Listing(table.snapshot, rows: rows)).write { piece in
      for index in 0..<piece.count { bytes.append(piece[index]) }
    }
    return bytes.split(separator: UInt8(ascii: "\n"))
  }
}

/// What happened to a row in one refresh.
private enum Event: String {
  case opened, changed, closed

  static func events(of live: LiveRow) -> [Event] {
    switch live.mark {
    case .none: []
    case .opened: [.opened]
    case .changed: [.changed]
    case .closed: live.isFleeting ? [.opened, .closed] : [.closed]
    }
  }

  /// The row's line with the event in front and what the view knows behind: the state before, the
  /// bytes that moved, whether that count is the kernel's last word or as of the last refresh, and
  /// how long the row was seen.
  func json(
    _ line: ArraySlice<UInt8>, _ live: LiveRow, _ transport: TransportProtocol
  ) -> [UInt8] {
    // Behind `host` and `time`, which every line of JSON begins with.
    let start = line.firstRange(of: Array(",\"protocol\":".utf8))?.lowerBound ?? line.startIndex
    var out = Array(line[..<start])
    out += ",\"event\":\"\(rawValue)\"".utf8
    out += line[start...].dropLast()
    if self == .changed {
      let former = live.formerState?.name(transport).map { "\"\($0)\"" } ?? "null"
      out += ",\"former_state\":\(former)".utf8
    }
    if self != .opened {
      let counts = live.counts
      out += ",\"tx_bytes\":\(counts.map { "\($0.sent)" } ?? "null")".utf8
      out += ",\"rx_bytes\":\(counts.map { "\($0.received)" } ?? "null")".utf8
      let exact = counts == nil ? "null" : live.isExact ? "true" : "false"
      out += ",\"bytes_exact\":\(exact)".utf8
      let seen = live.isFleeting ? "null" : Self.seconds(live.stateSince - live.firstSeen)
      out += ",\"seen_seconds\":\(seen)".utf8
    }
    return out + Array("}\n".utf8)
  }

  private static func seconds(_ duration: Duration) -> String {
    let thousandths = max(0, Int(duration / .milliseconds(1)))
    let rest = "\(1000 + thousandths % 1000)".dropFirst()
    return "\(thousandths / 1000).\(rest)"
  }
}
