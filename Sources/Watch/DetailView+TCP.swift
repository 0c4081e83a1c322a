internal import Display
internal import SocketModel

/// `tcp_info` in words.
extension ConnectionDetail {
  var tcpEntries: [Entry] {
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
