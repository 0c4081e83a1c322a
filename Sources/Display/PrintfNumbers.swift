internal import SocketModel

extension [UInt8] {
  /// Appends a number as printf(3)'s `%.Ng` does: so many significant digits, no zeros at the end, and an
  /// exponent where there are more digits before the point than these.
  mutating func append(general value: Double, digits precision: Int = 6) {
    guard value.isFinite, value > 0 else { return append(value == 0 ? "0" : "\(value)") }
    var exponent = 0
    var unit = 1.0
    while value >= unit * 10 {
      unit *= 10
      exponent += 1
    }
    while value < unit {
      unit /= 10
      exponent -= 1
    }
    var mantissa = scaled(value, by: precision - 1 - exponent)
    // 9.999996 has become 10.00000.
    if mantissa >= Self.power(precision) {
      exponent += 1
      mantissa = scaled(value, by: precision - 1 - exponent)
    }
    let text = [UInt8](decimal: mantissa)
    if exponent < -4 || exponent >= precision {
      appendTrimmed(text, pointAfter: 1)
      append(exponent < 0 ? "e-" : "e+")
      append(padded: UInt64(exponent.magnitude), to: 2)
    } else if exponent < 0 {
      let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: -exponent)
      appendTrimmed(zeros + text, pointAfter: 1)
    } else {
      appendTrimmed(text, pointAfter: exponent + 1)
    }
  }

  /// Appends a number as `%.Nf` does.
  mutating func append(fixed value: Double, decimals: Int) {
    let whole = scaled(Swift.max(0, value), by: decimals)
    let unit = Self.power(decimals)
    append(decimal: whole / unit)
    if decimals == 0 { return }
    append(UInt8(ascii: "."))
    append(padded: whole % unit, to: decimals)
  }

  /// Appends a number with zeros before it.
  mutating func append(padded value: UInt64, to width: Int) {
    let digits = [UInt8](decimal: value)
    for _ in 0..<Swift.max(0, width - digits.count) { append(UInt8(ascii: "0")) }
    self += digits
  }

  mutating func append(hexadecimal value: UInt64) {
    append(String(value, radix: 16))
  }

  private init(decimal value: UInt64) {
    self = []
    append(decimal: value)
  }

  private static func power(_ exponent: Int) -> UInt64 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }

  private func scaled(_ value: Double, by exponent: Int) -> UInt64 {
    let factor = (0..<exponent.magnitude).reduce(1.0) { factor, _ in factor * 10 }
    let scaled = exponent < 0 ? value / factor : value * factor
    var rounded = scaled.rounded(.toNearestOrEven)
    // What looks like a half may be a little more or less, which the multiplication rounded away.
    if exponent > 0, scaled - scaled.rounded(.down) == 0.5 {
      let rest = (-scaled).addingProduct(value, factor)
      if rest != 0 { rounded = scaled.rounded(rest > 0 ? .up : .down) }
    }
    return UInt64(exactly: rounded) ?? .max
  }

  /// Appends digits with a point among them, and without zeros after it.
  private mutating func appendTrimmed(_ digits: [UInt8], pointAfter count: Int) {
    var decimals = digits.dropFirst(count)
    while decimals.last == UInt8(ascii: "0") { decimals.removeLast() }
    self += digits.prefix(count)
    if decimals.isEmpty { return }
    append(UInt8(ascii: "."))
    self += decimals
  }
}
