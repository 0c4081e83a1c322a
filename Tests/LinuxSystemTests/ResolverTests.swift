import LinuxSystem
import SocketModel
import Testing

struct ResolverTests {
  @Test(arguments: [
    ("127.0.0.1", SocketAddress(.loopback(.ipv4), 80)),
    ("::1", SocketAddress(.loopback(.ipv6), 80)),
    ("fe80::1%lo", SocketAddress(IPAddress(v6: 0xfe80 << 112 | 1), 80, interface: 1)),
  ])
  func anAddressIsItsOwnAnswer(text: String, address: SocketAddress) throws {
    #expect(try Resolver.addresses(of: text, port: 80) == [address])
  }

  @Test func aFamilyCanBeAskedFor() throws {
    let found = try Resolver.addresses(of: "localhost", port: 1, families: .ipv4)
    #expect(found == [SocketAddress(.loopback(.ipv4), 1)])
    #expect(throws: Resolver.LookupError.noSuchHost) {
      try Resolver.addresses(of: "::1", port: 1, families: .ipv4)
    }
  }

  @Test func whatCantBeANameIsNoHost() {
    #expect(throws: Resolver.LookupError.self) {
      try Resolver.addresses(of: "no such host", port: 1)
    }
  }

  @Test func loopbackHasAName() throws {
    #expect(try #require(Resolver.name(of: .loopback(.ipv4))).hasPrefix("localhost"))
  }

  @Test func aLimitChangesNothingForWhatIsKnown() throws {
    for host in ["127.0.0.1", "localhost"] {
      let found = try Resolver.addresses(
        of: host, port: 1, families: .ipv4, within: .seconds(20))
      #expect(found == [SocketAddress(.loopback(.ipv4), 1)])
    }
    #expect(throws: Resolver.LookupError.self) {
      try Resolver.addresses(of: "no such host", port: 1, within: .seconds(20))
    }
  }
}
