import Glibc
import LinuxSystem
import Testing

@Suite struct ProcessIDTests {
  /// The first process is never an ordinary user's.
  @Test func existence() {
    #expect(ProcessID.own == getpid())
    #expect(ProcessID.exists(getpid()) && ProcessID.exists(1))
    // Beyond the kernel's largest, 4,194,304; and what kill(2) takes for groups.
    #expect(!ProcessID.exists(.max) && !ProcessID.exists(0) && !ProcessID.exists(-1))
  }
}
