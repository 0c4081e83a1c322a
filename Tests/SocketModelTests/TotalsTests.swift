import SocketModel
import Testing

@Suite struct TotalsTests {
  static let v4 = Endpoint.unspecified(.ipv4)
  static let v6 = Endpoint.unspecified(.ipv6)

  private func listing(_ sockets: [Socket]) -> Listing {
    Listing(SnapshotBuilder(sockets: sockets).frozen(), rows: Array(0..<UInt32(sockets.count)))
  }

  private func socket(
    _ kind: SocketKind, _ end: Endpoint, _ state: TCPState
  ) -> Socket {
    Socket(kind, local: end, remote: end, state: state)
  }

  @Test func countsByProtocolFamilyAndState() {
    let totals = Totals(
      listing([
        socket(.tcp, Self.v4, .listening), socket(.tcp, Self.v4, .listening),
        socket(.tcp, Self.v6, .listening), socket(.udp, Self.v4, .closed),
        socket(.tcp, Self.v4, .newSynReceived),
      ]))
    #expect(totals.parts.count == 4)
    #expect(totals[.init(kind: .tcp, family: .ipv4), .listening] == 2)
    #expect(totals[.init(kind: .tcp, family: .ipv6), .listening] == 1)
    #expect(totals[.init(kind: .tcp, family: .ipv4), .synReceived] == 1)
    #expect(totals[.init(kind: .udp, family: .ipv4), .closed] == 1)
    #expect(totals[.init(kind: .udp, family: .ipv6), .closed] == 0)
    #expect(totals.total == 5)
    #expect(totals.total(.init(kind: .tcp, family: .ipv4)) == 3)
  }

  @Test func statesWithoutSocketsAreZeroAndNotMissing() {
    let totals = Totals(listing([]), protocols: .tcp)
    #expect(totals.parts.map { $0.kind } == [.tcp, .tcp])
    #expect(totals.states(of: .tcp) == TCPState.named)
    #expect(totals.states(of: .udp) == [.closed, .established])
  }

  @Test func statesWithoutANameAreCounted() {
    let unknown = TCPState(rawValue: 200)
    let totals = Totals(listing([socket(.tcp, Self.v4, unknown)]), protocols: .tcp)
    #expect(totals.states(of: .tcp).last == unknown)
    #expect(totals[.init(kind: .tcp, family: .ipv4), unknown] == 1)
  }

  /// `-4` keeps v4-mapped rows, whose family is IPv6.
  @Test func rowsOfAnotherFamilyAreNotLost() {
    let totals = Totals(listing([socket(.tcp, Self.v6, .established)]), families: .ipv4)
    #expect(totals.total == 1)
  }
}
