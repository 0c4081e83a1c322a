import SocketModel
import Testing

@Suite struct GroupingTests {
  private static func end(_ last: UInt32, _ port: UInt16) -> Endpoint {
    Endpoint(IPAddress(v4: 0x7f00_0000 | last), port)
  }

  /// A server with two connections, the clients of both, a client of another host, a TIME_WAIT.
  private static let listing: Listing = {
    let anywhere = Endpoint.unspecified(.ipv4)
    let sockets = [
      Socket(
        .tcp, local: end(1, 5432), remote: anywhere, state: .listening, receiveQueue: 7,
        sendQueue: 128, inode: 1),
      Socket(
        .tcp, local: end(1, 5432), remote: end(1, 40000), state: .established, receiveQueue: 10,
        inode: 2),
      Socket(
        .tcp, local: end(1, 5432), remote: end(1, 40001), state: .established, rawUID: 5, inode: 3
      ),
      Socket(
        .tcp, local: end(1, 40000), remote: end(1, 5432), state: .established, sendQueue: 3,
        inode: 4),
      Socket(.tcp, local: end(1, 40001), remote: end(1, 5432), state: .established, inode: 5),
      Socket(.tcp, local: end(1, 40002), remote: end(9, 443), state: .established, inode: 6),
      Socket(.tcp, local: end(1, 40003), remote: end(9, 443), state: .timeWait),
      Socket(
        .udp, local: end(1, 5432), remote: anywhere, state: .closed, receiveQueue: 2, inode: 8),
    ]
    var attributes = AttributeWriter()
    attributes.append([.bytes_sent: 100, .bytes_retrans: 10, .bytes_received: 5])
    var builder = SnapshotBuilder()
    for (row, socket) in sockets.enumerated() {
      let own = row == 1 ? attributes.bytes : []
      builder.table.append(socket, attributes: own.span)
    }
    let index = OwnerIndex([
      .init(inode: 1, pid: 10, descriptor: 3), .init(inode: 1, pid: 11, descriptor: 3),
      .init(inode: 2, pid: 11, descriptor: 4), .init(inode: 4, pid: 20, descriptor: 3),
      .init(inode: 5, pid: 21, descriptor: 3),
    ])
    builder.join(index, listeners: [], hiddenCause: nil)
    let statuses: [OwnerStatus] = [
      .known, .known, .hidden, .known, .known, .hidden, .none, .unheld,
    ]
    for (row, status) in statuses.enumerated() {
      builder.setOwners(RowOwners(status, slot: index.slot(inode: sockets[row].inode)), of: row)
    }
    let server = ProcessName(name: Array("postgres".utf8))
    builder.names.processes = [10: server, 11: server, 20: ProcessName(name: Array("psql".utf8))]
    return Listing(builder.frozen(), rows: Array(0..<8))
  }()

  private func counts(_ grouping: Grouping) -> [SocketGroup.Key: Int] {
    let groups = Self.listing.grouped(by: [grouping])
    #expect(groups.reduce(0) { $0 + $1.count } == 8, "each socket once")
    #expect(groups.map { $0.count } == groups.map { $0.count }.sorted(by: >), "largest first")
    return Dictionary(uniqueKeysWithValues: groups.map { ($0.keys[0], $0.count) })
  }

  @Test func groupsByProcess() {
    #expect(
      counts(.process) == [
        .process(Array("postgres".utf8)): 2, .process(Array("psql".utf8)): 1, .pid(21): 1,
        .hidden(uid: 5): 1, .hidden(uid: 0): 1, .nobody: 1, .unheld: 1,
      ])
  }

  @Test func groupsByUser() {
    #expect(counts(.user) == [.user(0): 6, .user(5): 1, .user(nil): 1])
  }

  /// The listener's port where there is one here, of the same protocol, else the remote port.
  @Test func groupsByService() {
    #expect(
      counts(.service) == [.port(5432, .tcp): 5, .port(443, .tcp): 2, .port(5432, .udp): 1])
  }

  @Test func aListenerCountsAlsoWhereItIsNotShown() {
    let some = Listing(Self.listing.snapshot, rows: [1, 3])
    #expect(some.grouped(by: [.service]).map { $0.keys[0] } == [.port(5432, .tcp)])
  }

  /// `stats --by service established` grouped by the clients' ports: the listeners were no rows.
  @Test func aListenerCountsAlsoWhereItIsNoRow() {
    let sockets = Self.listing.map(\.socket)
    var builder = SnapshotBuilder(sockets: sockets.filter { $0.state == .established })
    builder.listeners = sockets.filter(\.isListening)
    let groups = Listing(builder.frozen(), rows: [0, 1, 2, 3, 4]).grouped(by: [.service])
    #expect(groups.map { $0.keys[0] } == [.port(5432, .tcp), .port(443, .tcp)])
  }

  /// A dual-stack server has its IPv4 peers as mapped addresses.
  @Test func aPeerIsOneGroupMappedOrNot() {
    let addresses = [IPAddress(v4: 0x0a00_0001), IPAddress(v6: 0xffff_0a00_0001)]
    let sockets = addresses.map {
      Socket(
        .tcp, local: Self.end(1, 80), remote: Endpoint($0, 4000), state: .established)
    }
    let groups = Listing(SnapshotBuilder(sockets: sockets).frozen(), rows: [0, 1])
      .grouped(by: [.remoteAddress])
    #expect(groups.map { $0.keys[0] } == [.address(addresses[0])])
    #expect(groups.map(\.count) == [2])
  }

  @Test func groupsByPortAddressAndState() {
    #expect(counts(.localPort)[.port(5432, .tcp)] == 3)
    #expect(counts(.remoteAddress)[.address(IPAddress(v4: 0x7f00_0009))] == 2)
    #expect(counts(.state)[.state(.established, .tcp)] == 5)
    #expect(counts(.state)[.state(.closed, .udp)] == 1)
  }

  /// A listener's queues hold connections, not bytes.
  @Test func sumsBytesAlone() {
    let group = Self.listing.grouped(by: [.service]).first
    #expect(group?.receiveQueue == 10)
    #expect(group?.sendQueue == 3)
    #expect(group?.txBytes == 90)
    #expect(group?.rxBytes == 5)
    #expect(Self.listing.grouped(by: [.service]).last?.txBytes == nil)
  }

  @Test func equalGroupsKeepTheOrderOfTheListing() {
    let rows = Listing(Self.listing.snapshot, rows: [6, 0, 7])
    #expect(rows.grouped(by: [.state]).map { $0.keys[0] }.first == .state(.timeWait, .tcp))
  }

  @Test func groupsBySeveral() {
    let groups = Self.listing.grouped(by: [.process, .state])
    #expect(groups.reduce(0) { $0 + $1.count } == 8)
    #expect(groups[0].keys == [.process(Array("postgres".utf8)), .state(.listening, .tcp)])
    let keys = Set(groups.map(\.keys))
    #expect(keys.count == groups.count)
    #expect(keys.contains([.process(Array("postgres".utf8)), .state(.established, .tcp)]))
    #expect(keys.contains([.nobody, .state(.timeWait, .tcp)]))
  }

  @Test func groupsByPID() {
    #expect(
      counts(.pid) == [
        .owner(ProcessKey(10)): 1, .owner(ProcessKey(11)): 1, .owner(ProcessKey(20)): 1,
        .owner(ProcessKey(21)): 1, .hidden(uid: 5): 1, .hidden(uid: 0): 1, .nobody: 1, .unheld: 1,
      ])
  }

  private func order(_ text: String, _ groupings: [Grouping]) throws -> [SocketGroup] {
    let order = try GroupOrder(text, groupings: groupings, sums: GroupSum.allCases)
    return GroupedListing(Self.listing, by: groupings, order: order).groups
  }

  @Test func sortsByAnyColumn() throws {
    #expect(try order("sockets", [.service]).map(\.count) == [1, 2, 5])
    #expect(try order("-recv_q,service", [.service]).map(\.receiveQueue) == [10, 2, 0])
    // What is absent comes last in either direction.
    for text in ["tx_bytes", "-tx_bytes"] {
      #expect(try order(text, [.service]).map(\.txBytes) == [90, nil, nil])
    }
    let names = try order("process,-state", [.process, .state]).map(\.keys).prefix(3)
    #expect(names[0] == [.pid(21), .state(.established, .tcp)])
    #expect(names[1] == [.process(Array("postgres".utf8)), .state(.listening, .tcp)])
    #expect(names[2] == [.process(Array("postgres".utf8)), .state(.established, .tcp)])
  }

  @Test(arguments: ["rtt", "user", "", "sockets,"])
  func aColumnThatIsNotShownIsNoKey(text: String) {
    #expect(throws: GroupOrder.Unknown.self) { try order(text, [.service]) }
  }
}
