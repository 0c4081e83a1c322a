internal import Glibc

/// Processes by their number.
public enum ProcessID {
  /// getpid(2).
  public static var own: Int32 { getpid() }

  /// Whether there is such a process in our pid namespace, also one that we may not look at (kill(2)
  /// with no signal).
  public static func exists(_ pid: Int32) -> Bool {
    pid > 0 && (kill(pid, 0) == 0 || Errno.last != .noSuchProcess)
  }
}
