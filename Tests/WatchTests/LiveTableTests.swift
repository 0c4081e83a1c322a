import Display
import TestSupport
import Testing

@testable import SocketModel
@testable import Watch

struct LiveTableTests {
  private static let remote = Endpoint(IPAddress(v4: 0xc633_6407), 443)

  private func row(
    _ cookie: UInt64, _ state: TCPState = .established, bytes: (UInt64, UInt64)? = nil
  ) -> (Socket, [TCPInfoMember: UInt64]) {
    let inode = state == .timeWait ? 0 : 100 + cookie
    let socket = Socket(
      .tcp, local: Endpoint(.loopback(.ipv4), UInt16(cookie)), remote: Self.remote, state: state,
      inode: inode, cookie: cookie)
    return (socket, bytes.map { SyntheticHost.members($0) } ?? [:])
  }

  private func builder(_ rows: [(Socket, [TCPInfoMember: UInt64])]) -> SnapshotBuilder {
    var builder = SnapshotBuilder()
    for (socket, info) in rows {
      var attributes = AttributeBytes()
      attributes.info = info
      let bytes = attributes.bytes
      builder.table.append(socket, attributes: bytes.span)
    }
    return builder
  }

  private func snapshot(_ rows: [(Socket, [TCPInfoMember: UInt64])]) -> Snapshot {
    builder(rows).frozen()
  }

  private func table(_ snapshots: [[(Socket, [TCPInfoMember: UInt64])]]) -> LiveTable {
    var table = LiveTable()
    for (second, rows) in snapshots.enumerated() {
      table.update(snapshot(rows), at: .seconds(second), isBaseline: false)
    }
    return table
  }

  private func departed(_ socket: Socket, _ info: TCPInfo?) -> DestroyedSockets {
    var destroyed = DestroyedSockets()
    destroyed.note(socket, info)
    return destroyed
  }

  private func marks(_ table: LiveTable) -> [UInt64: Mark] {
    Dictionary(
      uniqueKeysWithValues: zip(table.snapshot.sockets.map(\.cookie), table.rows.map(\.mark)))
  }

  @Test func aRowIsAsOldAsItWasSeen() {
    var table = LiveTable()
    for second in [0, 3] {
      table.update(
        snapshot([row(1)]), at: .seconds(second), isBaseline: false, asksAges: second > 0)
      let age = Field.age.value(of: table.snapshot[0])
      if case .number(let milliseconds) = age { #expect(second > 0 && milliseconds == 3000) }
      if case .absent = age { #expect(second == 0) }
    }
    guard case .word(let mark) = Field.ageIs.value(of: table.snapshot[0]) else {
      Issue.record("no mark")
      return
    }
    #expect("\(mark)" == "at_least")
  }

  @Test func marksNothingAtFirst() {
    #expect(marks(table([[row(1), row(2)]])) == [1: .none, 2: .none])
  }

  @Test func marksWhatOpensChangesAndCloses() {
    let table = table([[row(1), row(2)], [row(2, .closeWait), row(3)]])
    #expect(marks(table) == [1: .closed, 2: .changed, 3: .opened])
    #expect(table.currentCount == 2)
    #expect(table.rows[0].formerState == .established)
  }

  @Test func keepsMarksAndClosedRowsForThreeRefreshes() {
    let later = [row(2, .closeWait), row(3)]
    var snapshots = [[row(1), row(2)]] + Array(repeating: later, count: 3)
    #expect(marks(table(snapshots)) == [1: .closed, 2: .changed, 3: .opened])
    snapshots.append(later)
    #expect(marks(table(snapshots)) == [2: .none, 3: .none])
  }

  @Test func keepsOneRowThroughTimeWait() {
    let table = table([[row(1, bytes: (10, 20))], [row(1, .timeWait)]])
    #expect(marks(table) == [1: .changed])
    #expect(table.rows[0].id == 0)
    #expect(table.rows[0].counts == ByteCounts(received: 10, sent: 20))
    #expect(table.rows[0].rates == .zero)
  }

  @Test func countsBytesASecond() {
    let table = table([[row(1, bytes: (1000, 500))], [row(1, bytes: (3000, 500))]])
    #expect(table.rows[0].rates == ByteRates(received: 2000, sent: 0))
  }

  @Test func countsAllThatANewConnectionMoved() {
    let table = table([[], [row(1, bytes: (700, 300))]])
    #expect(table.rows[0].rates == ByteRates(received: 700, sent: 300))
  }

  @Test func knowsNoRatesWithoutCounts() {
    #expect(table([[row(1)], [row(1), row(2)]]).rows.map(\.rates) == [nil, nil])
  }

  @Test func marksNothingWhenTheQuestionChanged() {
    var table = table([[row(1), row(2)]])
    table.update(snapshot([row(2, .closeWait), row(3)]), at: .seconds(1), isBaseline: true)
    #expect(marks(table) == [2: .none, 3: .none])
    #expect(table.rows[0].stateSince == .seconds(1))
  }

  @Test func takesTheKernelsLastWordForAClosedRow() {
    // The peer's FIN is counted.
    var table = table([[row(1, .closeWait, bytes: (11, 20))]])
    table.update(
      snapshot([]), at: .seconds(1), isBaseline: false,
      destroyed: departed(row(1, .closed).0, SyntheticHost.info((501, 40))))
    #expect(table.rows[0].counts == ByteCounts(received: 500, sent: 40))
    #expect(table.rows[0].rates == ByteRates(received: 490, sent: 20))
    #expect(table.rows[0].isFinal && table.rows[0].isExact)
  }

  @Test func takesTheKernelsLastWordForARowInTimeWait() {
    var table = table([[row(1, bytes: (10, 20))]])
    table.update(
      snapshot([row(1, .timeWait)]), at: .seconds(1), isBaseline: false,
      destroyed: departed(row(1, .closed).0, SyntheticHost.info((500, 40))))
    table.update(snapshot([row(1, .timeWait)]), at: .seconds(2), isBaseline: false)
    table.update(snapshot([]), at: .seconds(3), isBaseline: false)
    #expect(table.rows[0].mark == .closed)
    #expect(table.rows[0].isFinal)
    #expect(table.rows[0].counts == ByteCounts(received: 500, sent: 40))
  }

  /// The notice came while the snapshot was read, after the row's turn.
  @Test func keepsANoticeUntilItsRowIsGone() {
    var table = table([[row(1, bytes: (10, 20))]])
    table.update(
      snapshot([row(1, .lastAck, bytes: (101, 30))]), at: .seconds(1), isBaseline: false,
      destroyed: departed(row(1, .closed).0, SyntheticHost.info((501, 40))))
    #expect(table.rows[0].counts == ByteCounts(received: 100, sent: 30))
    table.update(snapshot([]), at: .seconds(2), isBaseline: false)
    #expect(table.rows.map(\.counts) == [ByteCounts(received: 500, sent: 40)])
  }

  @Test func showsAConnectionThatLivedBetweenTwoRefreshes() {
    var table = table([[row(1)]])
    table.update(
      snapshot([row(1)]), at: .seconds(1), isBaseline: false,
      destroyed: departed(row(9, .closed).0, SyntheticHost.info((501, 40))))
    #expect(marks(table) == [1: .none, 9: .closed])
    #expect(table.rows[1].isShortLived)
    #expect(table.rows[1].counts == ByteCounts(received: 501, sent: 40))
    #expect(!table.rows[1].isExact)
  }

  /// By its cookie, and however many others ended.
  @Test func showsWhoHadAConnectionThatLivedBetweenTwoRefreshes() {
    var first = builder([row(1)])
    first.join(OwnerIndex(), listeners: [], hiddenCause: nil)
    var table = LiveTable()
    table.update(first.frozen(), at: .zero, isBaseline: false)
    var destroyed = departed(row(9, .closed).0, SyntheticHost.info((1, 2)))
    destroyed.add(departed(row(10, .closed).0, SyntheticHost.info((1, 2))))
    let curl = FormerOwner(.init(pid: 77, name: Array("curl".utf8)), at: 0)
    table.update(
      first.frozen(), at: .seconds(1), isBaseline: false, destroyed: destroyed,
      formerOwners: [1: curl, 9: curl, 11: curl])
    #expect(marks(table) == [1: .none, 9: .closed, 10: .closed])
    for second in 2...3 {
      #expect((0..<3).map { table.snapshot[$0].ownerName } == [nil, "curl", nil])
      table.update(first.frozen(), at: .seconds(second), isBaseline: false)
    }
    #expect(table.snapshot.count == 3)
  }

  /// That is nobody's, and who had it is news for as long as it is marked.
  @Test func tellsWhoHadWhatIsLeftInTimeWait() {
    var remnant = row(8, .timeWait)
    remnant.0.cookie = 9
    func joined(_ rows: [(Socket, [TCPInfoMember: UInt64])]) -> Snapshot {
      var builder = builder(rows)
      builder.join(OwnerIndex(), listeners: [], hiddenCause: nil)
      return builder.frozen()
    }
    var table = LiveTable()
    table.update(joined([row(1)]), at: .zero, isBaseline: false)
    table.update(
      joined([row(1), remnant]), at: .seconds(1), isBaseline: false,
      destroyed: departed(row(8, .closed).0, SyntheticHost.info((500, 40))),
      formerOwners: [8: FormerOwner(.init(pid: 77, name: Array("curl".utf8)), at: 0)])
    #expect(table.rows[1].mark == .opened && table.snapshot[1].ownerStatus == .none)
    #expect(table.owned(1) == 2 && table.owned(0) == 0)
    let texts = RowText(table, Listing(table.snapshot, rows: [0, 1]), .numeric)
    #expect(texts.text(.process, 1) == "77/curl")
    for second in 2...4 {
      table.update(joined([row(1), remnant]), at: .seconds(second), isBaseline: false)
    }
    #expect(table.rows[1].mark == .none && table.owned(1) == 1)
  }

  /// The kernel gives TIME_WAIT a cookie of its own where nobody had asked for the socket's: the notice
  /// of the socket and the row are one connection.
  @Test(arguments: [true, false])
  func tellsOnceOfAConnectionThatIsLeftInTimeWait(_ isLate: Bool) {
    var remnant = row(8, .timeWait)
    let notice = departed(row(8, .closed).0, SyntheticHost.info((500, 40)))
    remnant.0.cookie = 9
    var table = table([[row(1)]])
    func update(_ second: Int, _ destroyed: DestroyedSockets) {
      table.update(
        snapshot([row(1), remnant]), at: .seconds(second), isBaseline: false,
        destroyed: destroyed, expectsNotices: true)
    }
    update(1, isLate ? DestroyedSockets() : notice)
    if isLate {
      #expect(table.rows.map(\.isFresh) == [false, false])
      update(2, notice)
    }
    #expect(table.rows[1].mark == .opened && table.rows[1].isFresh)
    #expect(table.rows[1].formerState == .established)
    #expect(table.rows[1].counts == ByteCounts(received: 500, sent: 40))
    #expect(table.shown(matching: [0, 1, 2], isNewFilter: true) == [0, 1])
    // Where TIME_WAIT is not asked for, the connection is told of all the same.
    #expect(table.shown(matching: [0, 2], isNewFilter: true) == [0, 2])
    #expect(table.rows[2].isShortLived && table.snapshot[2].socket.state == .established)
  }

  /// The kernel takes the port of the other end from it.
  @Test func tellsNothingOfAnAttemptThatFailed() {
    var socket = row(9, .closed).0
    socket.remote = Endpoint(IPAddress(v4: 0xc633_6407), 0)
    var table = table([[row(1)]])
    table.update(
      snapshot([row(1)]), at: .seconds(1), isBaseline: false,
      destroyed: departed(socket, SyntheticHost.info((0, 0))))
    #expect(marks(table) == [1: .none])
  }

  /// Whichever end closed first, and whatever state it was seen in.
  @Test(arguments: [(501, 40), (500, 41)] as [(UInt64, UInt64)])
  func isExactWhereBothEndsAreOnThisHost(_ received: (client: UInt64, server: UInt64)) {
    let (client, server) = (
      Endpoint(.loopback(.ipv4), 40_000), Endpoint(IPAddress(v6: 0xffff_7f00_0001), 80)
    )
    let ends = [
      Socket(.tcp, local: client, remote: server.unmapped, state: .closed, cookie: 1),
      Socket(
        .tcp, local: server, remote: Endpoint(IPAddress(v6: 0xffff_7f00_0001), 40_000),
        state: .closed, cookie: 2),
    ]
    var destroyed = DestroyedSockets()
    destroyed.note(ends[0], SyntheticHost.info((received.client, 40)))
    destroyed.note(ends[1], SyntheticHost.info((received.server, 500)))
    var table = table([[]])
    table.update(snapshot([]), at: .seconds(1), isBaseline: false, destroyed: destroyed)
    #expect(
      table.rows.map(\.counts) == [
        ByteCounts(received: 500, sent: 40), ByteCounts(received: 40, sent: 500),
      ])
    #expect(table.rows.allSatisfy { $0.isExact })
  }

  /// A million rows are not copied because one closed.
  @Test func appendsClosedRowsToTheMemoryOfTheSnapshot() {
    func address(_ snapshot: Snapshot) -> UInt {
      unsafe snapshot.sockets.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    }
    func given() -> (Snapshot, UInt) {
      var builder = builder([])
      builder.table.reserveCapacity(100)
      for cookie in 2...50 as ClosedRange<UInt64> { builder.append(row(cookie).0) }
      let snapshot = builder.frozen()
      return (snapshot, address(snapshot))
    }
    var table = table([[row(1), row(2)]])
    let (snapshot, place) = given()
    table.update(consume snapshot, at: .seconds(1), isBaseline: false)
    #expect(table.rows.count == 50 && table.rows[49].mark == .closed)
    #expect(address(table.snapshot) == place)
  }

  /// The kernel tells of a socket's end by a worker of its own, which may come late.
  @Test(arguments: [true, false])
  func tellsOfAnEndWithItsNoticeOrARefreshLater(_ comes: Bool) {
    var table = table([[row(1, .closeWait, bytes: (11, 20))]])
    table.update(snapshot([]), at: .seconds(1), isBaseline: false, expectsNotices: true)
    #expect(table.rows.map(\.mark) == [.closed])
    #expect(!table.rows[0].isFresh)
    let late =
      comes ? departed(row(1, .closed).0, SyntheticHost.info((501, 40))) : DestroyedSockets()
    table.update(
      snapshot([]), at: .seconds(2), isBaseline: false, destroyed: late, expectsNotices: true)
    #expect(table.rows.map(\.isFresh) == [true])
    #expect(table.rows.map(\.isFinal) == [comes])
    #expect(table.rows[0].counts?.received == (comes ? 500 : 10))
    table.update(snapshot([]), at: .seconds(3), isBaseline: false, expectsNotices: true)
    #expect(table.rows.map(\.isFresh) == [false])
  }

  /// The order is carried from refresh to refresh, and only what is new finds its place.
  @Test func keepsAllRowsInOrder() {
    var generator = SeededGenerator(seed: 20_261_127)
    var table = LiveTable()
    var rows: [UInt64: (Socket, [TCPInfoMember: UInt64])] = [:]
    for second in 0..<60 {
      // A storm now and then: then all are sorted.
      for _ in 0..<(second % 20 == 0 ? 200 : 5) {
        let cookie = UInt64.random(in: 1...600, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: rows[cookie] = nil
        case 1: rows[cookie] = row(cookie, .closeWait)
        case 2: rows[cookie] = row(cookie, .listening)
        default:
          rows[cookie] = row(cookie)
          rows[cookie]?.0.local = Endpoint(
            IPAddress(v4: .random(in: 1...9, using: &generator)), UInt16(cookie))
        }
      }
      // The kernel's order is any.
      table.update(
        snapshot(rows.values.shuffled(using: &generator)), at: .seconds(second), isBaseline: false)
      var sorted = Array(0..<UInt32(table.rows.count))
      SocketOrder.sort(&sorted, of: table.snapshot)
      let ends = { (order: [UInt32]) in
        order.map { row -> [Endpoint] in
          let socket = table.snapshot[row].socket
          return [socket.local, socket.remote]
        }
      }
      #expect(Set(table.order).count == table.rows.count)
      #expect(ends(table.order) == ends(sorted))
    }
  }

  @Test func leavesNoRowBehind() {
    var table = LiveTable()
    for second in 0..<50 {
      let rows = (0..<40).map { row(UInt64(second * 40 + $0 + 1), bytes: (5, 5)) }
      var destroyed = DestroyedSockets()
      for (socket, _) in rows { destroyed.note(socket, SyntheticHost.info((5, 5))) }
      table.update(
        snapshot(rows), at: .seconds(second), isBaseline: false, destroyed: destroyed)
    }
    #expect(table.rows.count == 4 * 40)
    for second in 50..<54 { table.update(snapshot([]), at: .seconds(second), isBaseline: false) }
    #expect(table.rows.isEmpty)
    #expect(table.snapshot.isEmpty)
    #expect(table.snapshot.details.isEmpty)
  }

  @Test func findsTheOtherEndAlsoWhenItIsMapped() {
    let v4 = Endpoint(IPAddress(v4: 0x0a00_0005), 80)
    let client = Endpoint(IPAddress(v4: 0x0a00_0009), 5000)
    let mapped = (
      Endpoint(IPAddress(v6: 0xffff_0a00_0005), 80), Endpoint(IPAddress(v6: 0xffff_0a00_0009), 5000)
    )
    let rows = [
      Socket(.tcp, local: client, remote: v4, state: .established, cookie: 1),
      Socket(.tcp, local: mapped.0, remote: mapped.1, state: .established, cookie: 2),
      Socket(.tcp, local: v4, remote: .unspecified(.ipv4), state: .listening, cookie: 3),
    ]
    let table = table([rows.map { ($0, [:]) }])
    #expect(table.peer(of: 0) == 1)
    #expect(table.peer(of: 1) == 0)
    #expect(table.peer(of: 2) == nil)
  }

  @Test func recordsRatesOfFollowedRowsAlone() {
    var table = table([[row(1, bytes: (0, 0)), row(2, bytes: (0, 0))]])
    table.follow([1])
    for second in 1...3 {
      let rows = [row(1, bytes: (5, 0)), row(2, bytes: (UInt64(second) * 100, 0))]
      table.update(snapshot(rows), at: .seconds(second), isBaseline: false)
    }
    #expect(table.histories[0] == nil)
    #expect(
      table.histories[1]?.peaks(60, until: .seconds(3)) { $0.received }.compactMap { $0 }
        == [100, 100, 100])
    table.follow([])
    #expect(table.histories.isEmpty)
  }
}
