internal import Glibc

/// What stat(2) tells of a file.
public struct FileStatus: Hashable, Sendable {
  public let inode: UInt64
  /// In bytes.
  public let size: Int
  /// Names; of /proc itself the number of its processes and a few more.
  public let links: Int

  /// Of the file at a path, links followed.
  public init(of path: String) throws(Errno) {
    var status = stat()
    _ = try retrying { unsafe stat(path, &status) }
    self.init(status)
  }

  public init(of file: borrowing FileDescriptor) throws(Errno) {
    var status = stat()
    _ = try retrying { unsafe fstat(file.rawValue, &status) }
    self.init(status)
  }

  private init(_ status: stat) {
    inode = UInt64(status.st_ino)
    size = Int(status.st_size)
    links = Int(clamping: status.st_nlink)
  }
}
