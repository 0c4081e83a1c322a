import SocketModel
import Testing

@testable import SocketSources

@Suite struct DiagSharesTests {
  private static let ports: [UInt16] = [
    0, 1, 80, 32768, 46883, 46884, 60999, 65535,
  ]

  @Test(arguments: [
    Query(), Query(protocols: .all), Query(states: StateSet(.established, .bound)),
    Query(states: StateSet(.timeWait)), Query(needs: [.tcpInfo, .owners]),
  ])
  func everyRowIsInOneShare(query: Query) throws {
    let shares = try #require(DiagShares(query))
    #expect(shares.sameHalf.needs == query.needs && shares.datagrams.needs == query.needs)
    let parts = [
      shares.listening, shares.bound, shares.datagrams, shares.sameHalf, shares.crossHalf,
    ]
    for state in TCPState.named {
      // Only TCP sockets are bound, and no table has closed ones.
      for kind in SocketKind.allCases
      where state != (kind == .tcp ? .closed : .bound) {
        for local in Self.ports {
          for remote in Self.ports {
            let socket = Socket(
              kind, local: Endpoint(.loopback(.ipv4), local),
              remote: Endpoint(.loopback(.ipv6), remote), state: state)
            let count = parts.count { $0.admits(socket) && $0.pushdown.admits(socket) }
            #expect(count == (query.admits(socket) ? 1 : 0), "\(socket)")
          }
        }
      }
    }
  }

  /// For a client's port, whatever it is that it is connected to.
  @Test(arguments: [22, 443, 8080, 40000, 50000, 60000] as [UInt16])
  func halfOfTheConnectionsAreOnOneSide(port: UInt16) throws {
    let sameHalf = try #require(DiagShares(Query())).sameHalf.pushdown
    for isClient in [false, true] {
      let count = (UInt16(32768)...60999).count { other in
        let (local, remote) = isClient ? (other, port) : (port, other)
        return sameHalf.admits(
          Socket(
            .tcp, local: Endpoint(.loopback(.ipv4), local),
            remote: Endpoint(.loopback(.ipv4), remote), state: .established))
      }
      #expect(14_000...14_232 ~= count)
    }
  }

  @Test(arguments: [
    Query(protocols: .udp), Query(states: .listening), Query(states: StateSet(.bound)),
    Query(families: .ipv4), Query(pushdown: .port(.local, 1...2)),
  ])
  func fewRowsAreNotShared(query: Query) { #expect(DiagShares(query) == nil) }
}
