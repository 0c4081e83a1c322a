internal import LinuxSystem

/// Bytes that may pass now, at so many a second, with a tenth of a second's worth at once.
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

  /// Adds what the time since the last call allows, and returns how many bytes may pass.
  mutating func available(_ now: MonotonicInstant) -> Int {
    let passed = min(1_000_000_000, max(0, (now - updated).wholeNanoseconds))
    let (product, overflow) = passed.multipliedReportingOverflow(by: perSecond)
    let earned = overflow ? perSecond : product / 1_000_000_000
    // Time that earned no whole byte yet is kept.
    if earned > 0 {
      allowance = min(max(1, perSecond / 10), allowance &+ earned)
      updated = now
    }
    return Int(allowance)
  }

  mutating func take(_ count: Int) { allowance -= Int64(count) }
}
