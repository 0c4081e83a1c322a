import SocketModel
import TestSupport
import Testing

@testable import SocketSources

@Suite struct TCPCountsTests {
  /// The kernel counts a socket before it is bound: as long as there is one, it is looked for.
  @Test func aBoundSocketIsAskedFor() throws {
    let bound = try SceneSocket()
    try bound.bind(IPEndpoint(.loopback(.ipv4), 0))
    let query = Query()
    #expect(TCPCounts(for: query).sharpened(query) == query)
    let table = try DiagSource().read(query)
    #expect(table.sockets.contains { $0.inode == bound.inode && $0.state == .bound })
    withExtendedLifetime(bound) {}
  }

  @Test func listenersAndUDPAreNotCounted() {
    for query in [Query(protocols: .udp), Query(states: .listening)] {
      #expect(TCPCounts(for: query).expected == 0)
      #expect(TCPCounts(for: query).sharpened(query) == query)
    }
  }
}
