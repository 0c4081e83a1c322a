import LinuxSystem
import TestSupport
import Testing

@Suite struct SymbolicLinkTests {
  @Test func byPath() throws {
    #expect(
      try SymbolicLink.target(of: fixturePath("proc/7/fd/0")) == Array("/dev/null".utf8))
    #expect(throws: Errno.invalidArgument) { try SymbolicLink.target(of: "/") }
    #expect(throws: Errno.noSuchFile) { try SymbolicLink.target(of: "/nonexistent") }
  }

  @Test func byNumber() throws {
    let directory = try Directory(fixturePath("proc/7/fd"))
    var target: [UInt8] = [1, 2, 3]
    try SymbolicLink.read(0, at: directory.rawValue, into: &target)
    #expect(target == Array("/dev/null".utf8))
    try SymbolicLink.read(0, at: directory.rawValue, into: &target, limit: 4)
    #expect(target == Array("/dev".utf8))
    for number in [4, 12_345, Int32.max, -1, .min] {
      #expect(throws: Errno.noSuchFile) {
        try SymbolicLink.read(number, at: directory.rawValue, into: &target)
      }
    }
  }
}
