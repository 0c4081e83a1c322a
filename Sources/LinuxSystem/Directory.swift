internal import CLinux
internal import Glibc

/// An open directory whose interesting entries are numbers: /proc's processes, their threads and
/// their descriptors (openat(2), getdents64(2), readlinkat(2)).
public struct Directory: ~Copyable, Sendable {
  private let file: FileDescriptor

  /// Opens a directory, relative to another where one is given.
  public init(_ path: String, at directory: Int32 = FileDescriptor.workingDirectory) throws(Errno) {
    file = try FileDescriptor.open(path, at: directory, [.readOnly, .directory])
  }

  /// For the calls that take a directory to start from.
  public var rawValue: Int32 { file.rawValue }

  private static let room = 1 << 15

  /// Appends the entries whose names are decimal numbers, in the directory's order; `buffer` is
  /// room that callers reuse.
  public borrowing func appendNumbers(
    to numbers: inout [Int32], buffer: inout [UInt8]
  ) throws(Errno) {
    while true {
      buffer.removeAll(keepingCapacity: true)
      let descriptor = file.rawValue
      var failure: Errno?
      buffer.append(addingCapacity: Self.room) { out in
        unsafe out.withUnsafeMutableBufferPointer { room, used in
          do throws(Errno) {
            used = try retrying { unsafe getdents64(descriptor, room.baseAddress, room.count) }
          } catch {
            failure = error
          }
        }
      }
      if let failure { throw failure }
      if buffer.isEmpty { return }
      Self.appendNumbers(of: buffer.span, to: &numbers)
      // An entry takes at most 280 bytes: where there was room for one more, there is none.
      if buffer.count < Self.room - 280 { return }
    }
  }

  /// Walks `struct linux_dirent64`: inode and offset (8 bytes each), record length (2), type (1),
  /// the name up to a NUL.
  static func appendNumbers(of entries: Span<UInt8>, to numbers: inout [Int32]) {
    var start = 0
    while start + 19 < entries.count {
      let high = Int(entries[start + (UInt16(1).bigEndian == 1 ? 16 : 17)])
      let low = Int(entries[start + (UInt16(1).bigEndian == 1 ? 17 : 16)])
      let end = start + (high << 8 | low)
      guard end > start + 19, end <= entries.count else { return }
      if let number = number(entries, start + 19, end) { numbers.append(number) }
      start = end
    }
  }

  private static func number(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int32? {
    var value: Int64 = 0
    var index = start
    while index < end, bytes[index] != 0 {
      let digit = bytes[index] &- 0x30
      guard digit < 10 else { return nil }
      value = value * 10 + Int64(digit)
      guard value <= Int32.max else { return nil }
      index += 1
    }
    return index > start ? Int32(truncatingIfNeeded: value) : nil
  }
}
