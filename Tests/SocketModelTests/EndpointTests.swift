import SocketModel
import Testing

@Suite struct EndpointTests {
  /// Every row holds two: one more word would cost a host with a million sockets 16 MB.
  @Test func rowsStaySmall() {
    #expect(MemoryLayout<Endpoint>.size == 20)
    #expect(MemoryLayout<Socket>.stride == 88)
    #expect(MemoryLayout<SocketTraffic>.stride == 24)
    #expect(MemoryLayout<ShortText>.size == 16)
  }

  @Test(arguments: ["0.0.0.0", "127.0.0.1", "::", "::1", "::ffff:10.0.0.5", "fe80::1"])
  func anIPEndIsItsAddressAndPort(text: String) throws {
    let address = try #require(IPAddress(text))
    let end = Endpoint(address, 443)
    #expect(end.address == address && end.port == 443)
    #expect(end.family == address.family && end.number == nil)
    #expect(end.ip == IPEndpoint(address, 443))
    #expect(Endpoint(IPEndpoint(address, 443)) == end)
    #expect("\(end)" == "\(IPEndpoint(address, 443))")
    #expect(end.isUnspecified == address.isUnspecified)
    #expect(end.unmapped.address == address.unmapped && end.unmapped.port == 443)
    #expect(end.v4 == (address.family == .ipv4 ? address.v4 : nil))
  }

  @Test(
    arguments: [
      (.none, .none, nil), (.name(7, isAbstract: false), .path, 7),
      (.name(7, isAbstract: true), .abstract, 7), (.link(interface: 2), .link, 2),
    ] as [(Endpoint, Endpoint.Kind, UInt64?)])
  func otherEndsHaveNoAddress(end: Endpoint, kind: Endpoint.Kind, number: UInt64?) throws {
    #expect(end.kind == kind && end.number == number && end.port == 0)
    #expect(end.address == nil && end.ip == nil && end.family == nil && end.v4 == nil)
    #expect(end.unmapped == end)
    #expect(end.isUnspecified == (kind == .none))
    let everything = try #require(IPPrefix(.unspecified(.ipv4), length: 0))
    #expect(!everything.contains(end))
  }

  /// `0.0.0.7`, `::7` and the name with the number 7 have the same words in memory.
  @Test func kindsAreNeverEqual() throws {
    let ends = [
      Endpoint(IPAddress(v4: 7), 0), Endpoint(IPAddress(v6: 7), 0),
      .name(7, isAbstract: false), .name(7, isAbstract: true), .link(interface: 7), .none,
    ]
    #expect(Set(ends).count == ends.count)
    for (a, b) in zip(ends, ends.dropFirst()) { #expect(a != b) }
  }

  @Test func goesByKindThenAddressThenPort() throws {
    func end(_ text: String, _ port: UInt16) throws -> Endpoint {
      Endpoint(try #require(IPAddress(text)), port)
    }
    let sorted = try [
      .none, end("9.0.0.0", 80), end("10.0.0.0", 22), end("10.0.0.0", 80), end("::1", 1),
      end("1::", 1), .name(1, isAbstract: false), .name(2, isAbstract: false),
      .name(1, isAbstract: true), .link(interface: 1),
    ]
    #expect(sorted.reversed().sorted() == sorted)
  }

  @Test func aBlockHoldsAnEndAsItHoldsItsAddress() throws {
    let block = try #require(IPPrefix(IPAddress(v4: 0x0a00_0000), length: 8))
    #expect(block.contains(Endpoint(IPAddress(v4: 0x0a01_0203), 80)))
    #expect(block.contains(Endpoint(IPAddress(v6: 0xffff_0a01_0203), 80)))
    #expect(!block.contains(Endpoint(IPAddress(v4: 0x0b01_0203), 80)))
  }

  /// What is not of the internet is of no family, and neither listens on IPv4 nor carries it.
  @Test func aSocketWithoutAddressesIsOfNoFamily() {
    let socket = Socket(.tcp, local: .name(1, isAbstract: false), remote: .none, state: .listening)
    #expect(socket.family == nil && !socket.isConnected && !socket.isDualStackWildcard)
    #expect(!socket.isOf(.ipv4) && !socket.isOf(.ipv6))
  }
}
