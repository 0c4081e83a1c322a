internal import CLinux

/// Extended attributes of files (getxattr(2), xattr(7)).
public enum ExtendedAttribute {
  /// A value of at most 256 bytes, of the file that the path leads to.
  public static func value(_ name: String, of path: String) throws(Errno) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 256)
    let length = try retrying { unsafe getxattr(path, name, &bytes, bytes.count) }
    return Array(bytes.prefix(length))
  }
}
