internal import CLinux
internal import Glibc

/// An open file that closes itself (open(2), close(2)).
public struct FileDescriptor: ~Copyable, Sendable {
  public let rawValue: Int32

  /// Takes over a descriptor that nobody else closes.
  public init(owning rawValue: Int32) { self.rawValue = rawValue }

  /// Stands for the working directory where a directory's descriptor is asked (`AT_FDCWD`).
  public static let workingDirectory = AT_FDCWD

  deinit { _ = Glibc.close(rawValue) }

  /// openat(2), always with O_CLOEXEC; `mode` counts where a file is created.
  public static func open(
    _ path: String, at directory: Int32 = workingDirectory, _ flags: OpenFlags = .readOnly,
    mode: UInt32 = 0o666
  ) throws(Errno) -> FileDescriptor {
    let descriptor = try retrying {
      unsafe linux_openat(directory, path, flags.rawValue | O_CLOEXEC, mode)
    }
    return FileDescriptor(owning: descriptor)
  }

  public struct OpenFlags: OptionSet, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let readOnly = OpenFlags(rawValue: O_RDONLY)
    public static let writeOnly = OpenFlags(rawValue: O_WRONLY)
    public static let readWrite = OpenFlags(rawValue: O_RDWR)
    public static let create = OpenFlags(rawValue: O_CREAT)
    public static let truncate = OpenFlags(rawValue: O_TRUNC)
    public static let directory = OpenFlags(rawValue: O_DIRECTORY)
    public static let noControllingTerminal = OpenFlags(rawValue: O_NOCTTY)
    public static let nonBlocking = OpenFlags(rawValue: O_NONBLOCK)
  }
}

extension FileDescriptor {
  /// Appends what one read(2) gives, at most `count` bytes, and returns how many; 0 at the end.
  public func read(appendingTo bytes: inout [UInt8], atMost count: Int) throws(Errno) -> Int {
    try Self.read(rawValue, appendingTo: &bytes, atMost: count)
  }

  /// The same for a descriptor that stays somebody else's (standard input, say).
  public static func read(
    _ descriptor: Int32, appendingTo bytes: inout [UInt8], atMost count: Int
  ) throws(Errno) -> Int {
    var result: Result<Int, Errno> = .success(0)
    bytes.append(addingCapacity: count) { out in
      do throws(Errno) {
        result = .success(try fill(&out, from: descriptor))
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }

  private static func fill(
    _ out: inout OutputSpan<UInt8>, from descriptor: Int32
  ) throws(Errno) -> Int {
    let outcome = unsafe out.withUnsafeMutableBufferPointer { buffer, used in
      while true {
        let got = unsafe Glibc.read(
          descriptor, buffer.baseAddress.map { unsafe $0 + used }, buffer.count - used)
        if got >= 0 {
          used += got
          return got
        }
        if Errno.last != .interrupted { return Int(-Errno.last.rawValue) }
      }
    }
    if outcome < 0 { throw Errno(rawValue: Int32(-outcome)) }
    return outcome
  }

  /// Reads to the end. The size that stat(2) gives is not asked: in /proc it is 0.
  public func readToEnd(appendingTo bytes: inout [UInt8], chunk: Int = 1 << 16) throws(Errno) {
    while try read(appendingTo: &bytes, atMost: chunk) > 0 {}
  }

  /// A whole file; `chunk` is about its length, where that is known.
  public static func contents(
    of path: String, at directory: Int32 = workingDirectory, chunk: Int = 1 << 16
  ) throws(Errno) -> [UInt8] {
    let file = try open(path, at: directory)
    var bytes: [UInt8] = []
    try file.readToEnd(appendingTo: &bytes, chunk: chunk)
    return bytes
  }

  /// Writes all bytes, in as many write(2) calls as it takes. Where another process made the file
  /// description non-blocking (O_NONBLOCK) it waits as it would without that.
  public func write(_ bytes: Span<UInt8>) throws(Errno) {
    try Self.write(bytes, to: rawValue)
  }

  /// The same for a descriptor that stays somebody else's (standard output, say).
  public static func write(_ bytes: Span<UInt8>, to descriptor: Int32) throws(Errno) {
    var start = 0
    while start < bytes.count {
      do throws(Errno) {
        start += try writeOnce(bytes.extracting(start...), to: descriptor)
      } catch .wouldBlock {
        _ = try PollSet.wait(at: descriptor, .writable)
      }
    }
  }
}
