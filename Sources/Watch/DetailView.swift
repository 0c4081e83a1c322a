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
    self.row = table.snapshot[row]
    self.numbers = numbers
    texts = RowText(table, CollectionOfOne(UInt32(truncatingIfNeeded: row)), numbers)
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
    entries += ownerEntries + traffic(length) + tcpEntries
    entries += peerEntries
    return entries + identity
  }

  private var stateLine: StyledLine {
    var line = StyledLine("\(texts.text(.proto, 0)) \(texts.text(.state, 0))", live.mark.style)
    if live.mark == .closed {
      line = StyledLine("closed \(Quantity.age(now - live.stateSince)) ago", live.mark.style)
      if !live.isFleeting { line.append(", was \(texts.text(.state, 0))") }
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
    guard let peer = table.peer(of: row.index) else { return [] }
    let other = RowText(table, CollectionOfOne(UInt32(truncatingIfNeeded: peer)), numbers)
    let words = [LiveColumn.local, .remote, .state, .process].map { other.text($0, 0) }
    return [
      Entry("Other end", "on this host: \(words[0]) -> \(words[1])"),
      Entry("", words[3] == "-" ? words[2] : "\(words[2]) \(words[3])"),
    ]
  }

  private var identity: [Entry] {
    var entries: [Entry] = []
    if let id = row.cgroup {
      entries.append(Entry("Cgroup", escaped(names.cgroups[id] ?? "\(id)")))
    }
    var ids: [String] = []
    if socket.inode != 0 { ids.append("inode \(socket.inode)") }
    if socket.cookie != 0 { ids.append("cookie \(socket.cookie)") }
    if !ids.isEmpty { entries.append(Entry("Kernel", ids.joined(separator: ", "))) }
    return entries
  }
}

/// `tcp_info` in words.
extension ConnectionDetail {
  private var tcpEntries: [Entry] {
    guard let info = row.tcpInfo, !socket.isListening else { return timerEntries }
    var entries: [Entry] = []
    func add(_ label: String, _ parts: [String?]) {
      let words = parts.compactMap { $0 }
      if !words.isEmpty { entries.append(Entry(label, words.joined(separator: ", "))) }
    }
    func time(_ member: TCPInfoMember) -> String? {
      info[member].map { Quantity.time(microseconds: $0) }
    }
    add(
      "Round trip",
      [
        time(.rtt), time(.rttvar).map { "varies by \($0)" },
        time(.min_rtt).map { "\($0) at best" }, time(.rto).map { "sends again after \($0)" },
      ])
    add("Window", windowWords(info))
    add("Lost", lossWords(info))
    add(
      "Last",
      [
        info[.last_data_sent].map { "sent \(ago($0))" },
        info[.last_data_recv].map { "received \(ago($0))" },
        info[.last_ack_recv].map { "acknowledged \(ago($0))" },
      ])
    add("Held up by", limitWords(info))
    return entries + timerEntries
  }

  private func windowWords(_ info: TCPInfo) -> [String?] {
    var congestion: String?
    if let window = info[.snd_cwnd] {
      congestion = "\(grouped(Int(clamping: window))) segments"
      if let size = info[.snd_mss] {
        congestion? += " of \(grouped(Int(clamping: size))) bytes may be on their way"
      }
    }
    if let name = row.text(.congestion) { congestion? += " (\(escaped(name.bytes)))" }
    return [
      congestion, info[.unacked].map { $0 == 0 ? "none is" : "\($0) are" },
      info[.snd_wnd].map { "the other end takes \(Quantity.bytes($0))" },
      info[.delivery_rate].flatMap { $0 == 0 ? nil : "delivers \(Quantity.rate(Double($0)))" },
    ]
  }

  private func lossWords(_ info: TCPInfo) -> [String?] {
    guard let total = info[.total_retrans] else { return [] }
    if total == 0 { return ["nothing was sent again"] }
    return [
      total == 1
        ? "1 segment was sent again"
        : "\(grouped(Int(clamping: total))) segments were sent again",
      info[.bytes_retrans].map { "\(Quantity.bytes($0)) in all" },
      info[.retrans].flatMap { $0 == 0 ? nil : "\($0) now" },
      info[.lost].flatMap { $0 == 0 ? nil : "\($0) seem lost now" },
    ]
  }

  /// What kept the sender waiting, of the time that it had something to send.
  private func limitWords(_ info: TCPInfo) -> [String?] {
    guard let busy = info[.busy_time], busy > 0 else { return [] }
    func share(_ member: TCPInfoMember, _ words: String) -> String? {
      info[member].flatMap {
        $0 == 0 ? nil : "\(words) \(Int(min(100, Double($0) * 100 / Double(busy)))) %"
      }
    }
    return [
      share(.rwnd_limited, "the other end's window"), share(.sndbuf_limited, "the send buffer"),
    ]
  }

  /// The kernel's clock for these counts in steps of a few milliseconds.
  private func ago(_ count: UInt64) -> String {
    count == 0 ? "just now" : "\(milliseconds(count)) ago"
  }

  private func milliseconds(_ count: UInt64) -> String {
    Quantity.time(microseconds: count.multipliedReportingOverflow(by: 1000).partialValue)
  }

  private var timerEntries: [Entry] {
    let timer = socket.timer
    guard timer.kind != .off else { return [] }
    let name = timer.kind.name.map { "\($0)" } ?? "\(timer.kind.rawValue)"
    var text = "\(name) in \(milliseconds(UInt64(timer.expires)))"
    if timer.retransmits > 0 { text += ", \(timer.retransmits) without an answer" }
    return [Entry("Timer", text)]
  }
}
