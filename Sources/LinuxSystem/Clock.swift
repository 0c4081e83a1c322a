internal import Glibc
public import SocketModel

/// A moment of the monotonic clock (clock_gettime(2), CLOCK_MONOTONIC): it never jumps, and means
/// nothing on another host or after a boot.
public struct MonotonicInstant: Hashable, Comparable, Sendable {
  /// Nanoseconds since some moment before this process began.
  public let nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static func now() -> MonotonicInstant {
    let time = clock(CLOCK_MONOTONIC)
    return MonotonicInstant(
      nanoseconds: time.seconds &* 1_000_000_000 &+ Int64(time.nanoseconds))
  }

  public static func < (a: MonotonicInstant, b: MonotonicInstant) -> Bool {
    a.nanoseconds < b.nanoseconds
  }

  /// Stays at the end of time where the sum would pass it.
  public static func + (a: MonotonicInstant, b: Duration) -> MonotonicInstant {
    let (sum, overflow) = a.nanoseconds.addingReportingOverflow(b.wholeNanoseconds)
    return MonotonicInstant(nanoseconds: overflow ? (b < .zero ? .min : .max) : sum)
  }

  public static func - (a: MonotonicInstant, b: MonotonicInstant) -> Duration {
    .nanoseconds(a.nanoseconds &- b.nanoseconds)
  }

  /// The time since then.
  public var elapsed: Duration { MonotonicInstant.now() - self }
}

extension Timestamp {
  /// The wall clock (clock_gettime(2), CLOCK_REALTIME).
  public static func now() -> Timestamp { clock(CLOCK_REALTIME) }
}

private func clock(_ id: clockid_t) -> Timestamp {
  var time = timespec()
  // Both clocks exist on every kernel: the call can't fail.
  _ = unsafe clock_gettime(id, &time)
  return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
}

extension Duration {
  /// Rounded towards zero; the nearest limit where it is too long for 64 bits (292 years).
  public var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, over) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return over ? (seconds < 0 ? .min : .max) : sum
  }

  /// A kernel `timespec`; a negative time counts as none.
  var timespec: Glibc.timespec {
    let nanoseconds = max(0, wholeNanoseconds)
    return Glibc.timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
  }
}
