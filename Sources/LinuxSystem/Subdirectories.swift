internal import Glibc

/// A directory inside a directory, by name and inode number.
public struct Subdirectory: Sendable {
  public let name: String
  public let inode: UInt64

  /// The directories in a directory (opendir(3), readdir(3)); none where it can't be read.
  public static func all(of path: String) -> [Subdirectory] {
    var found: [Subdirectory] = []
    unsafe forEachEntry(of: path) { entry in
      guard unsafe entry.pointee.d_type == UInt8(DT_DIR) else { return true }
      let name = unsafe entryName(of: entry)
      if name == "." || name == ".." { return true }
      found.append(Subdirectory(name: name, inode: unsafe UInt64(entry.pointee.d_ino)))
      return true
    }
    return found
  }
}

/// The names in a directory, of whatever kind.
public enum DirectoryNames {
  /// The first `limit` (opendir(3), readdir(3)); none where it can't be read.
  public static func all(of path: String, atMost limit: Int) -> [String] {
    var found: [String] = []
    unsafe forEachEntry(of: path) { entry in
      found.append(unsafe entryName(of: entry))
      return found.count < limit
    }
    return found.filter { $0 != "." && $0 != ".." }
  }
}

/// Until `body` answers no.
private func forEachEntry(of path: String, _ body: (UnsafeMutablePointer<dirent>) -> Bool) {
  guard let stream = unsafe path.withRawCString({ unsafe opendir($0) }) else { return }
  defer { unsafe closedir(stream) }
  while let entry = unsafe readdir(stream), unsafe body(entry) {}
}

private func entryName(of entry: UnsafeMutablePointer<dirent>) -> String {
  unsafe withUnsafePointer(to: &entry.pointee.d_name) {
    unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(rawCString: $0) }
  }
}
