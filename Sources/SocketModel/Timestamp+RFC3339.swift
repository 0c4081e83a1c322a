extension Timestamp {
  /// The moment in UTC with milliseconds, as RFC 3339 writes it: `2026-02-28T23:59:59.123Z`.
  public var rfc3339: String {
    let (days, second) = seconds.quotientAndRemainder(flooringBy: 86_400)
    let date = Self.civil(daysSinceEpoch: days)
    let parts = [
      Self.padded(date.year, 4), "-", Self.padded(date.month, 2), "-", Self.padded(date.day, 2),
      "T", Self.padded(second / 3600, 2), ":", Self.padded(second / 60 % 60, 2), ":",
      Self.padded(second % 60, 2), ".", Self.padded(Int64(nanoseconds / 1_000_000), 3), "Z",
    ]
    return parts.joined()
  }

  /// The proleptic Gregorian date, counted in eras of 400 years that begin in March, so that the
  /// leap day is the last day of a year.
  private static func civil(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, day) = (daysSinceEpoch + 719_468).quotientAndRemainder(flooringBy: 146_097)
    let yearOfEra = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth)
  }

  private static func padded(_ number: Int64, _ length: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, length - digits.utf8.count)) + digits
  }
}

extension Int64 {
  fileprivate func quotientAndRemainder(flooringBy divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
