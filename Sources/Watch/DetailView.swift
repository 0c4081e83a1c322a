internal import Display
internal import SocketModel

/// All about one connection.
extension WatchState {
  func detailLines(width: Int) -> [Line] {
    guard cursor.selected == detailID, positions.indices.contains(cursor.index) else {
      return [Line("  This connection is gone.", .dim)]
    }
    let row = Int(positions[cursor.index])
    let detail = ConnectionDetail(table, row: row, numbers: numbers)
    return detail.entries(sparkline: min(60, max(8, width - 40))).flatMap { entry in
      LabelledText(label: Line(entry.label, .bold), labelWidth: 12)
        .lines(entry.text, width: width)
    }
  }
}

/// What is known of one connection, in words.
struct ConnectionDetail {
  struct Entry {
    let label: String
    let text: Line

    init(_ label: String, _ text: Line) {
      self.label = label
      self.text = text
    }

    init(_ label: String, _ text: String, _ style: Style = .plain) {
      self.init(label, Line(text, style))
    }
  }

  let table: LiveTable
  let row: Int
  private let texts: RowText
  private let numbers: NumberStyle

  init(_ table: LiveTable, row: Int, numbers: NumberStyle) {
    self.table = table
    self.row = row
    self.numbers = numbers
    texts = RowText(table, CollectionOfOne(UInt32(truncatingIfNeeded: row)), numbers)
  }

  var snapshot: Snapshot { table.snapshot }
  var socket: Socket { snapshot.sockets[row] }
  var live: LiveRow { table.rows[row] }
  private var now: Duration { table.time ?? .zero }

  func entries(sparkline length: Int) -> [Entry] {
    var entries = [
      Entry("Local", texts.text(.local, 0)), Entry("Foreign", texts.text(.remote, 0)),
      Entry("State", stateLine),
      Entry("Seen", "for \(texts.age(0))" + (live.isFromStart ? ", since the view began" : "")),
      Entry("Queue", queueWords),
    ]
    entries += ownerEntries + traffic(length) + tcpEntries
    entries += peerEntries
    return entries + identity
  }

  private var stateLine: Line {
    var line = Line("\(texts.text(.proto, 0)) \(texts.text(.state, 0))", live.mark.style)
    if live.mark == .closed {
      line = Line("closed \(Quantity.age(now - live.stateSince)) ago", live.mark.style)
      if !live.isFleeting { line.append(", was \(texts.text(.state, 0))") }
    } else if let former = live.formerState {
      line.append(" for \(Quantity.age(now - live.stateSince))")
      line.append(", before that \(former.name(socket.transport).map { "\($0)" } ?? "?")")
    } else {
      line.append(
        " for \(Quantity.age(now - live.stateSince))" + (live.isFromStart ? " or longer" : ""))
    }
    return line
  }

  private var queueWords: String {
    if socket.transport == .tcp && socket.state == .listening {
      return "\(grouped(Int(socket.receiveQueue))) connections wait to be accepted"
        + (socket.sendQueue > 0 ? ", at most \(grouped(Int(socket.sendQueue)))" : "")
    }
    return "\(grouped(Int(socket.receiveQueue))) bytes not yet read, "
      + "\(grouped(Int(socket.sendQueue))) not yet acknowledged"
  }

  private var ownerEntries: [Entry] {
    let owners = snapshot.owners(row)
    var entries: [Entry] = []
    for owner in owners {
      let process = snapshot.names.processes[owner.pid]
      var text = "\(owner.pid)"
      if let process { text += "/" + escaped(process.name) }
      text += ", fd " + owner.descriptors.map { "\($0)" }.joined(separator: " ")
      if snapshot.ownerStatus(row) == .queued { text += " (not yet accepted)" }
      entries.append(Entry(entries.isEmpty ? "Owner" : "", text))
      if let command = process?.command {
        let words = command.split(separator: 0).map { escaped($0) }.joined(separator: " ")
        if !words.isEmpty { entries.append(Entry("", words, .dim)) }
      }
    }
    if owners.isEmpty {
      let words: [OwnerStatus: String] = [
        .notAsked: "not asked", .none: "nobody", .hidden: "hidden: more rights are needed",
        .queued: "not yet accepted by any program", .known: "gone",
      ]
      entries.append(Entry("Owner", words[snapshot.ownerStatus(row)] ?? "?"))
    }
    if let uid = socket.uid {
      let name = snapshot.names.users[uid].map { "\(escaped($0)) (\(uid))" } ?? "\(uid)"
      entries.append(Entry("User", name))
    }
    return entries
  }

  private func traffic(_ length: Int) -> [Entry] {
    guard let counts = live.counts, !socket.isListening else { return [] }
    let source = live.isFinal ? "in all" : live.mark == .closed ? "at the last refresh" : "so far"
    let history = table.histories[live.id] ?? RateHistory()
    func line(_ rate: Double?, _ count: UInt64, _ part: (ByteRates) -> Double) -> Line {
      var line = Line(rate.map { Quantity.rate($0) } ?? "")
      line.pad(to: 10)
      line.append(RateHistory.sparkline(history.peaks(length, until: now, of: part)), .cyan)
      line.append("  \(Quantity.bytes(count)) \(source)")
      return line
    }
    return [
      Entry("Received", line(live.rates?.received, counts.received) { $0.received }),
      Entry("Sent", line(live.rates?.sent, counts.sent) { $0.sent }),
    ]
  }

  private var peerEntries: [Entry] {
    guard let peer = table.peer(of: row) else { return [] }
    let other = RowText(table, CollectionOfOne(UInt32(truncatingIfNeeded: peer)), numbers)
    let words = [LiveColumn.local, .remote, .state, .process].map { other.text($0, 0) }
    return [
      Entry("Other end", "on this host: \(words[0]) -> \(words[1])"),
      Entry("", words[3] == "-" ? words[2] : "\(words[2]) \(words[3])"),
    ]
  }

  private var identity: [Entry] {
    var entries: [Entry] = []
    if !snapshot.details.isEmpty, let id = snapshot.details[row].cgroup {
      entries.append(Entry("Cgroup", escaped(snapshot.names.cgroups[id] ?? "\(id)")))
    }
    var names: [String] = []
    if socket.inode != 0 { names.append("inode \(socket.inode)") }
    if socket.cookie != 0 { names.append("cookie \(socket.cookie)") }
    if !names.isEmpty { entries.append(Entry("Kernel", names.joined(separator: ", "))) }
    return entries
  }
}
