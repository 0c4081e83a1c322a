import SocketModel
import Testing

@Suite struct SortKeysTests {
  static func snapshot() -> Snapshot {
    let ports: [(UInt16, UInt32, UInt64)] = [(80, 5, 1), (443, 5, 0), (22, 9, 2), (80, 10, 3)]
    return SnapshotBuilder(
      sockets: ports.map { port, queue, inode in
        Socket(
          .tcp, local: Endpoint(.loopback(.ipv4), port), remote: .unspecified(.ipv4),
          state: .listening, receiveQueue: queue, inode: inode)
      }
    ).frozen()
  }

  /// Four rows that differ in what is no number.
  static func named() -> Snapshot {
    let states: [TCPState] = [.timeWait, .established, TCPState(rawValue: 40), .listening]
    let hosts = ["10.0.0.9", "::1", "10.0.0.10", "::ffff:1.2.3.4"]
    let algorithms = ["cubic", "", "bbr", "cubic"]
    var builder = SnapshotBuilder()
    for row in states.indices {
      let address = IPAddress(hosts[row]) ?? .unspecified(.ipv4)
      var attributes = AttributeWriter()
      if !algorithms[row].isEmpty { attributes.append(.congestion, Array(algorithms[row].utf8)) }
      builder.table.append(
        Socket(
          .tcp, local: Endpoint(address, 80), remote: .unspecified(address.family),
          state: states[row], rawUID: [33, 0, 1000, 33][row], inode: [1, 2, 3, 0][row],
          interface: [2, 0, 1, 10][row], v6Only: [.yes, .unknown, .no, .no][row]),
        attributes: attributes.bytes.span)
    }
    builder.join(
      OwnerIndex([
        .init(inode: 1, pid: 30, descriptor: 10), .init(inode: 2, pid: 200, descriptor: 9),
        .init(inode: 3, pid: 30, descriptor: 8),
      ]), listeners: [], hiddenCause: .notPrivileged)
    builder.names.users = [0: "root", 33: "www-data"]
    builder.names.interfaces = [InterfaceKey(index: 2): "eth0", InterfaceKey(index: 1): "lo"]
    builder.names.processes = [200: ProcessName(name: Array("bash".utf8))]
    return builder.frozen()
  }

  /// By name, as text; what has no name by its number as text, and what has neither comes last.
  @Test(arguments: [
    // 40 is a number; ESTABLISHED, LISTENING, TIME_WAIT.
    ("state", [2, 1, 3, 0]), ("-state", [0, 3, 1, 2]),
    // "1000", root, www-data; the last row has no user.
    ("user", [2, 1, 0, 3]), ("-user", [0, 1, 2, 3]),
    // "10", eth0, lo; the second row is bound to none.
    ("interface", [3, 0, 2, 1]), ("-interface", [2, 0, 3, 1]),
    // IPv4 by value, then IPv6 by value.
    ("local", [0, 2, 1, 3]), ("-local", [3, 1, 2, 0]),
    // false before true.
    ("v6only", [2, 3, 0, 1]), ("-v6only", [0, 2, 3, 1]),
    ("congestion", [2, 0, 3, 1]), ("-congestion", [0, 3, 2, 1]),
    ("owner_status", [0, 1, 2, 3]), ("-owner_status", [3, 0, 1, 2]),
    ("pid", [0, 2, 1, 3]), ("-pid", [1, 0, 2, 3]), ("owners", [0, 2, 1, 3]),
    // Only bash has a name.
    ("process", [1, 0, 2, 3]), ("-process", [1, 0, 2, 3]), ("command", [0, 1, 2, 3]),
    // By the first descriptor.
    ("fds", [2, 1, 0, 3]), ("-fds", [0, 1, 2, 3]),
    ("process,-inode", [1, 2, 0, 3]), ("family,-user", [0, 2, 1, 3]),
  ])
  func rowsGoByNameAndWord(text: String, order: [UInt32]) throws {
    var rows: [UInt32] = [0, 1, 2, 3]
    try SortKeys(text).sort(&rows, of: Self.named())
    #expect(rows == order)
  }

  @Test func someRowsAreSortedAmongThemselves() throws {
    var rows: [UInt32] = [3, 1]
    try SortKeys("-state").sort(&rows, of: Self.named())
    #expect(rows == [3, 1])
    var none: [UInt32] = []
    try SortKeys("user").sort(&none, of: Self.named())
    #expect(none.isEmpty)
  }

  @Test(arguments: [
    ("lport", [2, 0, 3, 1]), ("-lport", [1, 0, 3, 2]), ("recv_q,-local-port", [1, 0, 2, 3]),
    ("inode", [0, 2, 3, 1]), ("-inode", [3, 2, 0, 1]),
  ])
  func rowsGoByValueAndWhatIsAbsentComesLast(text: String, order: [UInt32]) throws {
    var rows: [UInt32] = [0, 1, 2, 3]
    try SortKeys(text).sort(&rows, of: Self.snapshot())
    #expect(rows == order)
  }

  // The completions offer it, and it was no field.
  @Test(arguments: [("queue", false), ("-Queue", true)])
  func queueIsBothQueues(text: String, isDescending: Bool) throws {
    #expect(
      try SortKeys(text).keys == [
        .init(.receiveQueue, isDescending: isDescending),
        .init(.sendQueue, isDescending: isDescending),
      ])
  }

  @Test func ownerIsNameAndPID() throws {
    #expect(
      try SortKeys("owner").keys == [
        .init(.process, isDescending: false), .init(.pid, isDescending: false),
      ])
  }

  @Test func aKeyThatIsNoFieldNamesTheNearest() {
    #expect(throws: SortKeys.Failure.unknown("inod", nearest: "inode")) {
      try SortKeys("uid,inod")
    }
    #expect(throws: SortKeys.Failure.empty) { try SortKeys("uid,,pid") }
  }

  @Test func keysSayWhatTheyNeed() throws {
    #expect(try SortKeys("lport").needs == [])
    #expect(try SortKeys("process,rtt").needs == [.owners, .processNames, .tcpInfo])
  }
}
