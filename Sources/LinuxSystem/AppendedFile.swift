internal import Glibc

/// A regular file that this process alone appends to (flock(2)), in pieces that are there as a whole or
/// not at all. No link is followed; a new file is its user's alone (mode 0600).
public struct AppendedFile: ~Copyable, Sendable {
  private let path: String
  private let file: FileDescriptor
  /// In bytes, without what failed to be written.
  public private(set) var size: Int

  public enum Failure: Error, Hashable, Sendable {
    case file(FileFailure)
    /// Another process appends to it.
    case locked
  }

  public init(of path: String) throws(Failure) {
    self.path = path
    // By its name first: opening a device may start something.
    if let kind = try? FileStatus(of: path, followsLink: false).kind, kind != .regular {
      throw .file(.kind(kind))
    }
    let file = try Self.locked(path)
    let status: FileStatus
    do throws(Errno) {
      status = try FileStatus(of: file)
    } catch {
      throw .file(.system(error))
    }
    if status.kind != .regular { throw .file(.kind(status.kind)) }
    size = status.size
    self.file = file
  }

  private static func locked(_ path: String) throws(Failure) -> FileDescriptor {
    do throws(Errno) {
      let file = try FileDescriptor.open(
        path, [.readWrite, .create, .notFollowingLinks, .nonBlocking, .noControllingTerminal],
        mode: 0o600)
      let descriptor = file.rawValue
      _ = try retrying { flock(descriptor, LOCK_EX | LOCK_NB) }
      return file
    } catch .wouldBlock {
      throw .locked
    } catch {
      throw .file(.system(error))
    }
  }

  /// The first bytes, at most so many.
  public func beginning(_ count: Int) throws(Errno) -> [UInt8] {
    try seek(to: 0)
    var bytes: [UInt8] = []
    while bytes.count < count, try file.read(appendingTo: &bytes, atMost: count - bytes.count) > 0 {
    }
    return bytes
  }

  /// Takes back what comes after the last newline: whoever wrote it came to no end.
  public mutating func dropPartialLine() throws(Errno) {
    var end = size
    while end > 0 {
      let start = max(0, end - 1 << 16)
      try seek(to: start)
      var bytes: [UInt8] = []
      while bytes.count < end - start,
        try file.read(appendingTo: &bytes, atMost: end - start - bytes.count) > 0
      {}
      if let last = bytes.lastIndex(of: UInt8(ascii: "\n")) {
        end = start + last + 1
        break
      }
      end = start
    }
    if end < size { try truncate(to: end) }
  }

  /// Writes all at the end, or nothing where that fails.
  public mutating func append(_ bytes: Span<UInt8>) throws(Errno) {
    do throws(Errno) {
      try seek(to: size)
      try file.write(bytes)
    } catch {
      // Also where that fails what is written next begins here.
      try? truncate(to: size)
      throw error
    }
    size += bytes.count
  }

  /// Whether its name is still its own.
  public var isNamed: Bool {
    guard let own = try? FileStatus(of: file),
      let named = try? FileStatus(of: path, followsLink: false)
    else { return false }
    return own.inode == named.inode && own.device == named.device
  }

  /// Gives it another name in place of whatever has that (rename(2)).
  public func rename(to other: String) throws(Errno) {
    _ = try retrying {
      unsafe path.withRawCString { old in
        unsafe other.withRawCString { new in unsafe Glibc.rename(old, new) }
      }
    }
  }

  private func seek(to offset: Int) throws(Errno) {
    let descriptor = file.rawValue
    _ = try retrying { lseek(descriptor, off_t(offset), SEEK_SET) < 0 ? -1 : 0 }
  }

  private mutating func truncate(to end: Int) throws(Errno) {
    let descriptor = file.rawValue
    _ = try retrying { ftruncate(descriptor, off_t(end)) }
    size = end
  }
}
