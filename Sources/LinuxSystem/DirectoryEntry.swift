internal import Glibc

/// What a directory holds, by name and inode number.
public struct DirectoryEntry: Sendable {
  public let name: String
  /// Where another file system is mounted on it, that of what is below.
  public let inode: UInt64
  public let isDirectory: Bool

  /// The entries but `.` and `..`, as many of them as `limit` says (opendir(3), readdir(3)).
  public static func all(
    of path: String, atMost limit: Int = .max
  ) throws(Errno) -> [DirectoryEntry] {
    guard let stream = unsafe path.withRawCString({ unsafe opendir($0) }) else { throw .last }
    defer { unsafe closedir(stream) }
    var found: [DirectoryEntry] = []
    while found.count < limit, let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(rawCString: $0) }
      }
      if name == "." || name == ".." { continue }
      found.append(
        DirectoryEntry(
          name: name, inode: unsafe UInt64(entry.pointee.d_ino),
          isDirectory: unsafe entry.pointee.d_type == UInt8(DT_DIR)))
    }
    return found
  }

  public static func subdirectories(of path: String) throws(Errno) -> [DirectoryEntry] {
    try all(of: path).filter(\.isDirectory)
  }
}
