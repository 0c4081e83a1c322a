import SocketFilter
import SocketModel
import Testing

@Suite struct ReachTests {
  /// Listeners as netlink tells of them, unless they have no cookies.
  private static func snapshot(
    _ listeners: [(local: String, interface: UInt32)], kind: SocketKind = .tcp,
    v6Only: Socket.V6Only = .no, cookies: Bool = true
  ) -> Snapshot {
    let sockets = listeners.enumerated().map { number, listener in
      var socket = kind == .tcp ? tcp(listener.local, "", .listening) : udp(listener.local)
      socket.interface = listener.interface
      if socket.local.family == .ipv6 { socket.v6Only = v6Only }
      if cookies { socket.cookie = UInt64(number + 1) }
      return socket
    }
    return SnapshotBuilder(sockets: sockets).frozen()
  }

  private func answers(_ text: String, _ snapshot: Snapshot) throws -> [Answer] {
    let filter = try filter(text)
    let answers = (0..<snapshot.count).map { filter.matches(snapshot[$0]) }
    // Judged one by one or all at once.
    let selection = filter.select(from: snapshot, for: Query(protocols: .all))
    #expect(selection.rows.map(Int.init) == answers.indices.filter { answers[$0] == .yes })
    return answers
  }

  private func reached(_ text: String, _ snapshot: Snapshot) throws -> [Int] {
    let answers = try answers(text, snapshot)
    #expect(!answers.contains(.cantTell))
    return answers.indices.filter { answers[$0] == .yes }
  }

  private static let wildcardsAndOne: [(String, UInt32)] = [
    ("0.0.0.0:80", 0), ("127.0.0.1:80", 0), ("[::]:80", 0), ("[::1]:80", 0),
    ("[::ffff:127.0.0.2]:80", 0), ("0.0.0.0:81", 0),
  ]

  /// Every listener that could take it was said to serve it.
  @Test(arguments: [
    ("reaches=127.0.0.1:80", [1]), ("reaches=127.0.0.2:80", [4]), ("reaches=10.0.0.5:80", [0]),
    ("reaches=[::1]:80", [3]), ("reaches=[2001:db8::1]:80", [2]), ("reaches=10.0.0.5", [0, 5]),
    ("reaches=127.0.0.1:80,[::1]:80", [1, 3]), ("reaches=localhost:80", [1, 3]),
    ("reaches=:80", [0, 1, 2, 3, 4]), ("not reaches=127.0.0.1:80", [0, 2, 3, 4, 5]),
    ("reaches=0.0.0.0:80", [0]),
  ])
  func aListenerHidesOthers(text: String, expected: [Int]) throws {
    #expect(try reached(text, Self.snapshot(Self.wildcardsAndOne)) == expected)
  }

  private static let withDevices: [(String, UInt32)] = [
    ("0.0.0.0:80", 0), ("0.0.0.0:80", 2), ("0.0.0.0:80", 1), ("[::]:80", 0), ("[::]:81", 2),
    ("[::]:81", 0), ("[::]:81", 1), ("10.0.0.5:80", 2), ("0.0.0.0:82", 0), ("[::]:82", 1),
  ]

  /// What is bound to an interface is asked first, for what comes in there. TCP counts it as much as
  /// being IPv4: between the two it takes either.
  @Test(arguments: [
    ("reaches=127.0.0.1:80", [2]), ("reaches=10.9.9.9:80", [0, 1, 2]),
    ("reaches=10.0.0.5:80", [0, 2, 7]), ("reaches=10.0.0.5%eth0:80", [7]),
    ("reaches=[::ffff:127.0.0.1]:80", [2]), ("reaches=[::1]:81", [6]),
    ("reaches=[fe80::1%eth0]:81", [4]), ("reaches=[fe80::1%lo]:81", [6]),
    ("reaches=[fe80::1]:81", [4, 5, 6]), ("reaches=127.0.0.1:82", [8, 9]),
  ])
  func theInterfaceCounts(text: String, expected: [Int]) throws {
    #expect(try reached(text, Self.snapshot(Self.withDevices)) == expected)
  }

  @Test(arguments: [
    ("reaches=127.0.0.1:82", [9]), ("reaches=10.0.0.5:80", [0, 2, 7]),
    ("reaches=224.0.0.1:80", [0, 1, 2, 3]), ("reaches=10.9.9.9:82", [8, 9]),
  ])
  func udpPrefersTheInterface(text: String, expected: [Int]) throws {
    #expect(try reached(text, Self.snapshot(Self.withDevices, kind: .udp)) == expected)
  }

  /// A filter that drops the better listener, or options that do, dropped the knowledge of it.
  @Test func whatIsNoRowHidesAsWell() throws {
    let all = Self.snapshot(Self.wildcardsAndOne)
    var builder = SnapshotBuilder(sockets: [all[0].socket, all[2].socket])
    builder.listeners = (0..<all.count).map { all[$0].socket }
    #expect(try reached("reaches=127.0.0.1:80", builder.frozen()) == [])
    #expect(try reached("reaches=10.0.0.5:80", builder.frozen()) == [0])
  }

  /// /proc tells neither whether an IPv6 wildcard takes IPv4 nor what is bound to an interface.
  @Test(
    arguments: [
      ("reaches=127.0.0.1:80", [.cantTell, .yes, .cantTell, .no]),
      ("reaches=[::1]:80", [.no, .no, .cantTell, .yes]),
      ("reaches=10.0.0.5:83", [.no, .no, .no, .no]),
    ] as [(String, [Answer])])
  func whatProcDoesNotTellIsNoAnswer(text: String, expected: [Answer]) throws {
    let listeners: [(String, UInt32)] = Array(Self.wildcardsAndOne.prefix(4))
    let snapshot = Self.snapshot(listeners, v6Only: .unknown, cookies: false)
    #expect(try answers(text, snapshot) == expected)
    let alone = Self.snapshot([("[::]:80", 0)], v6Only: .unknown, cookies: false)
    #expect(try answers("reaches=127.0.0.1:80", alone) == [.cantTell])
    #expect(try answers("reaches=[::1]:80", alone) == [.yes])
  }

  @Test func itSaysWhichListenersItNeeds() throws {
    var query = Query(protocols: .all)
    try filter("reaches=10.0.0.5:80").narrow(&query)
    #expect(query.listeners == query.pushdown && query.listeners != .nothing)
    query = Query(protocols: .all)
    try filter("not reaches=10.0.0.5:80 and 10.0.0.5").narrow(&query)
    #expect(query.listeners != query.pushdown && query.listeners != .nothing)
    query = Query()
    try filter("10.0.0.5:80 listening").narrow(&query)
    #expect(query.listeners == .nothing)
  }

  @Test(
    arguments: [
      ("10.0.0.5:80", "reaches=10.0.0.5:80"), ("localhost:80", "reaches=localhost:80"),
      ("22 or ::1 nginx", "22 or reaches=::1 and nginx"), ("10.0.0.0/8", nil),
      ("80", nil), ("src 10.0.0.5", nil), ("not 10.0.0.5", nil), ("0.0.0.0:80", nil),
      ("*:80", nil), ("10.0.0.5,10.0.0.6", "reaches=10.0.0.5 or reaches=10.0.0.6"),
    ] as [(String, String?)])
  func whatAsksForServers(text: String, expected: String?) throws {
    #expect(try filter(text).askingForServers.map { "\($0)" } == expected)
  }
}
