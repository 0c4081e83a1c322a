internal import CLinux
internal import Glibc

/// User names, as the C library's name service has them.
public enum Accounts {
  /// getpwuid_r(3); nil where the uid has no name.
  public static func name(uid: UInt32) throws(Errno) -> String? {
    try unsafe lookup { entry, buffer, size, found in
      unsafe getpwuid_r(uid, entry, buffer, size, found)
    } read: { entry in
      unsafe String(rawCString: entry.pw_name)
    }
  }

  /// getpwnam_r(3); nil where there is no such user.
  public static func uid(name: String) throws(Errno) -> UInt32? {
    try unsafe lookup { entry, buffer, size, found in
      unsafe name.withRawCString { unsafe getpwnam_r($0, entry, buffer, size, found) }
    } read: { entry in
      unsafe entry.pw_uid
    }
  }

  /// Who a program may be run as.
  public struct Identity: Hashable, Sendable {
    public let name: String
    public let uid: UInt32
    public let gid: UInt32
    public let home: String

    /// The variables that tell who one is.
    var environment: [String: String] { ["HOME": home, "USER": name, "LOGNAME": name] }

    /// Makes the calling thread this user, with the groups that it is in (getgrouplist(3); the calls of
    /// the kernel, which the C library makes for all threads).
    func takeOn() throws(Errno) {
      var groups = [gid_t](repeating: 0, count: 1024)
      var count = Int32(groups.count)
      guard unsafe name.withRawCString({ unsafe getgrouplist($0, gid, &groups, &count) }) >= 0
      else {
        throw Errno(rawValue: ERANGE)
      }
      let list = groups.prefix(Int(count))
      _ = try retrying {
        var list = Array(list)
        return unsafe linux_syscall(Int(__NR_setgroups), list.count, &list, 0)
      }
      for (call, id) in [(__NR_setresgid, gid), (__NR_setresuid, uid)] {
        // One declaration of syscall(2) a file: the second argument is a number here.
        let second = unsafe UnsafeMutableRawPointer(bitPattern: UInt(id))
        _ = try retrying { unsafe linux_syscall(Int(call), Int(id), second, UInt(id)) }
      }
    }
  }

  /// getpwnam_r(3); nil where there is no such user.
  public static func identity(name: String) throws(Errno) -> Identity? {
    try unsafe lookup { entry, buffer, size, found in
      unsafe name.withRawCString { unsafe getpwnam_r($0, entry, buffer, size, found) }
    } read: { entry in
      unsafe Identity(
        name: name, uid: entry.pw_uid, gid: entry.pw_gid, home: String(rawCString: entry.pw_dir))
    }
  }

  /// The effective user of this process (geteuid(2)).
  public static var effectiveUID: UInt32 { geteuid() }

  private typealias Entry = UnsafeMutablePointer<passwd>

  private static func lookup<Answer>(
    _ call: (Entry, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<Entry?>) -> Int32,
    read: (passwd) -> Answer
  ) throws(Errno) -> Answer? {
    var size = 1024
    while size <= 1 << 20 {
      let (status, answer) = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) {
        buffer -> (Int32, Answer?) in
        guard let start = buffer.baseAddress else { return (ENOMEM, nil) }
        var entry = unsafe passwd()
        var found: Entry?
        let status = unsafe call(&entry, start, size, &found)
        return unsafe (status, status == 0 && found != nil ? read(entry) : nil)
      }
      switch status {
      case 0 where answer != nil: return answer
      // As getpwnam(3) says of a name that is not there.
      case 0, ENOENT, ESRCH: return try expectNone()
      case ERANGE: size *= 4
      default: throw Errno(rawValue: status)
      }
    }
    throw Errno(rawValue: ERANGE)
  }

  /// Whoever asks several services (nsswitch.conf(5)) gets the last one's answer: "no such user" where
  /// /etc/passwd could not be opened.
  private static func expectNone<Answer>() throws(Errno) -> Answer? {
    do throws(Errno) {
      _ = try FileDescriptor.open("/etc/passwd")
    } catch .noSuchFile {}
    return nil
  }
}
