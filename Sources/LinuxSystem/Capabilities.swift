internal import CLinux
internal import Glibc

/// What a process may do beyond its user (capabilities(7)); bit n is the kernel's number n.
public struct Capabilities: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Reads any file and directory.
  public static let dacReadSearch = Capabilities(rawValue: 1 << 2)
  /// Binds ports below `net.ipv4.ip_unprivileged_port_start`.
  public static let netBindService = Capabilities(rawValue: 1 << 10)
  /// Destroys sockets and sees their marks.
  public static let netAdmin = Capabilities(rawValue: 1 << 12)
  /// Looks into every process of its user namespace.
  public static let sysPtrace = Capabilities(rawValue: 1 << 19)
  /// Enters namespaces, and much else.
  public static let sysAdmin = Capabilities(rawValue: 1 << 21)
  /// Loads BPF programs that see the kernel's data, with `bpf`.
  public static let perfmon = Capabilities(rawValue: 1 << 38)
  public static let bpf = Capabilities(rawValue: 1 << 39)

  /// What it takes to see which files another's process has open.
  public static let lookingIntoProcesses: Capabilities = [.sysPtrace, .dacReadSearch]

  /// The calling thread's effective set (capget(2)); none where the kernel does not say.
  public static func effective() -> Capabilities { Sets.current()?.effective ?? [] }

  /// What the calling thread can do, at once or by `raised`.
  public static func available() -> Capabilities {
    guard let sets = Sets.current() else { return [] }
    return Executable.raisesRights ? sets.effective.union(sets.permitted) : sets.effective
  }
}

// MARK: A program with capabilities of its file

extension Capabilities {
  /// A thread's three sets.
  private struct Sets {
    var effective: Capabilities
    var permitted: Capabilities
    var inheritable: Capabilities

    // _LINUX_CAPABILITY_VERSION_3 and thread 0, the caller.
    private static let header: [UInt32] = [0x2008_0522, 0]

    static func current() -> Sets? {
      // Effective, permitted and inheritable of the lower 32 bits and of the upper.
      var (header, words) = (header, [UInt32](repeating: 0, count: 6))
      guard unsafe capget(&header, &words) == 0 else { return nil }
      let sets = (0..<3).map {
        Capabilities(rawValue: UInt64(words[$0 + 3]) << 32 | UInt64(words[$0]))
      }
      return Sets(effective: sets[0], permitted: sets[1], inheritable: sets[2])
    }

    /// Sets may always be made smaller, and effective what is permitted: nothing of it can fail.
    func apply() {
      let sets = [effective, permitted, inheritable]
      var header = Self.header
      var words = sets.map { UInt32(truncatingIfNeeded: $0.rawValue) }
      words += sets.map { UInt32(truncatingIfNeeded: $0.rawValue >> 32) }
      _ = unsafe capset(&header, &words)
    }
  }

  /// Where the program's file gave it rights that its caller does not have, none of them is in effect from
  /// now on but by `raised`. To be called before there are threads.
  public static func lowerRaisedRights() {
    guard Executable.raisesRights, var sets = Sets.current() else { return }
    sets.effective = []
    sets.apply()
  }

  /// Runs `body` while as much of this set as the program's file permits is in effect on the calling thread, and
  /// on threads that are started meanwhile. Without such a file it only runs it.
  ///
  /// `body` must open nothing by a path that the user gave.
  public func raised<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard Executable.raisesRights, let former = Sets.current() else { return try body() }
    var sets = former
    sets.effective.formUnion(intersection(former.permitted))
    sets.apply()
    defer { former.apply() }
    return try body()
  }
}

/// The group that counts for files, and the others that the process is in (getegid(2),
/// getgroups(2)).
public func groupMemberships() -> Set<UInt32> {
  var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
  let count = unsafe getgroups(Int32(groups.count), &groups)
  return Set(groups.prefix(Int(max(0, count)))).union([getegid()])
}
