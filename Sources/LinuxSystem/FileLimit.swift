internal import Glibc

/// How many files this process may hold open at once (`RLIMIT_NOFILE`).
public enum FileLimit {
  /// The limit as it is (getrlimit(2)); nil where the kernel does not say.
  public static var current: Int? {
    limits().map { Int(clamping: $0.rlim_cur) }
  }

  /// Raises the limit as far as it goes without rights (setrlimit(2)). The usual 1024 is low for the
  /// sake of select(2) alone.
  public static func raise() {
    guard var limits = limits(), limits.rlim_cur < limits.rlim_max else { return }
    limits.rlim_cur = limits.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
  }

  private static func limits() -> rlimit? {
    var limits = rlimit()
    let status = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
    return status == 0 ? limits : nil
  }
}
