internal import Glibc

/// A file in the making, which takes the place of another when it is complete (rename(2)). Until then,
/// and where it never comes to that, the other one is as it was.
///
/// Nobody else may read it unless it is made for others (mode 0644). A name of something that is not a regular file is refused, and
/// no link is followed.
public final class FileReplacement: Sendable {
  private let path: String
  private let temporaryPath: String
  private let file: FileDescriptor
  private let state = Locked(State())

  private struct State {
    var isDone = false
    var writes = 0
  }

  public init(of path: String, forOthers: Bool = false) throws(FileFailure) {
    if let kind = try? FileStatus(of: path, followsLink: false).kind, kind != .regular {
      throw .kind(kind)
    }
    self.path = path
    temporaryPath = "\(path).\(getpid()).tmp"
    file = try FileFailure.of { [temporaryPath] () throws(Errno) in
      let file = try FileDescriptor.open(
        temporaryPath, [.writeOnly, .create, .exclusive, .notFollowingLinks], mode: 0o600)
      // Whatever the umask.
      if forOthers { _ = try retrying { fchmod(file.rawValue, 0o644) } }
      return file
    }
  }

  public func write(_ bytes: Span<UInt8>) throws(Errno) {
    try file.write(bytes)
    state.withLock { $0.writes += 1 }
  }

  /// How often something was written.
  public var writes: Int { state.withLock(\.writes) }

  /// Gives it its name.
  public func commit() throws(Errno) {
    _ = try retrying {
      unsafe temporaryPath.withRawCString { old in
        unsafe path.withRawCString { new in unsafe rename(old, new) }
      }
    }
    state.withLock { $0.isDone = true }
  }

  deinit {
    if !state.withLock(\.isDone) { _ = unsafe temporaryPath.withRawCString { unsafe unlink($0) } }
  }
}
