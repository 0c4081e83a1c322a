internal import Glibc

/// What stat(2) tells of a file.
public struct FileStatus: Hashable, Sendable {
  public let inode: UInt64
  /// The file system that the inode number belongs to.
  public let device: UInt64
  /// In bytes.
  public let size: Int
  /// Names; of /proc itself the number of its processes and a few more.
  public let links: Int
  public let kind: FileKind
  /// Whose it is; of a process's directory in /proc its effective user.
  public let user: UInt32

  /// Of the file at a path, relative to a directory where one is given; the last link is followed, or
  /// is itself what is looked at.
  public init(
    of path: String, at directory: Int32 = FileDescriptor.workingDirectory, followsLink: Bool = true
  ) throws(Errno) {
    var status = stat()
    let flags = followsLink ? 0 : AT_SYMLINK_NOFOLLOW
    _ = try retrying {
      unsafe path.withRawCString { unsafe fstatat(directory, $0, &status, flags) }
    }
    self.init(status)
  }

  public init(of file: borrowing FileDescriptor) throws(Errno) {
    var status = stat()
    _ = try retrying { unsafe fstat(file.rawValue, &status) }
    self.init(status)
  }

  private init(_ status: stat) {
    inode = UInt64(status.st_ino)
    device = UInt64(status.st_dev)
    size = Int(status.st_size)
    links = Int(clamping: status.st_nlink)
    kind = FileKind(mode: status.st_mode)
    user = status.st_uid
  }
}

/// The kind of a file (inode(7)).
public enum FileKind: Hashable, Sendable {
  case regular, directory, link, pipe, socket, device, other

  init(mode: UInt32) {
    self =
      switch mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .link
      case S_IFIFO: .pipe
      case S_IFSOCK: .socket
      case S_IFCHR, S_IFBLK: .device
      default: .other
      }
  }
}

extension FileKind: CustomStringConvertible {
  public var description: String {
    switch self {
    case .regular: "a regular file"
    case .directory: "a directory"
    case .link: "a symbolic link"
    case .pipe: "a pipe"
    case .socket: "a socket"
    case .device: "a device"
    case .other: "no regular file"
    }
  }
}
