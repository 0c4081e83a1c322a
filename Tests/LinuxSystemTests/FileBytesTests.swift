import Glibc
import LinuxSystem
import Testing

struct FileBytesTests {
  private func bytes(_ path: String) throws -> [UInt8] {
    let file = try FileBytes(path)
    return file.withBytes { bytes in bytes.indices.map { bytes[$0] } }
  }

  // A file on disk is mapped; one in /proc can't be and says that it is empty.
  @Test(arguments: [#filePath, "/proc/sys/kernel/ostype", "/dev/null"])
  func theBytesAreThoseThatAreRead(_ path: String) throws {
    #expect(try bytes(path) == FileDescriptor.contents(of: path))
  }

  @Test func whatIsMissingIsSaid() {
    #expect(throws: Errno.noSuchFile) { try bytes("/nowhere") }
    #expect(throws: Errno(rawValue: EISDIR)) { try bytes("/") }
  }
}
