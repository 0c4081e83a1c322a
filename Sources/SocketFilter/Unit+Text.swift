import SocketModel

/// A number may be written in a larger unit than its field's own: `rtt>10ms`, `recv_q>64k`,
/// `delivery_rate>100mbit`. A number without a unit is in the field's own.
extension Unit {
  /// Each unit as so many of the field's own, times `numerator`, over `denominator`; the first
  /// whose name ends the text counts.
  private var multiples: [(name: String, numerator: UInt64, denominator: UInt64)] {
    switch self {
    case .none: []
    case .microseconds:
      [
        ("us", 1, 1), ("ms", 1000, 1), ("s", 1_000_000, 1), ("m", 60_000_000, 1),
        ("h", 3_600_000_000, 1), ("d", 86_400_000_000, 1),
      ]
    case .milliseconds:
      [
        ("us", 1, 1000), ("ms", 1, 1), ("s", 1000, 1), ("m", 60_000, 1), ("h", 3_600_000, 1),
        ("d", 86_400_000, 1),
      ]
    case .bytes: Self.sizes
    // A rate may also be written in bits, as in tc(8).
    case .byteRate:
      [("kbit", 125, 1), ("mbit", 125_000, 1), ("gbit", 125_000_000, 1), ("bit", 1, 8)]
        + Self.sizes
    }
  }

  /// Powers of 1024, as after `--rate`.
  private static let sizes: [(String, UInt64, UInt64)] = [
    ("k", 1 << 10, 1), ("m", 1 << 20, 1), ("g", 1 << 30, 1), ("t", 1 << 40, 1),
  ]

  /// A value to type, for the message about one that is none; nil where no unit can be written.
  var example: String? {
    switch self {
    case .none: nil
    case .microseconds, .milliseconds: "10ms"
    case .bytes: "64k"
    case .byteRate: "100mbit"
    }
  }

  /// A number with one of the units, in the field's own: `1.5ms` is 1500 microseconds. Nil where
  /// it is none, is too large, or does not come out even.
  func number(_ text: some StringProtocol) -> UInt64? {
    let text = text.lowercased()
    guard let unit = multiples.first(where: { text.hasSuffix($0.name) }) else { return nil }
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
