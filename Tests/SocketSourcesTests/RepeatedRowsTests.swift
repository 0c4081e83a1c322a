import SocketModel
import Testing

@testable import SocketSources

@Suite struct RepeatedRowsTests {
  private func socket(_ inode: UInt64, port: UInt16 = 80, state: TCPState = .established) -> Socket
  {
    Socket(
      .tcp, local: Endpoint(.loopback(.ipv4), port), remote: Endpoint(.loopback(.ipv4), 1),
      state: state, inode: inode)
  }

  private func kept(_ sockets: [Socket]) -> [Socket] {
    var table = SocketTable()
    table.sockets = sockets
    table.removeRepeatedRows()
    return table.sockets
  }

  @Test func theFirstStays() {
    let first = socket(7)
    #expect(kept([first, socket(8), socket(7, state: .closeWait)]) == [first, socket(8)])
  }

  @Test func connectionsWithoutInodeAreToldApartByTheirEnds() {
    let waiting = (1...20).map { socket(0, port: $0, state: .timeWait) }
    #expect(kept(waiting) == waiting)
    #expect(kept(waiting + waiting) == waiting)
  }

  // An end may be used again while the old connection is in TIME_WAIT.
  @Test func aConnectionInAnotherStateIsAnotherOne() {
    let sockets = [socket(0, state: .timeWait), socket(0, state: .synReceived)]
    #expect(kept(sockets) == sockets)
  }

  @Test func whatIsNotConnectedAndHasNoInodeIsNeverTheSame() {
    let listener = Socket(
      .tcp, local: Endpoint(.loopback(.ipv4), 80), remote: .unspecified(.ipv4), state: .listening)
    #expect(kept(Array(repeating: listener, count: 20)).count == 20)
  }

  @Test func theAddressesCountToo() {
    let sockets = [socket(7), socket(7, port: 81)]
    #expect(kept(sockets) == sockets)
  }

  // The same slot of the bitmap, whatever its size.
  @Test func collidingInodes() {
    let sockets = (1...40).map { socket(5 + $0 << 32) }
    #expect(kept(sockets) == sockets)
    #expect(kept(sockets + sockets) == sockets)
  }

  @Test func manyRepeats() {
    let once = (1...30_000).map { socket($0 &* 7919) }
    #expect(kept(once) == once)
    #expect(kept(once + once + once.prefix(10)) == once)
  }

  // Bound when the kernel walked there, connected when it came to the connections.
  @Test func aCookieIsOneSocketWhateverElseChanged() {
    var sockets = [socket(0), socket(0, port: 81), socket(0)]
    for row in sockets.indices { sockets[row].cookie = [7, 7, 8][row] }
    #expect(kept(sockets) == [sockets[0], sockets[2]])
  }

  @Test func nothing() { #expect(kept([]).isEmpty) }

  @Test func detailsGoWithTheirRows() {
    var table = SocketTable()
    table.sockets = [socket(7), socket(7), socket(9)]
    table.details = (UInt32(0)..<3).map {
      var details = SocketDetails()
      details.mark = $0
      return details
    }
    table.traffic = (UInt64(0)..<3).map {
      SocketTraffic(received: $0, sent: 0, rtt: nil, retransmits: nil)
    }
    table.removeRepeatedRows()
    #expect(table.details.map(\.mark) == [0, 2])
    #expect(table.traffic.map(\.received) == [0, 2])
  }
}
