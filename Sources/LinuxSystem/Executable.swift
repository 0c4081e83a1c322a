internal import CLinux
internal import Glibc

/// Running another program in place of this one.
public enum Executable {
  /// execvp(3), with SIGPIPE as a program expects it; returns only where that failed.
  public static func replaceProcess(_ command: [String]) -> Errno {
    _ = signal(SIGPIPE, SIG_DFL)
    var arguments = unsafe command.map { unsafe $0.withRawCString { unsafe strdup($0) } } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    guard let program = unsafe arguments[0] else { return .invalidArgument }
    unsafe execvp(program, &arguments)
    return Errno.last
  }

  /// execv(3) of a file with these arguments, the first of which is its name, and every signal as it is;
  /// returns only where that failed.
  public static func replaceProcess(by path: String, _ arguments: [String]) -> Errno {
    var words = unsafe arguments.map { unsafe $0.withRawCString { unsafe strdup($0) } } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    _ = unsafe path.withRawCString { unsafe execv($0, &words) }
    return Errno.last
  }

  /// Whether this process may run the file (faccessat(2), `AT_EACCESS`).
  public static func isExecutable(_ path: String) -> Bool {
    unsafe path.withRawCString { unsafe faccessat(AT_FDCWD, $0, X_OK, AT_EACCESS) } == 0
  }

  /// Whether the file of this program gave it rights that its caller does not have: a set-user-ID bit, or
  /// capabilities (getauxval(3), `AT_SECURE`).
  public static var raisesRights: Bool { getauxval(23) != 0 }

  /// Gives these rights back for good, before another program is run. False where the kernel does not take
  /// them.
  public static func dropRaisedRights() -> Bool {
    if !raisesRights { return true }
    // PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL; a kernel before 4.3 has none.
    _ = linux_prctl(47, 4, 0, 0, 0)
    let (user, group) = (getuid(), getgid())
    return setresgid(group, group, group) == 0 && setresuid(user, user, user) == 0
  }
}
