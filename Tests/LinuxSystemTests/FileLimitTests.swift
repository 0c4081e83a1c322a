import Glibc
import LinuxSystem
import Testing

@Suite(.serialized)
struct FileLimitTests {
  @Test func itIsTheKernels() throws {
    var limits = rlimit()
    #expect(unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0)
    #expect(FileLimit.current == Int(clamping: limits.rlim_cur))
  }

  @Test func itIsRaisedAsFarAsItGoes() throws {
    FileLimit.raise()
    var limits = rlimit()
    #expect(unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0)
    #expect(limits.rlim_cur == limits.rlim_max)
    #expect(FileLimit.current == Int(clamping: limits.rlim_max))
  }
}
