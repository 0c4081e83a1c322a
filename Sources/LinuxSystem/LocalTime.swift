internal import Glibc
public import SocketModel

/// The user's clock.
public enum LocalTime {
  /// How many seconds east of UTC the user's clock is at a moment (localtime_r(3), `TZ`).
  public static func secondsFromUTC(at time: Timestamp) -> Int {
    var seconds = time_t(time.seconds)
    var parts = unsafe tm()
    guard unsafe localtime_r(&seconds, &parts) != nil else { return 0 }
    return unsafe parts.tm_gmtoff
  }
}
