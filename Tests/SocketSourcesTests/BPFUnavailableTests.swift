import KernelFormats
import LinuxSystem
import SocketSources
import Testing

struct BPFUnavailableTests {
  @Test(arguments: [
    (BPFUnavailable.pidNamespace, "its pids would be those of the initial pid namespace"),
    (.noTypes(path: "/sys/a", .noSuchFile), "/sys/a: No such file or directory"),
    (
      .types(path: "/sys/a", BTFError(offset: 24, .missing("struct inode"))),
      "/sys/a: no struct inode, at byte 24"
    ),
    (
      .program(.notPermitted, verifier: nil),
      "program rejected by the kernel: Operation not permitted"
    ),
    (
      .program(.accessDenied, verifier: "R0 !read_ok"),
      "program rejected by the kernel: Permission denied: R0 !read_ok"
    ),
    (.walk(.invalidArgument), "the kernel does not run the program: Invalid argument"),
    (.cutShort, "the last record is cut short"),
  ])
  func aSentenceSaysWhy(_ reason: BPFUnavailable, _ sentence: String) {
    #expect(reason.description == "no BPF iterator: " + sentence)
  }
}
