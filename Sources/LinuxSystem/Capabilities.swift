internal import CLinux
internal import Glibc

/// What a process may do beyond its user (capabilities(7)); bit n is the kernel's number n.
public struct Capabilities: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Binds ports below `net.ipv4.ip_unprivileged_port_start`.
  public static let netBindService = Capabilities(rawValue: 1 << 10)
  /// Looks into every process of its user namespace.
  public static let sysPtrace = Capabilities(rawValue: 1 << 19)

  /// The calling thread's effective set (capget(2)); none where the kernel does not say.
  public static func effective() -> Capabilities {
    // _LINUX_CAPABILITY_VERSION_3 and thread 0, the caller; then effective, permitted and
    // inheritable of the lower 32 bits and of the upper.
    var header: [UInt32] = [0x2008_0522, 0]
    var sets = [UInt32](repeating: 0, count: 6)
    guard unsafe capget(&header, &sets) == 0 else { return [] }
    return Capabilities(rawValue: UInt64(sets[3]) << 32 | UInt64(sets[0]))
  }
}

/// The group that counts for files, and the others that the process is in (getegid(2),
/// getgroups(2)).
public func groupMemberships() -> Set<UInt32> {
  var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
  let count = unsafe getgroups(Int32(groups.count), &groups)
  return Set(groups.prefix(Int(max(0, count)))).union([getegid()])
}
