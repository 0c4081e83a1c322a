/// What /proc/<pid>/status says of a process's users (proc_pid_status(5), task_state in fs/proc/array.c).
public enum ProcStatus {
  /// The real, effective, saved and file system user of the line `Uid:`; nil where there is none. The
  /// kernel escapes a name's newlines: no other line can look like it.
  public static func users(_ bytes: Span<UInt8>) -> Set<UInt32>? {
    var scanner = FieldScanner(position: 0)
    while scanner.position < bytes.count {
      if "Uid:".utf8.allSatisfy({ scanner.accept($0, bytes) }) {
        var users: Set<UInt32> = []
        for _ in 0..<4 {
          scanner.skipBlanks(bytes)
          guard let uid = scanner.decimal(bytes).flatMap(UInt32.init(exactly:)),
            scanner.isAtFieldEnd(bytes)
          else { return nil }
          users.insert(uid)
        }
        return users
      }
      while !scanner.isAtLineEnd(bytes) { scanner.position += 1 }
      scanner.position += 1
    }
    return nil
  }
}
