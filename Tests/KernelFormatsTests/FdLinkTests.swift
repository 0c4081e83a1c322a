import KernelFormats
import TestSupport
import Testing

@Suite struct FdLinkTests {
  @Test(arguments: [
    ("socket:[207370]", 207370), ("socket:[18446744073709551615]", UInt64.max),
    ("socket:[0]", 0), ("socket:[18446744073709551616]", nil), ("socket:[]", nil),
    ("socket:[12", nil), ("socket:[12] ", nil), ("socket:12", nil), ("socket:[-1]", nil),
    ("/tmp/socket:[12]", nil), ("pipe:[12]", nil), ("anon_inode:[eventfd]", nil), ("", nil),
    ("socket:[12] (deleted)", nil),
  ])
  func socket(target: String, inode: UInt64?) {
    #expect(FdLink.socketInode(Array(target.utf8).span) == inode)
  }

  @Test(arguments: [
    ("pid:[4026531836]", "pid", 4_026_531_836), ("pid:[4026531836]", "user", nil as UInt64?),
    ("pid", "pid", nil),
  ])
  func namespace(target: String, kind: String, number: UInt64?) {
    #expect(FdLink.number(Array(target.utf8).span, in: kind) == number)
  }

  @Test func survivesAnything() {
    fuzz(Array("socket:[207370]".utf8)) { _ = FdLink.socketInode($0.span) }
  }
}
