public import SocketModel

/// `tcp_info` and the timer of one connection in words, for the live detail and for `-i -o --long`.
public struct ConnectionWords {
  public struct Entry: Hashable, Sendable {
    public let label: String
    public let text: String
  }

  /// `Round trip`: `45 us, varies by 12 us`. Only what there is something to say of.
  public private(set) var entries: [Entry] = []
  private let row: Row

  /// The fields that the words tell, or that say the same again.
  static let told: Set<Field> = Set(
    [
      TCPInfoMember.rtt, .rttvar, .min_rtt, .rto, .snd_cwnd, .snd_mss, .unacked, .snd_wnd,
      .delivery_rate, .total_retrans, .bytes_retrans, .retrans, .lost, .last_data_sent,
      .last_data_recv, .last_ack_recv, .rwnd_limited, .sndbuf_limited, .data_segs_in,
      .data_segs_out, .segs_in, .segs_out, .delivered, .bytes_acked, .bytes_received, .bytes_sent,
    ].map { Field.tcpInfo($0) } + [.congestion, .txBytes, .rxBytes])

  static let toldOfTimers: Set<Field> = [.timer, .timerExpires, .timerRetransmits]

  /// For a view that shows the traffic in its own way.
  public init(_ row: Row) {
    self.row = row
    if let info { add(info) }
    add("Timer", timer)
  }

  init(_ row: Row, info asksInfo: Bool, timer asksTimer: Bool) {
    self.row = row
    if asksInfo, let info {
      let value = { (field: Field) in field.value(of: row) }
      add("Received", [amount(value(.rxBytes), info[.data_segs_in])])
      add("Sent", [amount(value(.txBytes), info[.data_segs_out])])
      add(info)
    }
    if asksTimer { add("Timer", timer) }
  }

  /// A listener's members mean something else, or nothing.
  private var info: TCPInfo? { row.socket.isListening ? nil : row.tcpInfo }

  /// `3.9 kB in 3 segments`
  private func amount(_ bytes: Value, _ segments: UInt64?) -> String? {
    guard case .number(let bytes) = bytes else { return nil }
    if bytes == 0 { return "nothing" }
    let words = Quantity.bytes(bytes)
    guard let segments, segments > 0 else { return words }
    return words
      + (segments == 1 ? " in 1 segment" : " in \(grouped(Int(clamping: segments))) segments")
  }

  private mutating func add(_ label: String, _ parts: [String?]) {
    let words = parts.compactMap { $0 }
    if !words.isEmpty {
      entries.append(Entry(label: label, text: words.joined(separator: ", ")))
    }
  }

  private mutating func add(_ info: TCPInfo) {
    func time(_ member: TCPInfoMember) -> String? {
      info[member].map { Quantity.time(microseconds: $0) }
    }
    add(
      "Round trip",
      [
        time(.rtt), time(.rttvar).map { "varies by \($0)" },
        time(.min_rtt).map { "\($0) at best" }, time(.rto).map { "sends again after \($0)" },
      ])
    add("Window", window(info))
    add("Lost", loss(info))
    add(
      "Last",
      [
        info[.last_data_sent].map { "sent \(ago($0))" },
        info[.last_data_recv].map { "received \(ago($0))" },
        info[.last_ack_recv].map { "acknowledged \(ago($0))" },
      ])
    add("Held up by", limits(info))
  }

  private func window(_ info: TCPInfo) -> [String?] {
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

  private func loss(_ info: TCPInfo) -> [String?] {
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
  private func limits(_ info: TCPInfo) -> [String?] {
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

  private var timer: [String?] {
    let timer = row.socket.timer
    if timer.kind == .off { return [] }
    let name = timer.kind.name.map { "\($0)" } ?? "\(timer.kind.rawValue)"
    return [
      "\(name) in \(Quantity.time(milliseconds: UInt64(timer.expires)))",
      timer.retransmits > 0 ? "\(timer.retransmits) without an answer" : nil,
    ]
  }

  /// The kernel's clock for these counts in steps of a few milliseconds.
  private func ago(_ count: UInt64) -> String {
    count == 0 ? "just now" : "\(Quantity.time(milliseconds: count)) ago"
  }
}
