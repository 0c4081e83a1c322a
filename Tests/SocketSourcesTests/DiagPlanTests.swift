import SocketModel
import Testing

@testable import KernelFormats
@testable import SocketSources

@Suite struct DiagPlanTests {
  private static let cases: [(Query, [InetDiagRequest.Form])] = [
    (Query(), [.tcp]),
    (Query(families: .ipv4), [.tcp]),
    (Query(families: .ipv6), [.byFamily(.tcp, .ipv6)]),
    (Query(protocols: .udp), [.byFamily(.udp, .ipv4), .byFamily(.udp, .ipv6)]),
    (Query(protocols: .udp, families: .ipv4), [.byFamily(.udp, .ipv4), .byFamily(.udp, .ipv6)]),
    (Query(protocols: .udp, families: .ipv6), [.byFamily(.udp, .ipv6)]),
    (Query(protocols: .all), [.tcp, .byFamily(.udp, .ipv4), .byFamily(.udp, .ipv6)]),
    (Query(protocols: []), []),
    (Query(families: []), []),
    (Query(pushdown: .nothing), []),
    (Query(states: StateSet(.closed)), []),
    (Query(states: []), []),
  ]

  @Test(arguments: cases)
  func asksAsFewWalksAsItCan(query: Query, forms: [InetDiagRequest.Form]) {
    #expect(DiagPlan.requests(for: query).map(\.form) == forms)
  }

  @Test(
    arguments: [
      (.all, StateSet.all.subtracting(StateSet(.closed)), .all),
      (.listening, StateSet(.listening), .listening),
      (StateSet(.closed, .bound), StateSet(.bound), StateSet(.closed, .bound)),
      (StateSet(.established), StateSet(.established), StateSet(.established)),
    ] as [(StateSet, StateSet, StateSet)])
  func tcpIsNeverAskedForClosedSockets(asked: StateSet, tcp: StateSet, udp: StateSet) {
    let requests = DiagPlan.requests(for: Query(protocols: .all, states: asked))
    #expect(requests.map(\.states) == [tcp, udp, udp])
  }

  @Test func ipv4AloneIsNarrowedToWhatMayCarryIt() throws {
    let request = try #require(DiagPlan.requests(for: Query(families: .ipv4)).first)
    let ipv4 = try #require(IPPrefix(.unspecified(.ipv4), length: 0))
    let wildcard = try #require(IPPrefix(.unspecified(.ipv6), length: 128))
    #expect(
      request.bytecode
        == InetDiagBytecode.program(
          for: .any([.prefix(.local, ipv4), .prefix(.remote, ipv4), .prefix(.local, wildcard)])))
    #expect(DiagPlan.requests(for: Query()).first?.bytecode == [])
  }
}
