internal import Display
internal import SocketModel

/// All about one connection.
extension WatchState {
  func detailLines(width: Int) -> [StyledLine] {
    guard cursor.selected == detailID, positions.indices.contains(cursor.index) else {
      return [StyledLine("  This connection is gone.", .dim)]
    }
    let detail = ConnectionDetail(
      table, row: Int(positions[cursor.index]), numbers: numbers)
    return detail.entries(sparkline: min(60, max(8, width - 40))).flatMap { entry in
      LabelledText(label: StyledLine(entry.label, .bold), labelWidth: 12)
        .lines(entry.text, width: width)
    }
  }
}

/// What is known of one connection, in words.
struct ConnectionDetail {
  struct Entry {
    let label: String
    let text: StyledLine

    init(_ label: String, _ text: StyledLine) {
      self.label = label
      self.text = text
    }

    init(_ label: String, _ text: String, _ style: Style = .plain) {
      self.init(label, StyledLine(text, style))
    }
  }

  let table: LiveTable
  let row: Row
  private let texts: RowText
  private let numbers: NumberStyle

  init(_ table: LiveTable, row: Int, numbers: NumberStyle) {
    self.table = table
    self.row = table.shown[row]
    self.numbers = numbers
    texts = RowText(table, row: row, numbers)
  }

  var socket: Socket { row.socket }
  private var names: Names { row.snapshot.names }
  private var live: LiveRow { table.rows[row.index] }
  private var now: Duration { table.time ?? .zero }

  fileprivate func entries(sparkline length: Int) -> [Entry] {
    var entries = [
      Entry("Local", texts.text(.local, 0)), Entry("Foreign", texts.text(.remote, 0)),
      Entry("State", stateLine),
      Entry("Seen", "for \(texts.age(0))" + (live.isFromStart ? ", since the view began" : "")),
      Entry("Queue", queueWords),
    ]
    if let verdict = row.verdict, live.mark != .closed {
      entries.append(Entry("Verdict", verdict.name))
    }
    entries += ownerEntries + traffic(length)
    entries += ConnectionWords(row).entries.map { Entry($0.label, $0.text) }
    entries += peerEntries
    return entries + identity
  }

  private var stateLine: StyledLine {
    var line = StyledLine("\(texts.text(.proto, 0)) \(texts.text(.state, 0))", live.mark.style)
    if live.mark == .closed {
      line = StyledLine("closed \(Quantity.age(now - live.stateSince)) ago", live.mark.style)
      if !live.isShortLived { line.append(", was \(texts.text(.state, 0))") }
    } else if let former = live.formerState {
      line.append(" for \(Quantity.age(now - live.stateSince))")
      line.append(", before that \(former.name(socket.kind).map { "\($0)" } ?? "?")")
    } else {
      line.append(
        " for \(Quantity.age(now - live.stateSince))" + (live.isFromStart ? " or longer" : ""))
    }
    return line
  }

  private var queueWords: String {
    if socket.isListener {
      return "\(grouped(Int(socket.receiveQueue))) connections wait to be accepted"
        + (socket.sendQueue > 0 ? ", at most \(grouped(Int(socket.sendQueue)))" : "")
    }
    return "\(grouped(Int(socket.receiveQueue))) bytes not yet read, "
      + "\(grouped(Int(socket.sendQueue))) not yet acknowledged"
  }

  private var ownerEntries: [Entry] {
    let owners = row.owners
    var entries: [Entry] = []
    for owner in owners {
      let process = names.process(owner.process)
      var text = "\(owner.pid)"
      if let process { text += "/" + escaped(process.name) }
      if let forward = process?.forwardsTo { text += " -> \(forward)" }
      if !owner.descriptors.isEmpty {
        text += ", fd " + owner.descriptors.map { "\($0)" }.joined(separator: " ")
      }
      if row.ownerStatus == .queued { text += " (not yet accepted)" }
      entries.append(Entry(entries.isEmpty ? "Owner" : "", text))
      if let command = process?.command {
        let words = command.split(separator: 0).map { escaped($0) }.joined(separator: " ")
        if !words.isEmpty { entries.append(Entry("", words, .dim)) }
      }
    }
    if owners.isEmpty {
      entries.append(Entry("Owner", ownerWords))
    } else if row.ownerStatus == .partial {
      entries.append(Entry("", "and others perhaps: more rights are needed", .dim))
    }
    if let uid = socket.uid {
      let name = names.users[uid].map { "\(escaped($0)) (\(uid))" } ?? "\(uid)"
      entries.append(Entry("User", name))
    }
    return entries
  }

  /// Where there is no owner to be shown.
  private var ownerWords: String {
    switch row.ownerStatus {
    case .notAsked: "not asked"
    case .none: "nobody"
    case .unheld: "no process holds a descriptor"
    case .kernel: "the kernel"
    case .hidden: "hidden: more rights are needed"
    case .queued: "not yet accepted by any program"
    case .known, .partial: "gone"
    }
  }

  private func traffic(_ length: Int) -> [Entry] {
    guard let counts = live.counts, !socket.isListening else { return [] }
    let source = live.isFinal ? "in all" : live.mark == .closed ? "at the last refresh" : "so far"
    let history = table.histories[live.id] ?? RateHistory()
    func line(_ rate: Double?, _ count: UInt64, _ part: (ByteRates) -> Double) -> StyledLine {
      var line = StyledLine(rate.map { Quantity.rate($0) } ?? "")
      line.pad(to: 10)
      line.append(RateHistory.sparkline(history.peaks(length, until: now, of: part)), .teal)
      line.append("  \(Quantity.bytes(count)) \(source)")
      return line
    }
    return [
      Entry("Received", line(live.rates?.received, counts.received) { $0.received }),
      Entry("Sent", line(live.rates?.sent, counts.sent) { $0.sent }),
    ]
  }

  private var peerEntries: [Entry] {
    guard let peer = table.peer(of: row.index) else { return [] }
    let other = RowText(table, row: peer, numbers)
    let words = [LiveColumn.local, .remote, .state, .process].map { other.text($0, 0) }
    let place = place(of: table.shown[peer])
    return [
      Entry("Other end", "on this host\(place): \(words[0]) -> \(words[1])"),
      Entry("", words[3] == "-" ? words[2] : "\(words[2]) \(words[3])"),
    ]
  }

  /// Where it is, if not in this one's network namespace.
  private func place(of other: Row) -> String {
    if other.socket.namespace == socket.namespace { return "" }
    let namespace = other.namespace
    if let name = namespace.name { return ", in the network namespace '\(escaped(name))'" }
    return ", in the network namespace \(namespace.inode.map { "\($0)" } ?? "?")"
  }

  private var identity: [Entry] {
    var entries: [Entry] = []
    if let id = row.cgroup {
      let name = names.cgroups[id]
      if let unit = name?.unit { entries.append(Entry("Unit", escaped(unit))) }
      if let container = name?.container { entries.append(Entry("Container", escaped(container))) }
      entries.append(Entry("Cgroup", escaped(name?.path ?? "\(id)")))
    }
    var ids: [String] = []
    if socket.inode != 0 { ids.append("inode \(socket.inode)") }
    if socket.cookie != 0 { ids.append("cookie \(socket.cookie)") }
    if !ids.isEmpty { entries.append(Entry("Kernel", ids.joined(separator: ", "))) }
    return entries
  }
}
