internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// What hides the descriptors of other processes from this one.
///
/// Under hidepid and in a pid namespace nothing refuses: there are just fewer processes. So "every
/// process could be looked at" is said only where that is known, and never by default.
struct ProcessVisibility {
  var isHostProc: Bool
  var isInitialPIDNamespace: Bool
  var isInitialUserNamespace: Bool
  var mayTraceAll: Bool
  /// Nil where mountinfo does not know the proc filesystem.
  var mount: ProcMount?
  var groups: Set<UInt32>

  /// Why owners may be hidden, given how many processes refused; nil where none can be.
  func hiddenCause(refusals: Int) -> HiddenCause? {
    if !isHostProc { return .otherRoot }
    if !isInitialPIDNamespace { return .pidNamespace }
    guard let mount else { return .otherRoot }
    let isPrivileged = mayTraceAll && isInitialUserNamespace
    if leavesOut(mount) || !isPrivileged && refuses(mount) { return .hidepid(mount.hidepid) }
    if !isPrivileged { return .notPrivileged }
    return refusals > 0 ? .refusing(processes: refusals) : nil
  }

  /// Whether a process could be missing in silence. That of a program that may not be traced can,
  /// even for CAP_SYS_PTRACE; members of the mount's group see all but under `ptraceable`.
  private func leavesOut(_ mount: ProcMount) -> Bool {
    mount.hidepid > 2 || mount.hidepid == 2 && !groups.contains(mount.group)
  }

  private func refuses(_ mount: ProcMount) -> Bool {
    mount.hidepid == 1 && !groups.contains(mount.group)
  }
}

extension ProcessVisibility {
  /// PROC_PID_INIT_INO and PROC_USER_INIT_INO, include/linux/proc_ns.h.
  private static let initialPIDNamespace: UInt64 = 4_026_531_836
  private static let initialUserNamespace: UInt64 = 4_026_531_837

  /// Looks at the calling process and at /proc.
  static func current(root: String) -> ProcessVisibility {
    let mountinfo = (try? FileDescriptor.contents(of: "/proc/self/mountinfo")) ?? []
    return ProcessVisibility(
      isHostProc: root == ProcRoot.host,
      isInitialPIDNamespace: namespace("pid") == initialPIDNamespace,
      isInitialUserNamespace: namespace("user") == initialUserNamespace,
      mayTraceAll: Capabilities.available().contains(.sysPtrace),
      mount: ProcMount(at: ProcRoot.host, in: mountinfo.span),
      groups: groupMemberships())
  }

  /// Nil too where /proc is that of a pid namespace in which we do not exist.
  private static func namespace(_ kind: String) -> UInt64? {
    guard let target = try? SymbolicLink.target(of: "/proc/self/ns/" + kind) else { return nil }
    return FdLink.number(target.span, in: kind)
  }
}
