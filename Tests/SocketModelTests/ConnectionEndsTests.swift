import SocketModel
import Testing

@Suite struct ConnectionEndsTests {
  /// `local` and `remote` as `10.0.0.1:80`.
  private static func socket(
    _ local: String, _ remote: String, _ namespace: UInt16 = 0, inode: UInt64 = 0,
    _ state: TCPState = .established, interface: UInt32 = 0, v6Only: Socket.V6Only = .unknown
  ) -> Socket {
    func end(_ text: String) -> Endpoint {
      guard let colon = text.lastIndex(of: ":"), let address = IPAddress(String(text[..<colon]))
      else { return .unspecified(local.contains("::") ? .ipv6 : .ipv4) }
      return Endpoint(address, UInt16(text[text.index(after: colon)...]) ?? 0)
    }
    return Socket(
      .tcp, local: end(local), remote: end(remote), state: state, inode: inode,
      interface: interface, v6Only: v6Only, namespace: namespace)
  }

  private static let (a, b) = ("10.0.0.1:80", "10.0.0.2:5000")
  private static let (here, there) = ("127.0.0.1:80", "127.0.0.1:5000")

  // A pair in one namespace, two with the same ends, a pair across two, and all that leaves a doubt.
  @Test(
    arguments: [
      ([(a, b, 0), (b, a, 0)], [1, 0]),
      ([(a, b, 1), (b, a, 2)], [1, 0]),
      ([("::ffff:10.0.0.1:80", "::ffff:10.0.0.2:5000", 1), (b, a, 2)], [1, 0]),
      ([(here, there, 1), (there, here, 2)], [nil, nil]),
      ([(here, there, 1), (there, here, 1), (here, there, 2), (there, here, 2)], [1, 0, 3, 2]),
      ([(a, b, 1), (b, a, 2), (b, a, 3)], [nil, nil, nil]),
      ([(a, b, 1), (a, b, 2), (b, a, 3)], [nil, nil, nil]),
      ([(a, b, 1), (b, a, 1), (b, a, 2)], [1, 0, nil]),
      ([(a, b, 1), (b, a, 1), (b, a, 1)], [nil, 0, 0]),
      ([(a, a, 0)], [nil]), ([(a, "", 0), (b, a, 0)], [nil, nil]),
    ] as [([(String, String, UInt16)], [Int?])])
  func theOtherEndIsFoundWhereNothingElseMayBeIt(rows: [(String, String, UInt16)], others: [Int?]) {
    let sockets = rows.map { Self.socket($0.0, $0.1, $0.2) }
    let ends = OtherEnds(sockets)
    #expect(sockets.map { ends.index(of: $0) } == others)
  }

  private static func direction(
    of socket: Socket, _ listeners: [Socket], addresses: [UInt16: Set<IPAddress>] = [:]
  ) -> (Value, Value) {
    var builder = SnapshotBuilder(sockets: [socket])
    builder.joinEnds([], listeners: listeners, addresses: addresses)
    let snapshot = builder.frozen()
    return (Field.direction.value(of: snapshot[0]), Field.peerLocal.value(of: snapshot[0]))
  }

  private static func isIn(_ value: Value) -> Bool {
    if case .word(let word) = value { word == "in" } else { false }
  }

  @Test(arguments: [
    (socket(a, b), socket("10.0.0.1:80", "", .listening), true),
    (socket(a, b), socket("0.0.0.0:80", "", .listening), true),
    (socket(a, b), socket("10.0.0.9:80", "", .listening), false),
    (socket(a, b), socket("0.0.0.0:81", "", .listening), false),
    (socket(b, a), socket("0.0.0.0:80", "", .listening), false),
    (socket(a, b), socket("0.0.0.0:80", "", 1, .listening), false),
    (socket(a, b, 1), socket("0.0.0.0:80", "", 1, .listening), true),
    (socket(a, b), socket("0.0.0.0:80", "", .listening, interface: 3), false),
    (socket(a, b, interface: 3), socket("0.0.0.0:80", "", .listening, interface: 3), true),
    (socket(a, b), socket(":::80", "", .listening, v6Only: .no), true),
    (socket(a, b), socket(":::80", "", .listening), false),
    (socket("::ffff:10.0.0.1:80", "::ffff:10.0.0.2:5"), socket(":::80", "", .listening), true),
    (
      socket("::ffff:10.0.0.1:80", "::ffff:10.0.0.2:5"),
      socket(":::80", "", .listening, v6Only: .yes), false
    ),
    (socket(a, b, .synSent), socket("0.0.0.0:80", "", .listening), false),
    (socket(a, b, .timeWait), socket("0.0.0.0:80", "", .listening), true),
  ])
  func inIsWhatAListenerTakes(connection: Socket, listener: Socket, isIncoming: Bool) {
    #expect(Self.isIn(Self.direction(of: connection, [listener]).0) == isIncoming)
  }

  // Where a listener takes what comes to the other end alone, or nothing has come back yet.
  @Test(
    arguments: [
      (socket(b, a), [socket(a, b)], ["0.0.0.0:80"], "out"),
      (socket(a, b), [socket(b, a)], ["0.0.0.0:80"], "in"),
      (socket(b, a), [socket(a, b)], ["0.0.0.0:80", "0.0.0.0:5000"], nil),
      (socket(b, a), [], ["0.0.0.0:80"], nil),
      (socket(b, a, .synSent), [], [], "out"),
    ] as [(Socket, [Socket], [String], String?)])
  func outIsWhatAListenerTakesAtTheOtherEnd(
    connection: Socket, others: [Socket], listeners: [String], expected: String?
  ) {
    let listeners = listeners.map { Self.socket($0, "", .listening) }
    var builder = SnapshotBuilder(sockets: [connection])
    builder.joinEnds([connection] + others, listeners: listeners, addresses: [:])
    let value = Field.direction.value(of: builder.frozen()[0])
    if case .word(let word) = value {
      #expect("\(word)" == expected)
    } else {
      #expect(expected == nil)
    }
  }

  @Test func anEndIsHereByItsAddress() throws {
    let own = try #require(IPAddress("10.0.0.2"))
    let linkLocal = try #require(IPAddress("fe80::2"))
    for (socket, isLocal) in [
      (Self.socket(Self.a, Self.b), true), (Self.socket(Self.a, Self.b, 1), false),
      (Self.socket(Self.b, Self.a), false), (Self.socket(Self.here, Self.there, 1), true),
      (Self.socket("fe80::1:80", "fe80::2:5"), false),
      (Self.socket("10.0.0.2:80", "", .listening), false),
    ] {
      let (_, value) = Self.direction(of: socket, [], addresses: [0: [own, linkLocal]])
      if case .flag(true) = value {
        #expect(isLocal, "\(socket)")
      } else {
        #expect(!isLocal, "\(socket)")
      }
    }
  }
}

extension ConnectionEndsTests {
  private static func socket(
    _ local: String, _ remote: String, _ state: TCPState, interface: UInt32 = 0,
    v6Only: Socket.V6Only = .unknown
  ) -> Socket {
    socket(local, remote, 0, state, interface: interface, v6Only: v6Only)
  }
}
