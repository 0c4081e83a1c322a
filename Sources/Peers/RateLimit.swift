internal import LinuxSystem

/// Bytes that may pass now, at so many a second: at least a hundredth of a second's worth, so that
/// nobody is woken for each byte, and at most a tenth.
struct RateLimit {
  private let perSecond: Int64
  private var allowance: Int64
  private var updated: MonotonicInstant

  init(perSecond: Int, now: MonotonicInstant) {
    // No rate is faster than this; sums of two can't overflow.
    self.perSecond = Int64(min(max(1, perSecond), 1 << 60))
    allowance = max(1, self.perSecond / 10)
    updated = now
  }

  /// Adds what the time since the last call allows, and returns how many bytes may pass: 0 where it
  /// is worth waiting for more.
  mutating func available(_ now: MonotonicInstant) -> Int {
    let passed = min(1_000_000_000, max(0, (now - updated).wholeNanoseconds))
    let (product, overflow) = passed.multipliedReportingOverflow(by: perSecond)
    let earned = overflow ? perSecond : product / 1_000_000_000
    let most = max(1, perSecond / 10)
    allowance = min(most, allowance &+ earned)
    let (time, isLong) = earned.multipliedReportingOverflow(by: 1_000_000_000)
    if isLong || allowance == most {
      updated = now
    } else if earned > 0 {
      // Time that earned no whole byte yet is kept.
      updated = updated + .nanoseconds(time / perSecond + 1)
    }
    return allowance < max(1, perSecond / 100) ? 0 : Int(allowance)
  }

  mutating func take(_ count: Int) { allowance -= Int64(count) }
}
