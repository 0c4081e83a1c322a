import Testing

@testable import SocketModel

struct SnapshotChangesTests {
  private static let server = Endpoint(.loopback(.ipv4), 80)

  private func connection(
    _ port: UInt16, _ state: TCPState = .established, inode: UInt64 = 0, cookie: UInt64 = 0
  ) -> Socket {
    Socket(
      .tcp, local: Endpoint(.loopback(.ipv4), port), remote: Self.server, state: state,
      inode: inode, cookie: cookie)
  }

  @Test func tellsOpenedChangedAndClosedRowsApart() {
    let older = [1, 2, 3].map { connection($0, cookie: UInt64($0)) }
    let newer = [
      connection(4, cookie: 4), connection(3, cookie: 3), connection(2, .closeWait, cookie: 2),
    ]
    let changes = SnapshotChanges(from: older, to: newer)
    #expect(changes.opened == [0])
    #expect(changes.changed == [2])
    #expect(changes.closed == [0])
    #expect(changes.predecessors == [SnapshotChanges.none, 2, 1])
  }

  /// One step in a connection's life, and whether it stays one row.
  static let steps: [(Socket, Socket, Bool)] = {
    func row(_ state: TCPState, _ inode: UInt64, _ cookie: UInt64) -> Socket {
      Socket(
        .tcp, local: Endpoint(.loopback(.ipv4), 5), remote: server, state: state, inode: inode,
        cookie: cookie)
    }
    return [
      (row(.established, 7, 1), row(.timeWait, 0, 1), true),
      (row(.established, 7, 1), row(.timeWait, 0, 2), true),
      (row(.finWait1, 0, 1), row(.finWait2, 0, 2), true),
      (row(.timeWait, 0, 1), row(.established, 8, 2), false),
      (row(.established, 7, 1), row(.established, 8, 2), false),
      (row(.established, 0, 0), row(.established, 7, 0), true),
      (row(.synReceived, 0, 0), row(.established, 7, 0), true),
      (row(.established, 7, 0), row(.finWait2, 0, 0), true),
      (row(.established, 7, 0), row(.timeWait, 0, 0), true),
      (row(.established, 7, 0), row(.established, 8, 0), false),
      (row(.timeWait, 0, 0), row(.established, 8, 0), false),
      (row(.timeWait, 0, 0), row(.timeWait, 0, 0), true),
    ]
  }()

  @Test(arguments: steps)
  func followsAConnectionThroughItsLife(_ step: (Socket, Socket, Bool)) {
    let (before, after, isOne) = step
    let changes = SnapshotChanges(from: [before], to: [after])
    #expect(changes.opened.isEmpty == isOne)
    #expect(changes.closed.isEmpty == isOne)
    #expect(changes.changed.isEmpty == (!isOne || before.state == after.state))
  }

  @Test func countsTwinsOneByOne() {
    let twin = Socket(
      .tcp, local: Self.server, remote: .unspecified(.ipv4), state: .listening, inode: 0)
    let changes = SnapshotChanges(from: [twin, twin, twin], to: [twin, twin])
    #expect(changes.opened.isEmpty)
    #expect(changes.closed == [2])
    #expect(Set(changes.predecessors) == [0, 1])
    #expect(SnapshotChanges(from: [twin], to: [twin, twin]).opened == [1])
  }

  @Test func keepsTwinsWithInodesApart() {
    let twins = [1, 2].map { inode in
      Socket(
        .tcp, local: Self.server, remote: .unspecified(.ipv4), state: .listening, inode: inode)
    }
    let changes = SnapshotChanges(from: twins, to: [twins[1]])
    #expect(changes.closed == [0])
    #expect(changes.predecessors == [1])
  }

  @Test func leavesOutRowsPastTheCount() {
    let rows = [1, 2].map { connection($0, cookie: UInt64($0)) }
    let changes = SnapshotChanges(from: rows, count: 1, to: rows)
    #expect(changes.opened == [1])
    #expect(changes.closed.isEmpty)
  }

  /// Over /proc there are none; then a snapshot of netlink's follows.
  @Test func rowsAreTheSameWithoutTheirCookies() {
    let older = SnapshotBuilder(sockets: [connection(1, inode: 7, cookie: 1)]).frozen()
    let newer = SnapshotBuilder(sockets: [connection(1, inode: 7, cookie: 2)])
    #expect(SnapshotChanges(from: older, to: newer).opened == [0])
    let changes = SnapshotChanges(from: older, to: newer, ignoringCookies: true)
    #expect(changes.opened.isEmpty && changes.closed.isEmpty && changes.predecessors == [0])
    #expect(SnapshotChanges(from: older, count: 0, to: newer).closed.isEmpty)
  }

  @Test func aNamespaceIsPartOfARow() {
    var other = connection(1, inode: 7)
    other.namespace = 1
    #expect(SnapshotChanges(from: [connection(1, inode: 7)], to: [other]).opened == [0])
  }

  @Test func takesEmptySnapshots() {
    let row = connection(1, cookie: 1)
    #expect(SnapshotChanges(from: [], to: [row]).opened == [0])
    #expect(SnapshotChanges(from: [row], to: []).closed == [0])
    #expect(SnapshotChanges(from: [], to: []).predecessors.isEmpty)
  }

  @Test func agreesWithTheRowsWhateverTheirOrder() {
    let older = (1...3000).map { connection(UInt16($0), cookie: UInt64($0)) }
    let newer = (1001...4000).shuffled().map { connection(UInt16($0), cookie: UInt64($0)) }
    let changes = SnapshotChanges(from: older, to: newer)
    #expect(Set(changes.opened.map { newer[Int($0)].local.port }) == Set(3001...4000))
    #expect(Set(changes.closed.map { older[Int($0)].local.port }) == Set(1...1000))
    for (row, predecessor) in changes.predecessors.enumerated()
    where predecessor != SnapshotChanges.none {
      #expect(older[Int(predecessor)].cookie == newer[row].cookie)
    }
  }
}
