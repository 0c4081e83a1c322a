internal import Glibc

/// User names, as the C library's name service has them.
public enum Accounts {
  /// getpwuid_r(3); nil where the uid has no name.
  public static func name(uid: UInt32) -> String? {
    unsafe lookup { entry, buffer, size, found in
      unsafe getpwuid_r(uid, entry, buffer, size, found)
    } read: { entry in
      unsafe String(rawCString: entry.pw_name)
    }
  }

  /// getpwnam_r(3); nil where there is no such user.
  public static func uid(name: String) -> UInt32? {
    unsafe lookup { entry, buffer, size, found in
      unsafe name.withRawCString { unsafe getpwnam_r($0, entry, buffer, size, found) }
    } read: { entry in
      unsafe entry.pw_uid
    }
  }

  /// The effective user of this process (geteuid(2)).
  public static var effectiveUID: UInt32 { geteuid() }

  private typealias Entry = UnsafeMutablePointer<passwd>

  private static func lookup<Answer>(
    _ call: (Entry, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<Entry?>) -> Int32,
    read: (passwd) -> Answer
  ) -> Answer? {
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
      if status != ERANGE { return answer }
      size *= 4
    }
    return nil
  }
}
