import Testing

@testable import SocketModel

@Suite struct SocketTableTests {
  private func socket(_ inode: UInt64) -> Socket {
    Socket(
      .tcp, local: Endpoint(.loopback(.ipv4), 80), remote: .unspecified(.ipv4), state: .listening,
      inode: inode)
  }

  private func attributes(mark: UInt32) -> [UInt8] {
    var writer = AttributeWriter()
    writer.append(.mark, native(mark))
    return writer.bytes
  }

  private func table(_ inodes: some Sequence<UInt64>) -> SocketTable {
    var table = SocketTable()
    for inode in inodes {
      table.append(
        socket(inode), attributes: attributes(mark: UInt32(inode)).span,
        traffic: SocketTraffic(received: inode, sent: nil, rtt: nil, retransmits: nil))
    }
    return table
  }

  /// What the rows hold, column by column.
  private func expect(
    _ table: SocketTable, holds inodes: [UInt64], _ location: SourceLocation = #_sourceLocation
  ) {
    let snapshot = SnapshotBuilder(table).frozen()
    let rows = (0..<snapshot.count).map { snapshot[$0] }
    #expect(rows.map(\.socket.inode) == inodes, sourceLocation: location)
    #expect(rows.map { $0.number(.mark, width: 4) } == inodes, sourceLocation: location)
    #expect(rows.map { $0.traffic?.received } == inodes, sourceLocation: location)
  }

  @Test func columnsAreAsLongAsThereAreRows() {
    var table = table(1...5)
    table.append(self.table(6...7))
    expect(table, holds: Array(1...7))
    table.removeSubrange(3...)
    expect(table, holds: [1, 2, 3])
    table.filter { $0.inode != 2 }
    expect(table, holds: [1, 3])
    table.append(self.table(8...8))
    expect(table, holds: [1, 3, 8])
    #expect(table.count == 3)
  }

  /// Their ids may be known without any attribute.
  @Test func cgroupsStayWithTheirRows() {
    func table(_ inodes: ClosedRange<UInt64>) -> SocketTable {
      var table = SocketTable()
      for inode in inodes {
        table.append(socket(inode))
        table.append(cgroup: inode == 4 ? 0 : 100 + inode)
      }
      return table
    }
    var table = table(1...4)
    table.append(SocketTable())
    table.filter { $0.inode != 2 }
    table.appendUnknown(socket(5))
    var builder = SnapshotBuilder(table)
    let row = builder.frozen()[0]
    builder.append(row)
    let snapshot = builder.frozen()
    #expect(
      (0..<snapshot.count).map { snapshot[$0].cgroup } == [101, 103, nil, nil, 101])
    var other = SnapshotBuilder()
    other.append(row)
    #expect(other.frozen()[0].cgroup == 101)
    table.removeSubrange(1...)
    #expect(SnapshotBuilder(table).frozen()[0].cgroup == 101)
  }

  @Test func whatTwoTablesCouldNotTellIsSaidOnce() {
    var one = table(1...1)
    one.unknown = .cookies
    one.notices = [.warning("a"), .remark("b")]
    var other = table(2...2)
    other.unknown = .v6only
    other.notices = [.warning("a"), .warning("c")]
    one.append(other)
    #expect(one.unknown == [.cookies, .v6only])
    #expect(one.notices == [.warning("a"), .remark("b"), .warning("c")])
  }

  @Test func aTableWithoutDetailsHasNone() {
    var table = SocketTable()
    table.append(socket(1))
    let row = SnapshotBuilder(table).frozen()[0]
    #expect(row.tcpInfo == nil && row.traffic == nil && row.cgroup == nil)
    #expect(row.text(.congestion) == nil)
  }

  /// Where the rows are in memory.
  private func address(_ sockets: [Socket]) -> UInt {
    unsafe sockets.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
  }

  /// A live view reads into the memory of the snapshot before last: it must not grow, nor be had from
  /// the kernel again.
  @Test func takesTheMemoryOfASpentSnapshot() {
    let spent = SnapshotBuilder(table(1...1000)).frozen()
    let (place, capacity) = (address(spent.sockets), spent.sockets.capacity)
    var next = SocketTable(reusing: consume spent)
    #expect(next.count == 0 && next.details.isEmpty && next.traffic.isEmpty)
    #expect(next.unknown == [] && next.notices.isEmpty)
    #expect(next.sockets.capacity == capacity && address(next.sockets) == place)
    for inode in 1...10 as ClosedRange<UInt64> {
      next.append(
        socket(inode), attributes: attributes(mark: UInt32(inode)).span,
        traffic: SocketTraffic(received: inode, sent: nil, rtt: nil, retransmits: nil))
    }
    #expect(address(next.sockets) == place)
    expect(next, holds: Array(1...10))
  }

  @Test func leavesWhatSomebodyStillHoldsAlone() {
    let held = SnapshotBuilder(table(1...1000)).frozen()
    let place = address(held.sockets)
    var next = SocketTable(reusing: held)
    next.append(socket(7), attributes: attributes(mark: 7).span)
    #expect(address(next.sockets) != place)
    #expect(held.count == 1000 && held[999].socket.inode == 1000)
    #expect(held[6].number(.mark, width: 4) == 7 && held[999].traffic?.received == 1000)
  }

  // The rows of /proc beside those of netlink had no counts, and the live view trapped.
  @Test func whatOneSourceDoesNotTellIsNothing() {
    let socket = Socket(.raw, local: .none, remote: .none, state: .closed)
    for isFirst in [true, false] {
      var counted = SocketTable()
      counted.append(socket, attributes: [UInt8]().span, traffic: SocketTraffic())
      counted.append(cgroup: 7)
      var plain = SocketTable()
      plain.append(socket)
      if isFirst { counted.append(plain) } else { plain.append(counted) }
      let table = isFirst ? counted : plain
      #expect(table.traffic.count == 2 && table.cgroups == (isFirst ? [7, 0] : [0, 7]))
      #expect(table.details.isEmpty || table.details.count == 2)
    }
  }
}
