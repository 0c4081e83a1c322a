import SocketModel
import Testing

@Suite struct IPPrefixTests {
  @Test(arguments: [
    ("10.0.0.0", 8, "10.255.1.2", true), ("10.0.0.0", 8, "11.0.0.0", false),
    ("10.0.0.0", 8, "::ffff:10.1.1.1", true), ("0.0.0.0", 0, "1.2.3.4", true),
    ("0.0.0.0", 0, "::ffff:1.2.3.4", true), ("0.0.0.0", 0, "::1", false),
    ("::ffff:10.0.0.0", 104, "10.1.1.1", false), ("::ffff:10.0.0.0", 104, "::ffff:10.1.1.1", true),
    ("fe80::", 10, "febf::1", true), ("fe80::", 10, "fec0::1", false), ("::", 0, "::1", true),
    ("::1", 128, "::1", true), ("::1", 128, "::2", false), ("10.0.0.7", 31, "10.0.0.6", true),
  ])
  func holds(block: String, length: Int, address: String, expected: Bool) throws {
    let start = try #require(IPAddress(block))
    let prefix = try #require(IPPrefix(start, length: length))
    let other = try #require(IPAddress(address))
    #expect(prefix.contains(other) == expected)
  }

  @Test func aLengthOutOfRangeIsNoPrefix() {
    #expect(IPPrefix(IPAddress(v4: 0), length: 33) == nil)
    #expect(IPPrefix(IPAddress(v4: 0), length: -1) == nil)
    #expect(IPPrefix(IPAddress(v6: 0), length: 129) == nil)
  }

  @Test func bitsBeyondTheLengthAreCleared() {
    #expect(IPPrefix(IPAddress(v4: 0x0a01_0203), length: 8)?.description == "10.0.0.0/8")
    #expect(IPPrefix(IPAddress(v4: 0x0a01_0203)).description == "10.1.2.3")
  }
}
