internal import SocketModel

/// Amounts as people read them, each of a bounded width.
public enum Quantity {
  /// `1.2 MB/s`, at most 8 columns; `-` for none.
  public static func rate(_ bytes: Double) -> String {
    bytes < 0.5 ? "-" : scaled(bytes) + "/s"
  }

  /// `1.2 MB`, at most 6 columns, where the title says that it is a rate.
  public static func shortRate(_ bytes: Double) -> String { bytes < 0.5 ? "-" : scaled(bytes) }

  /// `1.2 MB`, at most 6 columns. 1 kB is 1000 bytes.
  public static func bytes(_ count: UInt64) -> String { scaled(Double(count)) }

  /// `9999`, `12k`, `3.9M`, at most 4 columns.
  public static func count(_ count: UInt32) -> String {
    if count < 10_000 { return "\(count)" }
    let words = scaled(Double(count)).split(separator: " ")
    return "\(words[0])\(words[1].prefix(1))"
  }

  private static func scaled(_ amount: Double) -> String {
    var amount = amount
    var unit = 0
    while amount >= 999.5 && unit < units.count - 1 {
      amount /= 1000
      unit += 1
    }
    if unit == 0 { return "\(Int(amount.rounded())) B" }
    return "\(short(min(amount, 999))) \(units[unit])"
  }

  private static let units = ["B", "kB", "MB", "GB", "TB", "PB"]

  /// One decimal below 10, none above.
  private static func short(_ amount: Double) -> String {
    let tenths = Int((amount * 10).rounded())
    return tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : "\(Int(amount.rounded()))"
  }

  /// `85 us`, `1.2 ms`, `120 ms`, `1.2 s`, `59m`, `1h 59m`, `2d 3h`, at most 7 columns for 27 years.
  public static func time(microseconds: UInt64) -> String {
    let amount = Double(microseconds)
    if amount < 999.5 { return "\(microseconds) us" }
    if amount < 999_500 { return short(amount / 1000) + " ms" }
    return amount < 1e9 ? short(amount / 1e6) + " s" : long(microseconds / 60_000_000)
  }

  static func time(milliseconds: UInt64) -> String {
    time(microseconds: milliseconds.multipliedReportingOverflow(by: 1000).partialValue)
  }

  /// In two units, since an hour is much of two.
  private static func long(_ minutes: UInt64) -> String {
    let hours = minutes / 60
    if hours == 0 { return "\(minutes)m" }
    if hours < 24 { return "\(hours)h" + (minutes % 60 == 0 ? "" : " \(minutes % 60)m") }
    return "\(hours / 24)d" + (hours % 24 == 0 || hours >= 2400 ? "" : " \(hours % 24)h")
  }

  /// `45s`, `12m`, `3h`, `2d`, at most 4 columns for 27 years.
  public static func age(_ duration: Duration) -> String {
    let seconds = max(0, duration.components.seconds)
    if seconds < 60 { return "\(seconds)s" }
    if seconds < 3600 { return "\(seconds / 60)m" }
    return seconds < 86_400 ? "\(seconds / 3600)h" : "\(seconds / 86_400)d"
  }

  /// A number in its unit; nil for a count.
  static func text(_ number: UInt64, _ unit: Unit) -> String? {
    switch unit {
    case .none: nil
    case .microseconds: time(microseconds: number)
    case .milliseconds: time(milliseconds: number)
    // A segment of 1448 bytes is not 1.4 kB.
    case .bytes: number < 10_000 ? grouped(Int(number)) + " B" : bytes(number)
    case .byteRate: rate(Double(number))
    }
  }

  /// `0.5 s`, `2 s`.
  public static func interval(_ duration: Duration) -> String {
    short(max(0, duration / .seconds(1))).replacingTail(".0") + " s"
  }
}

extension String {
  fileprivate func replacingTail(_ tail: String) -> String {
    hasSuffix(tail) ? String(dropLast(tail.count)) : self
  }
}
