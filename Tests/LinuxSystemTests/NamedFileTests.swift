import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite struct NamedFileTests {
  @Test(arguments: [
    ("/dev/zero", FileFailure.kind(.device)), ("/", .kind(.directory)),
    ("/nonexistent", .system(.noSuchFile)), ("/proc/self/maps", .tooLarge(limit: 64)),
  ])
  func whatIsNoFileIsRefused(path: String, failure: FileFailure) {
    #expect(throws: failure) { try FileDescriptor.contents(named: path, limit: 64) }
  }

  @Test func aFileIsReadWhole() throws {
    let bytes = try FileDescriptor.contents(named: "/proc/self/stat", limit: 1 << 20)
    #expect(bytes.starts(with: Array("\(getpid()) (".utf8)))
  }

  /// A pipe is read up to its end, also where there is nothing in it yet.
  @Test func aPipeIsReadWhereOneIsMeant() throws {
    var ends: [Int32] = [-1, -1]
    try #require(unsafe pipe(&ends) == 0)
    let near = FileDescriptor(owning: ends[0])
    let far = ends[1]
    let path = "/proc/self/fd/\(near.rawValue)"
    #expect(throws: FileFailure.kind(.pipe)) {
      try FileDescriptor.contents(named: path, limit: 64)
    }
    let read = Future {
      Result { () throws(FileFailure) in
        try FileDescriptor.contents(named: path, [.pipe], limit: 1 << 20)
      }
    }
    let bytes = [UInt8](repeating: 7, count: 200_000)
    try FileDescriptor.write(bytes.span, to: far)
    close(far)
    #expect(try read.value().get() == bytes)
  }
}
