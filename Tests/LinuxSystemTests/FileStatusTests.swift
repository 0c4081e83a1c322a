import LinuxSystem
import Testing

struct FileStatusTests {
  @Test func pathAndDescriptorTellTheSame() throws {
    let path = #filePath
    let file = try FileDescriptor.open(path)
    let status = try FileStatus(of: path)
    #expect(try FileStatus(of: file) == status)
    #expect(status.size == (try FileDescriptor.contents(of: path)).count)
    #expect(status.inode > 0)
  }

  @Test func whatIsMissingIsSaid() {
    #expect(throws: Errno.noSuchFile) { try FileStatus(of: "/nowhere") }
  }
}
