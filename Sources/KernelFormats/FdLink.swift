/// Where the links /proc/<pid>/fd/<n> and /proc/<pid>/ns/<kind> point to (proc_pid_fd(5),
/// proc_pid_ns(5)): `socket:[207370]`, `pid:[4026531836]`.
public enum FdLink {
  /// The inode of a socket; nil for any other file. Links to files on disk start with a slash,
  /// whatever the file is called.
  public static func socketInode(_ target: Span<UInt8>) -> UInt64? {
    // One comparison turns most links away: this is called for every open file of the host.
    guard target.count > 9, target[0] == UInt8(ascii: "s") else { return nil }
    return number(target, in: "socket")
  }

  /// The number in `KIND:[NUMBER]`.
  public static func number(_ target: Span<UInt8>, in kind: String) -> UInt64? {
    var scanner = FieldScanner(position: 0)
    for byte in kind.utf8 where !scanner.accept(byte, target) { return nil }
    guard scanner.accept(UInt8(ascii: ":"), target), scanner.accept(UInt8(ascii: "["), target),
      let number = scanner.decimal(target), scanner.accept(UInt8(ascii: "]"), target),
      scanner.position == target.count
    else { return nil }
    return number
  }
}
