internal import CLinux
internal import Glibc

/// Reads where symbolic links point to (readlinkat(2)).
public enum SymbolicLink {
  /// What the link at a path points to, cut at `limit` bytes.
  public static func target(
    of path: String, at directory: Int32 = FileDescriptor.workingDirectory, limit: Int = 4096
  ) throws(Errno) -> [UInt8] {
    var target: [UInt8] = []
    try unsafe replace(&target, limit) { room, count in
      unsafe path.withRawCString { unsafe readlinkat(directory, $0, room, count) }
    }
    return target
  }

  /// Replaces `target` by what the link points to whose name is a number, cut at `limit` bytes.
  ///
  /// No allocation where `target` has the room: it is called once for every open file of the host.
  public static func read(
    _ number: Int32, at directory: Int32, into target: inout [UInt8], limit: Int = 64
  ) throws(Errno) {
    let name = decimalName(number)
    try unsafe replace(&target, limit) { room, count in
      unsafe name.span.withUnsafeBufferPointer { digits in
        guard let digits = digits.baseAddress else { return 0 }
        return unsafe readlinkat(directory, digits, room, count)
      }
    }
  }

  private static func replace(
    _ target: inout [UInt8], _ limit: Int, _ call: (UnsafeMutablePointer<CChar>, Int) -> Int
  ) throws(Errno) {
    var failure: Errno?
    target.removeAll(keepingCapacity: true)
    target.append(addingCapacity: limit) { out in
      unsafe out.withUnsafeMutableBufferPointer { room, used in
        guard let start = room.baseAddress else { return }
        let got = unsafe start.withMemoryRebound(to: CChar.self, capacity: room.count) {
          unsafe call($0, room.count)
        }
        if got < 0 { failure = Errno.last } else { used = got }
      }
    }
    if let failure { throw failure }
  }

  /// The digits and a NUL; a String for each of a million links would be felt.
  private static func decimalName(_ number: Int32) -> InlineArray<12, CChar> {
    var digits = InlineArray<12, CChar>(repeating: 0)
    var value = number.magnitude
    var count = 0
    repeat {
      digits[count] = CChar(truncatingIfNeeded: 0x30 + value % 10)
      value /= 10
      count += 1
    } while value > 0
    if number < 0 {
      digits[count] = 0x2d
      count += 1
    }
    for index in 0..<count / 2 {
      (digits[index], digits[count - 1 - index]) = (digits[count - 1 - index], digits[index])
    }
    return digits
  }
}
