internal import Glibc

extension FileDescriptor {
  /// One write(2): how many bytes of `range` were taken. A pipe that poll(2) calls writable takes
  /// `PIPE_BUF` (4,096) bytes without blocking.
  public static func writeOnce(
    _ bytes: [UInt8], _ range: Range<Int>, to descriptor: Int32
  ) throws(Errno) -> Int {
    try writeOnce(bytes.span.extracting(range), to: descriptor)
  }

  static func writeOnce(_ bytes: Span<UInt8>, to descriptor: Int32) throws(Errno) -> Int {
    try unsafe bytes.withUnsafeBytes { buffer throws(Errno) in
      try retrying { unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count) }
    }
  }
}
