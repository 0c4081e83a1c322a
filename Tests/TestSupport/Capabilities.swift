import CLinux
import Glibc
import LinuxSystem

/// Runs a test's body on a thread that may do no more than its user (capabilities(7)): what root's
/// processes hold is hidden from it, and the kernel loads no program for it. Threads that it starts are
/// like it; for an ordinary user nothing changes.
public func withoutCapabilities<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) throws -> Value {
  try onThreadOfItsOwn {
    // _LINUX_CAPABILITY_VERSION_3 and thread 0, the caller; then empty sets.
    var header: [UInt32] = [0x2008_0522, 0]
    var sets = [UInt32](repeating: 0, count: 6)
    let result = unsafe header.withUnsafeMutableBytes { header in
      unsafe sets.withUnsafeMutableBytes { sets in
        unsafe linux_syscall(
          Int(__NR_capset), Int(bitPattern: header.baseAddress), sets.baseAddress, 0)
      }
    }
    guard result == 0 else { throw Errno(rawValue: errno) }
    return try body()
  }
}

/// Runs a test's body on a thread with these supplementary groups alone (setgroups(2), as root).
public func withGroups<Value: Sendable>(
  _ groups: [UInt32], _ body: @escaping @Sendable () throws -> Value
) throws -> Value {
  try onThreadOfItsOwn {
    // The C library's function would change all threads.
    var groups = groups
    let result = unsafe groups.withUnsafeMutableBytes { list in
      unsafe linux_syscall(Int(__NR_setgroups), list.count / 4, list.baseAddress, 0)
    }
    guard result == 0 else { throw Errno(rawValue: errno) }
    return try body()
  }
}
