import SocketModel
import Testing

@testable import SocketSources

@Suite struct DiagSharesTests {
  private static let ports: [UInt16] = [
    0, 1, 80, 32768, 42178, 42179, 47000, 51588, 51589, 60999, 65535,
  ]

  @Test(arguments: [
    Question(), Question(protocols: .all), Question(states: StateSet(.established, .bound)),
    Question(states: StateSet(.timeWait)),
  ])
  func everyRowIsInOneShare(question: Question) throws {
    let shares = try #require(DiagShares(question))
    let parts = [shares.near, shares.far, shares.bound]
    for state in TCPState.named {
      for transport in [TransportProtocol.tcp, .udp] where transport == .tcp || state != .bound {
        for local in Self.ports {
          for remote in Self.ports {
            let socket = Socket(
              transport, local: Endpoint(.loopback(.ipv4), local),
              remote: Endpoint(.loopback(.ipv6), remote), state: state)
            let count = parts.count { $0.admits(socket) && $0.narrowing.admits(socket) }
            #expect(count == (question.admits(socket) ? 1 : 0), "\(socket)")
          }
        }
      }
    }
  }

  @Test func whatListensIsNear() throws {
    let near = try #require(DiagShares(Question())).near
    for port in Self.ports {
      let listener = Socket(
        .tcp, local: Endpoint(.unspecified(.ipv4), port), remote: .unspecified(.ipv4),
        state: .listening)
      #expect(near.admits(listener) && near.narrowing.admits(listener))
    }
  }

  /// For a client's port, whatever it is that it is connected to.
  @Test(arguments: [22, 443, 8080, 40000, 50000, 60000] as [UInt16])
  func nearIsAThirdAndFarTwo(port: UInt16) throws {
    let shares = try #require(DiagShares(Question()))
    for isClient in [false, true] {
      let near = (UInt16(32768)...60999).count { other in
        let (local, remote) = isClient ? (other, port) : (port, other)
        return shares.near.narrowing.admits(
          Socket(
            .tcp, local: Endpoint(.loopback(.ipv4), local),
            remote: Endpoint(.loopback(.ipv4), remote), state: .established))
      }
      #expect(9400...9420 ~= near)
    }
  }

  @Test(arguments: [
    Question(protocols: .udp), Question(states: .listening), Question(states: StateSet(.bound)),
    Question(families: .ipv4), Question(narrowing: .port(.local, 1...2)), Question(needs: .tcpInfo),
  ])
  func fewRowsAreNotShared(question: Question) { #expect(DiagShares(question) == nil) }
}
