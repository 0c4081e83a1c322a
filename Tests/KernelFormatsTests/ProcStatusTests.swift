import TestSupport
import Testing

@testable import KernelFormats

@Suite struct ProcStatusTests {
  private static let whole =
    "Name:\tUid:\\nUid: 5\nUmask:\t0022\nUid:\t0\t33\t33\t7\nGid:\t1\t1\t1\t1\n"

  @Test(
    arguments: [
      (Self.whole, [0, 33, 7]), ("Uid:\t1000\t1000\t1000\t1000", [1000]),
      ("Uid:\t4294967295\t0\t0\t0\n", [4_294_967_295, 0]), ("", []), ("Name:\tx\n", []),
      ("Uid:\t1\t2\t3\n", []), ("Uid:\t4294967296\t0\t0\t0\n", []), ("Uid:\tx", []),
      ("XUid:\t1\t1\t1\t1\n", []),
    ] as [(String, [UInt32])])
  func users(text: String, users: [UInt32]) {
    #expect((ProcStatus.users(Array(text.utf8).span) ?? []) == Set(users))
  }

  @Test func everyPrefixEnds() {
    let bytes = Array(Self.whole.utf8)
    for end in bytes.indices {
      let prefix = Array(bytes[..<end])
      _ = ProcStatus.users(prefix.span)
    }
  }
}
