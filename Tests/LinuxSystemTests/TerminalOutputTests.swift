import CLinux
import Glibc
import LinuxSystem
import Testing

struct TerminalOutputTests {
  /// A write to a terminal that nobody reads had no end.
  @Test func takesWhatThereIsRoomFor() throws {
    let leader = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)
    var name = [CChar](repeating: 0, count: 128)
    #expect(grantpt(leader) == 0 && unlockpt(leader) == 0)
    #expect(unsafe ptsname_r(leader, &name, name.count) == 0)
    let follower = unsafe open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(follower >= 0)
    defer {
      close(leader)
      close(follower)
    }
    let output = TerminalOutput(follower)
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    var taken = try output.write(bytes, from: 0)
    #expect(taken > 0 && taken < bytes.count)
    // It is the terminal's own file description that is not changed.
    #expect(linux_fcntl(follower, F_GETFL, 0) & O_NONBLOCK == 0)
    var read: [UInt8] = []
    while read.count < taken {
      _ = try FileDescriptor.read(leader, appendingTo: &read, atMost: 1 << 16)
    }
    #expect(try PollSet.wait(at: output.rawValue, .writable, timeout: .seconds(60)) == .writable)
    let before = taken
    taken = try output.write(bytes, from: taken)
    #expect(taken > before)
  }
}
