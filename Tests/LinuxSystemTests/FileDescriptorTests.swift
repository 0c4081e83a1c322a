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
}
