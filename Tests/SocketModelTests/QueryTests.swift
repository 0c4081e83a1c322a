import SocketModel
import Testing

@Suite struct QueryTests {
  private func socket(
    _ kind: SocketKind, _ local: String, _ state: TCPState,
    v6Only: Socket.V6Only = .no
  ) throws -> Socket {
    let address = try #require(IPAddress(local))
    return Socket(
      kind, local: Endpoint(address, 80), remote: .unspecified(address.family), state: state,
      v6Only: v6Only)
  }

  /// -4 lost the listeners that take IPv4 in an IPv6 socket.
  @Test(arguments: [
    ("::", TCPState.listening, Socket.V6Only.no, true), ("::", .listening, .unknown, true),
    ("::", .listening, .yes, false), ("::", .established, .no, false),
    ("::1", .listening, .no, false), ("::ffff:10.0.0.1", .established, .no, true),
    ("10.0.0.1", .established, .unknown, true),
  ])
  func whatCarriesIPv4IsIPv4(
    local: String, state: TCPState, v6Only: Socket.V6Only, isAdmitted: Bool
  ) throws {
    let row = try socket(.tcp, local, state, v6Only: v6Only)
    #expect(Query(families: .ipv4).admits(row) == isAdmitted)
    #expect(Query(families: .ipv6).admits(row) == (row.family == .ipv6))
  }

  /// Some kernels' tables hold TCP sockets that are closed; -l showed them all.
  @Test func whatListensIsNoClosedTCPSocket() throws {
    let query = Query(protocols: .all, onlyListening: true)
    #expect(query.states == .listening)
    #expect(query.admits(try socket(.tcp, "::", .listening)))
    #expect(query.admits(try socket(.udp, "::", .closed)))
    #expect(!query.admits(try socket(.tcp, "::", .closed)))
    #expect(!query.admits(try socket(.udp, "::", .established)))
    #expect(Query(states: StateSet(.closed)).admits(try socket(.tcp, "::", .closed)))
  }

  /// A filter's `state=listening,closed` was taken for -l: it lost the closed TCP socket that
  /// `state=closed` found.
  @Test func statesAreNoOption() throws {
    let query = Query(protocols: .all, states: StateSet(.listening, .closed))
    for state in [TCPState.listening, .closed] {
      #expect(query.admits(try socket(.tcp, "::", state)))
    }
  }

  @Test func whatIsBoundAndNoMoreIsAStateOfItsOwn() {
    #expect(Query(states: StateSet(.bound)).isOfBoundAlone)
    #expect(!Query(states: StateSet(.bound, .listening)).isOfBoundAlone)
    #expect(!Query(states: []).isOfBoundAlone && !Query().isOfBoundAlone)
  }

  /// What has no other end is not asked for where a remote port is.
  @Test func whatMayBeBoundAndNoMore() {
    #expect(Query().admitsBound && Query(protocols: .all, families: .ipv6).admitsBound)
    let others = [
      Query(protocols: .udp), Query(states: .listening), Query(onlyListening: true),
      Query(families: []),
    ]
    for query in others { #expect(!query.admitsBound) }
    let local = Pushdown.port(.local, 80...80)
    let remote = Pushdown.port(.remote, 80...80)
    for (pushdown, isAdmitted) in [
      (.nothing, false), (local, true), (remote, false), (local || remote, true),
      (local && remote, false), (.port(.remote, 0...80), true),
      (.prefix(.remote, IPPrefix(.loopback(.ipv4))), false),
      (.prefix(.remote, IPPrefix(.unspecified(.ipv6))), true),
      (.prefix(.local, IPPrefix(.loopback(.ipv4))), true),
    ] as [(Pushdown, Bool)] {
      #expect(Query(pushdown: pushdown).admitsBound == isAdmitted, "\(pushdown)")
    }
  }

  @Test func eachAttributeHasABitOfItsOwn() {
    #expect(Projection.tos.attributes == 1 << 5 | 1 << 6)
    #expect(Projection([.tcpInfo, .cgroups]).attributes == 1 << 2 | 1 << 21)
    #expect(Projection([.owners, .v6only, .traffic]).attributes == 0)
    #expect(Projection.details.attributes == .max)
    #expect(
      Projection.details.isDisjoint(with: [.owners, .commands, .userNames, .hostNames, .v6only]))
  }
}
