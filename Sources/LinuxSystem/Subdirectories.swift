internal import Glibc

/// A directory inside a directory, by name and inode number.
public struct Subdirectory: Sendable {
  public let name: String
  public let inode: UInt64

  /// The directories in a directory (opendir(3), readdir(3)).
  public static func all(of path: String) throws(Errno) -> [Subdirectory] {
    guard let stream = unsafe path.withRawCString({ unsafe opendir($0) }) else { throw .last }
    defer { unsafe closedir(stream) }
    var found: [Subdirectory] = []
    while let entry = unsafe readdir(stream) {
      guard unsafe entry.pointee.d_type == UInt8(DT_DIR) else { continue }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(rawCString: $0) }
      }
      if name == "." || name == ".." { continue }
      found.append(Subdirectory(name: name, inode: unsafe UInt64(entry.pointee.d_ino)))
    }
    return found
  }
}
