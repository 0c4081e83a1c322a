extension Timestamp {
  /// Reads a moment as RFC 3339 writes it, in UTC or with an offset: `2026-02-28T23:59:59.123Z`. A space
  /// may be in the place of the T.
  public init?(rfc3339 text: String) {
    let zone: Int64
    var clock = text[...]
    if clock.hasSuffix("Z") || clock.hasSuffix("z") {
      zone = 0
      clock.removeLast()
    } else {
      let offset = clock.suffix(6)
      guard clock.utf8.count > 6, let sign = offset.first, sign == "+" || sign == "-",
        let hours = Self.number(offset.dropFirst().prefix(2), 0...23),
        offset.dropFirst(3).first == ":", let minutes = Self.number(offset.suffix(2), 0...59)
      else { return nil }
      zone = (hours * 60 + minutes) * (sign == "-" ? -60 : 60)
      clock.removeLast(6)
    }
    self.init(clock: clock, secondsFromUTC: zone)
  }

  /// The same without an offset, of a clock that is so far east of UTC; seconds may be left out.
  public init?(clock text: Substring, secondsFromUTC zone: Int64) {
    let bytes = text.utf8
    guard bytes.allSatisfy({ $0 < 0x80 }), bytes.count >= 16 else { return nil }
    let characters = Array(text)
    func number(_ range: Range<Int>, _ bounds: ClosedRange<Int64>) -> Int64? {
      Self.number(String(characters[range])[...], bounds)
    }
    guard characters[4] == "-", characters[7] == "-", "Tt ".contains(characters[10]),
      characters[13] == ":", let year = number(0..<4, 0...9999),
      let month = number(5..<7, 1...12), let day = number(8..<10, 1...31),
      let hour = number(11..<13, 0...23), let minute = number(14..<16, 0...59)
    else { return nil }
    var second: Int64 = 0
    var fraction: Int64 = 0
    if characters.count > 16 {
      guard characters.count >= 19, characters[16] == ":", let read = number(17..<19, 0...60) else {
        return nil
      }
      second = read
      if characters.count > 19 {
        let digits = String(characters[20...])
        guard characters[19] == ".", (1...9).contains(digits.count),
          let number = Self.number(digits[...], 0...999_999_999)
        else { return nil }
        fraction = (digits.count..<9).reduce(number) { number, _ in number * 10 }
      }
    }
    let days = Self.daysSinceEpoch(year, month, day)
    self.init(
      seconds: days * 86_400 + hour * 3600 + minute * 60 + second - zone,
      nanoseconds: Int32(fraction))
  }

  private static func number(_ digits: Substring, _ bounds: ClosedRange<Int64>) -> Int64? {
    guard digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int64(digits),
      bounds.contains(number)
    else { return nil }
    return number
  }

  /// Of the proleptic Gregorian calendar, counted in years that begin in March.
  private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The time from another moment to this one.
  public func since(_ other: Timestamp) -> Duration {
    .seconds(seconds &- other.seconds) + .nanoseconds(Int64(nanoseconds - other.nanoseconds))
  }
}

extension Timestamp: Comparable {
  public static func < (a: Timestamp, b: Timestamp) -> Bool {
    (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
  }
}
