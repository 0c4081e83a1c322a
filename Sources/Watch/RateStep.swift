/// What a refresh does to the rates of all rows. They are taken over about an interval: in the
/// moment between two keys a steady sender may send nothing, or twice as much.
enum RateStep: Hashable, Sendable {
  /// Too early, or nothing was counted: they stay, and so does what the next are taken from.
  case keep
  /// The next are taken from here. Until then they stay.
  case restart
  /// They are those of the seconds since the last that did this, or `restart`.
  case measure(within: Double)

  /// `since` is when rates were last measured or restarted; nil before the first refresh.
  init(at now: Duration, since: Duration?, interval: Duration, isBaseline: Bool) {
    guard let since else {
      self = .restart
      return
    }
    let isEarly = now - since < interval * 3 / 4
    // New rows have nothing that rates could be taken from.
    self = !isEarly ? .measure(within: (now - since) / .seconds(1)) : isBaseline ? .restart : .keep
  }
}
