internal import CLinux
internal import Glibc

/// A timer that is readable when its time has come (timerfd_create(2), CLOCK_MONOTONIC).
public struct TimerDescriptor: ~Copyable, Sendable {
  private let descriptor: FileDescriptor

  public init() throws(Errno) {
    let created = try retrying {
      timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
    }
    descriptor = FileDescriptor(owning: created)
  }

  public var rawValue: Int32 { descriptor.rawValue }

  /// Goes off once after `first` (at once, for no time at all), then every `interval` if one is
  /// given. Replaces what was set before.
  public func set(after first: Duration, every interval: Duration? = nil) throws(Errno) {
    var setting = itimerspec()
    setting.it_value = max(first, .nanoseconds(1)).timespec
    if let interval { setting.it_interval = max(interval, .nanoseconds(1)).timespec }
    _ = try retrying { unsafe timerfd_settime(rawValue, 0, &setting, nil) }
  }

  public func stop() throws(Errno) {
    var setting = itimerspec()
    _ = try retrying { unsafe timerfd_settime(rawValue, 0, &setting, nil) }
  }

  /// How often it went off since it was last asked; 0 when its time has not come.
  public func expirations() throws(Errno) -> UInt64 {
    var count: UInt64 = 0
    do throws(Errno) {
      _ = try retrying { unsafe read(rawValue, &count, 8) }
    } catch .wouldBlock {
      return 0
    }
    return count
  }
}
