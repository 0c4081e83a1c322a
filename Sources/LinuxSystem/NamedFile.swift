/// Why a file that somebody named is not used.
public enum FileFailure: Error, Hashable, Sendable {
  case system(Errno)
  /// It is not of a kind that is wanted.
  case kind(FileKind)
  /// It has more bytes than it may.
  case tooLarge(limit: Int)
}

extension FileFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .system(let errno): "\(errno)"
    case .kind(let kind): "it is \(kind)"
    case .tooLarge(let limit): "it is larger than \(limit >> 20) MiB"
    }
  }
}

/// Files by a name that the user gave, or in a directory that somebody else made. To open one never
/// waits and does nothing to a device, and to read one has an end.
extension FileDescriptor {
  public static func open(
    named path: String, at directory: Int32 = workingDirectory,
    _ kinds: Set<FileKind> = [.regular], followsLink: Bool = true
  ) throws(FileFailure) -> FileDescriptor {
    // By its name first: opening a device may start something.
    let kind = try FileFailure.of { () throws(Errno) in
      try FileStatus(of: path, at: directory, followsLink: followsLink)
    }.kind
    if !kinds.contains(kind) { throw .kind(kind) }
    let file = try FileFailure.of { () throws(Errno) in
      let flags: OpenFlags = [.readOnly, .nonBlocking, .noControllingTerminal]
      return try open(path, at: directory, followsLink ? flags : flags.union(.notFollowingLinks))
    }
    // Another one may have taken the name since.
    let opened = try FileFailure.of { () throws(Errno) in try FileStatus(of: file) }.kind
    if !kinds.contains(opened) { throw .kind(opened) }
    return file
  }

  /// All of a file of at most `limit` bytes; a pipe up to where its last writer closes it. `chunk` is
  /// about its length, where that is known.
  public static func contents(
    named path: String, at directory: Int32 = workingDirectory, _ kinds: Set<FileKind> = [.regular],
    followsLink: Bool = true, limit: Int, chunk: Int = 1 << 16
  ) throws(FileFailure) -> [UInt8] {
    let file = try open(named: path, at: directory, kinds, followsLink: followsLink)
    var bytes: [UInt8] = []
    let size = try FileFailure.of { () throws(Errno) in try FileStatus(of: file) }.size
    while size <= limit && bytes.count <= limit {
      do throws(Errno) {
        if try file.read(appendingTo: &bytes, atMost: chunk) == 0 { return bytes }
      } catch .wouldBlock {
        // A pipe whose writer has nothing yet.
        try FileFailure.of { () throws(Errno) in _ = try PollSet.wait(at: file.rawValue) }
      } catch {
        throw .system(error)
      }
    }
    throw .tooLarge(limit: limit)
  }
}

extension FileFailure {
  static func of<Result: ~Copyable>(
    _ call: () throws(Errno) -> Result
  ) throws(FileFailure) -> Result {
    do throws(Errno) { return try call() } catch { throw .system(error) }
  }
}
