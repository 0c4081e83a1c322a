import Testing

@testable import Display
@testable import SocketModel

@Suite struct SummaryTests {
  private func listing(_ states: [(TCPState, SocketKind, Int)], hidden: Int = 0) -> Listing {
    let sockets = states.flatMap { state, kind, count in
      let socket = Socket(kind, local: Samples.none4, remote: Samples.none4, state: state)
      return Array(repeating: socket, count: count)
    }
    var builder = SnapshotBuilder(sockets: sockets)
    builder.owners = sockets.indices.map { RowOwners($0 < hidden ? .hidden : .none) }
    return Listing(builder.frozen(), rows: Array(0..<UInt32(sockets.count)))
  }

  @Test func countsStates() {
    let states: [(TCPState, SocketKind, Int)] = [
      (.timeWait, .tcp, 102), (.established, .tcp, 1090), (.listening, .tcp, 12),
    ]
    #expect(
      summary(listing(states, hidden: 3))
        == "1,204 sockets: 12 listening, 1,090 established, 102 time-wait; owners of 3 hidden")
    #expect(
      stateSummary(listing(states, hidden: 3))
        == "1,204 sockets: 12 listening, 1,090 established, 102 time-wait")
  }

  @Test func countsTheUnusual() {
    let states: [(TCPState, SocketKind, Int)] = [
      (.closed, .udp, 2), (.closed, .tcp, 1), (.established, .udp, 1), (.established, .tcp, 1),
      (.init(rawValue: 200), .tcp, 1), (.newSynReceived, .tcp, 1), (.synReceived, .tcp, 1),
    ]
    #expect(
      summary(listing(states))
        == "8 sockets: 1 syn-received, 2 established, 1 closed, 2 unconnected, 1 in state 12, "
        + "1 in state 200")
  }

  @Test func countsOneAndNone() {
    #expect(summary(listing([(.established, .tcp, 1)])) == "1 socket: 1 established")
    #expect(summary(listing([])) == "0 sockets")
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
  ])
  func groupsDigits(count: Int, text: String) { #expect(grouped(count) == text) }
}
