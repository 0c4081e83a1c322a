import Glibc
import LinuxSystem
import Testing

@Suite struct FileDescriptorTests {
  @Test func aFileInProcIsReadWhole() throws {
    let bytes = try FileDescriptor.contents(of: "/proc/self/maps")
    #expect(bytes.last == UInt8(ascii: "\n"))
    #expect(bytes.count > 4096)
  }

  @Test func whatIsNotThereIsAnErrorWithItsNumber() {
    #expect(throws: Errno.noSuchFile) { try FileDescriptor.contents(of: "/nonexistent") }
    #expect(throws: Errno.notDirectory) { try FileDescriptor.contents(of: "/etc/passwd/x") }
  }

  @Test func aFullDiskIsAnError() throws {
    let full = try FileDescriptor.open("/dev/full", .writeOnly)
    let bytes: [UInt8] = [1]
    #expect(throws: Errno.noSpace) { try full.write(bytes.span) }
  }

  /// A shell, or another program on the same terminal, had made it non-blocking: the output ended
  /// where a pipe was full for the first time.
  @Test func allIsWrittenWhereItDoesNotBlock() throws {
    var ends: [Int32] = [-1, -1]
    try #require(unsafe pipe(&ends) == 0)
    let near = FileDescriptor(owning: ends[0])
    let far = FileDescriptor(owning: ends[1])
    try #require(fcntl(far.rawValue, F_SETFL, O_NONBLOCK) == 0)
    let count = 1 << 20
    let descriptor = far.rawValue
    let written = Future {
      Result { () throws(Errno) in
        try FileDescriptor.write([UInt8](repeating: 7, count: count).span, to: descriptor)
      }
    }
    var bytes: [UInt8] = []
    while bytes.count < count,
      try PollSet.wait(at: near.rawValue, timeout: .seconds(10)) == .readable
    {
      _ = try near.read(appendingTo: &bytes, atMost: 1000)
    }
    try written.value().get()
    #expect(bytes.count == count)
    withExtendedLifetime(far) {}
  }
}
