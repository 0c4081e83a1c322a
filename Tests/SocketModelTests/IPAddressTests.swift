import SocketModel
import Testing

@Suite struct IPAddressTests {
  static let texts: [(UInt128, String)] = [
    (0, "::"), (1, "::1"), (0x2001_0db8 << 96, "2001:db8::"),
    (0x2001_0db8_0000_0000_0001_0000_0000_0001, "2001:db8::1:0:0:1"),
    (0x2001_0db8_0000_0001_0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
    (0x0001_0000_0000_0000_0000_0000_0000_0000, "1::"),
    (0x0000_0000_0000_0001_0000_0000_0000_0000, "0:0:0:1::"),
    (0xfe80_0000_0000_0000_56e1_adff_fe7c_6609, "fe80::56e1:adff:fe7c:6609"),
    (0xabcd_ef10_ffff_ffff_ffff_ffff_ffff_ff62, "abcd:ef10:ffff:ffff:ffff:ffff:ffff:ff62"),
    (0xffff_7f00_0001, "::ffff:127.0.0.1"), (0xffff_0000_0000, "::ffff:0.0.0.0"),
    (0x1234_5678, "::1234:5678"), (UInt128.max, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
  ]

  @Test(arguments: texts) func v6TextIsThatOfRFC5952(bits: UInt128, text: String) {
    #expect("\(IPAddress(v6: bits))" == text)
    #expect(IPAddress(text) == IPAddress(v6: bits))
  }

  @Test(arguments: [
    (0x7f00_0001, "127.0.0.1"), (0, "0.0.0.0"), (UInt32.max, "255.255.255.255"),
    (0x0a64_0563, "10.100.5.99"),
  ])
  func v4Text(bits: UInt32, text: String) {
    #expect("\(IPAddress(v4: bits))" == text)
    #expect(IPAddress(text) == IPAddress(v4: bits))
  }

  @Test(arguments: [
    "", ".", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.+4", "1..2.3", "0001.2.3.4", ":", ":::",
    "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "::g", "::+1",
    "1.2.3.4::", "::1.2.3", "::1.2.3.4:5", "[::1]", "fe80::1%lo", " ::1", "１.2.3.4",
  ])
  func whatIsNoAddress(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test(arguments: [
    "1:2:3:4:5:6:1.2.3.4", "::1.2.3.4", "64:ff9b::10.0.0.1", "1::8", "::FFFF:1.2.3.4",
  ])
  func otherSpellingsAreRead(text: String) {
    #expect(IPAddress(text) != nil)
  }

  @Test func aMappedAddressIsItsOwnAndKnowsItsIPv4() throws {
    let mapped = try #require(IPAddress("::ffff:127.0.0.1"))
    let plain = try #require(IPAddress("127.0.0.1"))
    #expect(mapped != plain && mapped.unmapped == plain && mapped.v4 == plain.v4)
    #expect(mapped.isLoopback && plain.isLoopback && IPAddress(v6: 1).isLoopback)
    #expect(IPAddress(v6: 1).v4 == nil && !IPAddress(v6: 0).isLoopback)
    let fake = try #require(IPAddress("abcd:ef10:ffff:ffff:ffff:ffff:ffff:ff62"))
    #expect(!fake.isV4Mapped && !fake.isUnspecified)
  }

  @Test func v4StandsBeforeV6AndBothGoByValue() throws {
    let sorted = try ["0.0.0.0", "9.0.0.0", "10.0.0.0", "::", "::1", "1::", "2::"].map {
      try #require(IPAddress($0))
    }
    #expect(sorted.reversed().sorted() == sorted)
  }

  @Test func linkLocalIsTheBlockOfRFC4291() {
    #expect(IPAddress("fe80::1")?.isLinkLocal == true)
    #expect(IPAddress("febf::1")?.isLinkLocal == true)
    #expect(IPAddress("fec0::1")?.isLinkLocal == false)
    #expect(IPAddress("169.254.0.1")?.isLinkLocal == false)
  }
}
