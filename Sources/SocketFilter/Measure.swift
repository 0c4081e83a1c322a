import SocketModel

/// What the number of a field counts, where a filter may write it in a larger unit: `rtt>10ms`,
/// `recv_q>64k`, `delivery_rate>100mbit`. A number without a unit is in the field's own.
enum Measure: Hashable {
  case microseconds, milliseconds
  case bytes
  /// Bytes a second; a rate may also be written in bits, as in tc(8).
  case byteRate

  init?(_ field: Field) {
    switch field {
    case .timerExpires: self = .milliseconds
    case .receiveQueue, .sendQueue, .txBytes, .rxBytes: self = .bytes
    case .memory(let field):
      if field == .drops { return nil }
      self = .bytes
    case .tcpInfo(let field):
      guard let measure = Measure(field) else { return nil }
      self = measure
    default: return nil
    }
  }

  private init?(_ field: TCPInfo.Field) {
    switch field {
    case .rto, .ato, .rtt, .rttvar, .rcv_rtt, .min_rtt, .busy_time, .rwnd_limited,
      .sndbuf_limited:
      self = .microseconds
    case .last_data_sent, .last_data_recv, .last_ack_recv, .total_rto_time: self = .milliseconds
    case .pacing_rate, .max_pacing_rate, .delivery_rate: self = .byteRate
    case .snd_mss, .rcv_mss, .pmtu, .rcv_ssthresh, .advmss, .rcv_space, .bytes_acked,
      .bytes_received, .notsent_bytes, .bytes_sent, .bytes_retrans, .snd_wnd, .rcv_wnd:
      self = .bytes
    default: return nil
    }
  }

  /// Each unit as so many of the field's own, times `numerator`, over `denominator`; the first
  /// whose name ends the text counts.
  private var units: [(name: String, numerator: UInt64, denominator: UInt64)] {
    switch self {
    case .microseconds:
      [("us", 1, 1), ("ms", 1000, 1), ("s", 1_000_000, 1), ("m", 60_000_000, 1)]
    case .milliseconds: [("us", 1, 1000), ("ms", 1, 1), ("s", 1000, 1), ("m", 60_000, 1)]
    case .bytes: Self.sizes
    case .byteRate:
      [("kbit", 125, 1), ("mbit", 125_000, 1), ("gbit", 125_000_000, 1), ("bit", 1, 8)]
        + Self.sizes
    }
  }

  /// Powers of 1024, as after `--rate`.
  private static let sizes: [(String, UInt64, UInt64)] = [
    ("k", 1 << 10, 1), ("m", 1 << 20, 1), ("g", 1 << 30, 1), ("t", 1 << 40, 1),
  ]

  /// A value to type, for the message about one that is none.
  var example: String {
    switch self {
    case .microseconds, .milliseconds: "10ms"
    case .bytes: "64k"
    case .byteRate: "100mbit"
    }
  }

  /// A number with one of the units, in the field's own: `1.5ms` is 1500 microseconds. Nil where
  /// it is none, is too large, or does not come out even.
  func number(_ text: some StringProtocol) -> UInt64? {
    let text = text.lowercased()
    guard let unit = units.first(where: { text.hasSuffix($0.name) }) else { return nil }
    let parts = text.dropLast(unit.name.count)
      .split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1] : ""
    let digits = parts[0] + fraction
    guard !parts[0].isEmpty, parts.count == 1 || !fraction.isEmpty, fraction.utf8.count <= 9,
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let mantissa = UInt64(digits)
    else { return nil }
    let scale = (0..<fraction.utf8.count).reduce(unit.denominator) { scale, _ in scale * 10 }
    let (product, overflow) = mantissa.multipliedReportingOverflow(by: unit.numerator)
    return overflow || product % scale != 0 ? nil : product / scale
  }
}
