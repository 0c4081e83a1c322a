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
  /// and went since the refresh before has two, also one that is left in TIME_WAIT.
  public func eventLines(_ form: EventForm) -> [UInt8] {
    let fresh = positions.filter { table.rows[Int($0)].isFresh }
    if fresh.isEmpty { return [] }
    let events = fresh.enumerated().flatMap { index, row in
      Event.events(of: table.rows[Int(row)]).map { (index: index, event: $0) }
    }
    var out: [UInt8] = []
    switch form {
    case .text:
      let texts = texts(fresh)
      for (index, event) in events { out += textLine(event, index, texts).utf8 }
    case .ndjson:
      let lines = JSONLines(
        Listing(table.shown, rows: fresh), sections: .identity,
        isIncomplete: arrangement.undecided > 0 || !arrangement.gaps.isEmpty)
      for (index, event) in events {
        var name = JSONMembers()
        name.append("event", event.rawValue)
        lines.append(index, before: name, after: members(event, of: fresh[index]), to: &out)
      }
    }
    return out
  }

  private func textLine(_ event: Event, _ index: Int, _ texts: RowText) -> String {
    let live = texts.live(index)
    var line =
      "\(clock) \(event.rawValue) \(texts.text(.proto, index)) \(texts.text(.local, index))"
    if texts.socket(index).isConnected { line += " -> \(texts.text(.remote, index))" }
    switch event {
    case .opened:
      let isSeen = !live.isShortLived && !live.wasMissed
      if isSeen { line += " \(texts.text(.state, index))" }
    case .changed:
      let former = live.formerState?.name(texts.socket(index).kind)
      line += " \(former.map { "\($0)" } ?? "?") -> \(texts.text(.state, index))"
    case .closed:
      if !live.isShortLived { line += " after \(texts.age(index))" }
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

  /// What the view knows beyond the socket: the state before, the bytes that moved and whether their
  /// count is exact, and how long the row was seen. Every event has them all, so that a table of
  /// events has the columns of its first line.
  private func members(_ event: Event, of row: UInt32) -> JSONMembers {
    let live = table.rows[Int(row)]
    var members = JSONMembers()
    let former = event == .changed ? live.formerState : nil
    let name = former?.name(table.shown[row].socket.kind)
    members.append("former_state", name.map { "\($0)" })
    let counts = event == .opened ? nil : live.counts
    members.append("tx_bytes", counts?.sent)
    members.append("rx_bytes", counts?.received)
    members.append("bytes_exact", counts.map { _ in live.isExact })
    let isSeen = event != .opened && !live.isShortLived && !live.wasMissed
    members.append("seen_seconds", isSeen ? live.stateSince - live.firstSeen : nil as Duration?)
    return members
  }
}

/// What happened to a row in one refresh.
private enum Event: String {
  case opened, changed, closed

  static func events(of live: LiveRow) -> [Event] {
    switch live.mark {
    case .none: []
    case .opened: live.wasMissed ? [.opened, .changed] : [.opened]
    case .changed: [.changed]
    case .closed: live.isShortLived ? [.opened, .closed] : [.closed]
    }
  }
}

extension LiveRow {
  /// Whether it was first seen in TIME_WAIT, and the kernel's notice told of what came before.
  fileprivate var wasMissed: Bool { mark == .opened && formerState != nil }
}
