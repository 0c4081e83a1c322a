import TestSupport
import Testing

@testable import KernelFormats

@Suite struct ProcMountTests {
  private static let root = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"

  @Test(arguments: [
    ("22 27 0:21 / /proc rw,relatime - proc proc rw", 0, 0),
    ("22 27 0:21 / /proc rw,relatime shared:5 - proc proc rw,hidepid=invisible", 2, 0),
    ("22 27 0:21 / /proc rw,relatime shared:5 master:1 - proc proc rw,gid=27,hidepid=2", 2, 27),
    ("22 27 0:21 / /proc rw - proc none rw,hidepid=ptraceable", 4, 0),
    ("22 27 0:21 / /proc rw - proc none rw,hidepid=noaccess", 1, 0),
    ("22 27 0:21 / /proc rw,hidepid=2 - proc none rw", 2, 0),
    ("22 27 0:21 / /proc rw - proc none rw,hidepid=3", 3, 0),
  ])
  func options(line: String, hidepid: Int, group: UInt32) {
    var expected = ProcMount()
    expected.hidepid = hidepid
    expected.group = group
    let bytes = Array((Self.root + line + "\n").utf8)
    #expect(ProcMount(at: "/proc", in: bytes.span) == expected)
  }

  @Test(arguments: [
    "", root, "22 27 0:21 / /proc/fs rw - proc proc rw\n", "22 27 0:21 / /proc rw - tmpfs x rw\n",
    "22 27 0:21 / /proc rw proc proc rw\n",
  ])
  func none(text: String) { #expect(ProcMount(at: "/proc", in: Array(text.utf8).span) == nil) }

  @Test func theLastMountCoversTheOthers() {
    let text =
      "22 27 0:21 / /proc rw - proc proc rw,hidepid=2\n" + Self.root
      + "63 22 0:39 / /proc rw - proc proc rw\n"
    #expect(ProcMount(at: "/proc", in: Array(text.utf8).span)?.hidepid == 0)
  }

  @Test func survivesAnything() {
    let text = Self.root + "22 27 0:21 / /proc rw shared:5 - proc proc rw,gid=27,hidepid=2\n"
    fuzz(Array(text.utf8)) { _ = ProcMount(at: "/proc", in: $0.span) }
  }
}
