import Testing

@testable import SocketModel

@Suite struct RepeatedRowsTests {
  private func socket(_ inode: UInt64, port: UInt16 = 80, state: TCPState = .established) -> Socket
  {
    Socket(
      .tcp, local: Endpoint(.loopback(.ipv4), port), remote: Endpoint(.loopback(.ipv4), 1),
      state: state, inode: inode)
  }

  private func kept(_ sockets: [Socket]) -> [Socket] {
    var table = SocketTable()
    for socket in sockets { table.append(socket) }
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

  /// Two namespaces may hold the same connection.
  @Test func theNamespaceCountsToo() {
    var sockets = [socket(0), socket(0)]
    sockets[1].namespace = 1
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
    for (number, inode) in [7, 7, 9].enumerated() {
      var attributes = AttributeWriter()
      attributes.append(.mark, native(UInt32(number)))
      table.append(
        socket(UInt64(inode)), attributes: attributes.bytes.span,
        traffic: SocketTraffic(received: UInt64(number), sent: 0, rtt: nil, retransmits: nil))
    }
    table.removeRepeatedRows()
    let snapshot = SnapshotBuilder(table).frozen()
    #expect((0..<2).map { snapshot[$0].number(.mark, width: 4) } == [0, 2])
    #expect((0..<2).map { snapshot[$0].traffic?.received } == [0, 2])
  }
}
