import SocketModel
import TestSupport
import Testing

@testable import SocketSources

@Suite struct TCPCountsTests {
  /// The kernel counts a socket before it is bound: as long as there is one, it is looked for.
  @Test func aBoundSocketIsAskedFor() throws {
    let bound = try SceneSocket()
    try bound.bind(IPEndpoint(.loopback(.ipv4), 0))
    let question = Question()
    #expect(TCPCounts(for: question).sharpened(question) == question)
    let table = try DiagSource().read(question)
    #expect(table.sockets.contains { $0.inode == bound.inode && $0.state == .bound })
    withExtendedLifetime(bound) {}
  }

  @Test func listenersAndUDPAreNotCounted() {
    for question in [Question(protocols: .udp), Question(states: .listening)] {
      #expect(TCPCounts(for: question).expected == 0)
      #expect(TCPCounts(for: question).sharpened(question) == question)
    }
  }
}
