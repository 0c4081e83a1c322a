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
    let found = try Resolver.addresses(of: "127.0.0.1", port: 1, families: .ipv4)
    #expect(found == [SocketAddress(.loopback(.ipv4), 1)])
    for (text, family) in [("::1", FamilySet.ipv4), ("127.0.0.1", .ipv6)] {
      #expect(throws: Resolver.LookupError.noSuchHost) {
        try Resolver.addresses(of: text, port: 1, families: family)
      }
    }
  }

  // RFC 6761: `invalid` has no names. A name server that is not there can't say so.
  @Test func whatCantBeANameIsNoHost() {
    do throws(Resolver.LookupError) {
      let found = try Resolver.addresses(of: "no such host.invalid", port: 1)
      Issue.record("found \(found)")
    } catch {
      #expect([.noSuchHost, .tryAgain].contains(error))
    }
  }

  /// What the hosts file says of an address: the first name of its first line.
  private static let loopbackName: String? = {
    let bytes = (try? FileDescriptor.contents(of: "/etc/hosts")) ?? []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.prefix { $0 != "#" }.split { $0.isWhitespace }
      if words.count > 1, words[0] == "127.0.0.1" { return String(words[1]) }
    }
    return nil
  }()

  @Test(.enabled(if: loopbackName != nil, "the hosts file does not name 127.0.0.1"))
  func anAddressHasTheNameOfTheHostsFile() throws {
    let name = try #require(Self.loopbackName)
    #expect(Resolver.name(of: .loopback(.ipv4)) == name)
    let found = try Resolver.addresses(of: name, port: 1, families: .ipv4)
    #expect(found.contains(SocketAddress(.loopback(.ipv4), 1)))
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
