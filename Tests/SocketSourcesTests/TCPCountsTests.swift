import SocketModel
import Testing

@testable import SocketSources

@Suite struct TCPCountsTests {
  @Test func listenersAndUDPAreNotCounted() {
    for query in [Query(protocols: .udp), Query(states: .listening)] {
      #expect(TCPCounts(for: query).expected == 0)
    }
  }
}
