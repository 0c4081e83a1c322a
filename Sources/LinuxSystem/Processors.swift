internal import CLinux
internal import Glibc

/// The processors that this process may run on, at least 1 (sched_getaffinity(2)).
public func usableProcessors() -> Int {
  // 8192 processors, the most that Linux can be built for.
  var mask = [UInt64](repeating: 0, count: 128)
  let bytes = mask.count * 8
  guard unsafe sched_getaffinity(0, bytes, &mask) >= 0 else { return 1 }
  return max(1, mask.reduce(0) { $0 + $1.nonzeroBitCount })
}

/// The kernel's clock ticks a second in /proc (`USER_HZ`, sysconf(3)): 100 on nearly all machines.
public func clockTicksPerSecond() -> Int {
  let ticks = sysconf(Int32(_SC_CLK_TCK))
  return ticks > 0 ? ticks : 100
}

/// Clock ticks since the host was started, as /proc/<pid>/stat counts them (CLOCK_BOOTTIME).
public func bootTicks() -> UInt64 {
  var now = timespec()
  guard unsafe clock_gettime(CLOCK_BOOTTIME, &now) == 0 else { return 0 }
  let ticks = UInt64(clockTicksPerSecond())
  return UInt64(now.tv_sec) * ticks + UInt64(now.tv_nsec) * ticks / 1_000_000_000
}
