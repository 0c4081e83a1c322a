import SocketModel
import Testing

@Suite struct OwnerJoinTests {
  typealias Record = OwnerIndex.Record

  static func socket(
    _ local: String, _ state: TCPState, inode: UInt64, v6Only: Socket.V6Only = .unknown
  ) throws -> Socket {
    let address = try #require(IPAddress(local))
    return Socket(
      .tcp, local: Endpoint(address, 80), remote: .unspecified(address.family), state: state,
      inode: inode, v6Only: v6Only)
  }

  static func joined(
    _ sockets: [Socket], _ records: [Record], listeners: [Socket] = [], cause: HiddenCause? = nil
  ) -> Snapshot {
    builder(sockets, records, listeners: listeners, cause: cause).frozen()
  }

  static func builder(
    _ sockets: [Socket], _ records: [Record], listeners: [Socket] = [], cause: HiddenCause? = nil
  ) -> SnapshotBuilder {
    var builder = SnapshotBuilder(sockets: sockets)
    builder.join(OwnerIndex(records), listeners: sockets + listeners, hiddenCause: cause)
    return builder
  }

  @Test(arguments: [
    (TCPState.established, UInt64(7), OwnerStatus.known), (.established, 8, .none),
    (.timeWait, 0, .none), (.finWait1, 0, .none), (.finWait2, 0, .none), (.closing, 0, .none),
    (.lastAck, 0, .none), (.established, 0, .queued), (.closeWait, 0, .queued),
    (.synReceived, 0, .queued), (.closed, 0, .none),
  ])
  func whatIsKnownWhereEverybodyCouldBeLookedAt(
    state: TCPState, inode: UInt64, status: OwnerStatus
  ) throws {
    let snapshot = Self.joined(
      [try Self.socket("127.0.0.1", state, inode: inode)],
      [Record(inode: 7, pid: 5, descriptor: 3)])
    #expect(snapshot[0].ownerStatus == status)
  }

  // Under hidepid and in a pid namespace no process refuses, there are just fewer of them.
  @Test func nobodySeenIsHiddenWhereSomebodyMayNotBeSeen() throws {
    let snapshot = Self.joined(
      [
        try Self.socket("127.0.0.1", .established, inode: 8),
        try Self.socket("127.0.0.1", .timeWait, inode: 0),
      ], [], cause: .notPrivileged)
    #expect(snapshot[0].ownerStatus == .hidden)
    #expect(snapshot[1].ownerStatus == .none)
  }

  // Both queues were taken for that of the listener that was asked for first.
  @Test func aLinkLocalQueueIsThatOfItsInterface() throws {
    var sockets: [Socket] = []
    for (state, inode, interface) in [
      (TCPState.listening, UInt64(1), UInt32(2)), (.listening, 2, 3), (.established, 0, 3),
      (.established, 0, 2),
    ] {
      var socket = try Self.socket("fe80::1", state, inode: inode)
      socket.interface = interface
      sockets.append(socket)
    }
    let snapshot = Self.joined(
      sockets,
      [Record(inode: 1, pid: 10, descriptor: 3), Record(inode: 2, pid: 20, descriptor: 3)])
    #expect(snapshot[2].owners.map(\.pid) == [20])
    #expect(snapshot[3].owners.map(\.pid) == [10])
  }

  // A pid is up to 4,194,304: the answer must not cost by its size.
  @Test func owningProcessesAreEachOnce() throws {
    let sockets = try (1...4).map {
      try Self.socket("127.0.0.1", .established, inode: UInt64($0))
    }
    let records = [
      Record(inode: 1, pid: .max, descriptor: 3), Record(inode: 2, pid: 10, descriptor: 3),
      Record(inode: 2, pid: 11, descriptor: 3), Record(inode: 3, pid: 10, descriptor: 4),
    ]
    let snapshot = Self.joined(sockets, records)
    #expect(snapshot.owningProcesses(Array(0..<4)) == [10, 11, .max])
    #expect(snapshot.owningProcesses([2, 3]) == [10])
    #expect(snapshot.owningProcesses([3]).isEmpty)
  }

  @Test func unheldRowsAreThoseWithAnInodeAndNobody() throws {
    let builder = Self.builder(
      [
        try Self.socket("127.0.0.1", .established, inode: 7),
        try Self.socket("127.0.0.1", .listening, inode: 8),
        try Self.socket("127.0.0.1", .timeWait, inode: 0),
      ], [Record(inode: 7, pid: 5, descriptor: 3)])
    #expect(builder.hasUnheldRows())
    #expect(builder.hasUnheldRows(besides: [7]))
    #expect(!builder.hasUnheldRows(besides: [8]))
  }

  @Test func aQueuedRowBelongsToAllListenersItMayWaitAt() throws {
    let snapshot = Self.joined(
      [try Self.socket("127.0.0.1", .established, inode: 0)],
      [
        Record(inode: 1, pid: 30, descriptor: 3), Record(inode: 2, pid: 20, descriptor: 4),
        Record(inode: 3, pid: 10, descriptor: 5),
      ],
      listeners: [
        try Self.socket("0.0.0.0", .listening, inode: 1),
        try Self.socket("0.0.0.0", .listening, inode: 2),
        try Self.socket("127.0.0.2", .listening, inode: 3),
      ])
    #expect(snapshot[0].ownerStatus == .queued)
    #expect(
      snapshot[0].owners == [
        Owner(pid: 20, descriptors: [4]), Owner(pid: 30, descriptors: [3]),
      ])
  }

  @Test(arguments: [
    ("127.0.0.1", "127.0.0.1", Socket.V6Only.no, true), ("127.0.0.1", "0.0.0.0", .no, true),
    ("127.0.0.1", "127.0.0.2", .no, false), ("::ffff:127.0.0.1", "::", .no, true),
    ("::ffff:127.0.0.1", "::", .yes, false), ("::ffff:127.0.0.1", "0.0.0.0", .no, false),
    ("127.0.0.1", "::", .no, true), ("127.0.0.1", "::", .yes, false), ("::1", "::", .yes, true),
    ("::1", "0.0.0.0", .no, false),
  ])
  func aListenerFitsOrNot(
    connection: String, listener: String, v6Only: Socket.V6Only, fits: Bool
  ) throws {
    let snapshot = Self.joined(
      [try Self.socket(connection, .established, inode: 0)],
      [Record(inode: 1, pid: 9, descriptor: 3)],
      listeners: [try Self.socket(listener, .listening, inode: 1, v6Only: v6Only)])
    #expect(snapshot[0].owners.map(\.pid) == (fits ? [9] : []))
  }

  @Test func theExactAddressGoesBeforeTheWildcard() throws {
    let snapshot = Self.joined(
      [try Self.socket("127.0.0.1", .established, inode: 0)],
      [Record(inode: 1, pid: 1, descriptor: 3), Record(inode: 2, pid: 2, descriptor: 3)],
      listeners: [
        try Self.socket("0.0.0.0", .listening, inode: 1),
        try Self.socket("127.0.0.1", .listening, inode: 2),
      ])
    #expect(snapshot[0].owners.map(\.pid) == [2])
  }

  /// Every namespace has a 127.0.0.1.
  @Test func aQueueIsThatOfItsNamespace() throws {
    var sockets: [Socket] = []
    for (state, inode, namespace) in [
      (TCPState.listening, UInt64(1), UInt16(0)), (.listening, 2, 1), (.established, 0, 1),
      (.established, 0, 0), (.established, 0, 2),
    ] {
      var socket = try Self.socket("127.0.0.1", state, inode: inode)
      socket.namespace = namespace
      sockets.append(socket)
    }
    let snapshot = Self.joined(
      sockets,
      [Record(inode: 1, pid: 10, descriptor: 3), Record(inode: 2, pid: 20, descriptor: 3)])
    #expect(snapshot[2].owners.map(\.pid) == [20])
    #expect(snapshot[3].owners.map(\.pid) == [10])
    #expect(snapshot[4].owners.isEmpty)
  }

  @Test func aQueuedRowOfAHiddenListenerIsHidden() throws {
    let snapshot = Self.joined(
      [try Self.socket("127.0.0.1", .established, inode: 0)], [],
      listeners: [try Self.socket("0.0.0.0", .listening, inode: 1)], cause: .hidepid(2))
    #expect(snapshot[0].ownerStatus == .hidden)
  }

  // A pid that went to a younger process between the look at its descriptors and at its name.
  @Test func aProcessThatIsAnotherIsTakenOff() throws {
    let sockets = [
      try Self.socket("127.0.0.1", .listening, inode: 1),
      try Self.socket("127.0.0.1", .established, inode: 2),
      try Self.socket("127.0.0.1", .established, inode: 0),
    ]
    let records = [
      Record(inode: 1, pid: 10, descriptor: 3), Record(inode: 1, pid: 11, descriptor: 3),
      Record(inode: 2, pid: 10, descriptor: 4),
    ]
    for (cause, status) in [(nil, OwnerStatus.none), (.notPrivileged, .hidden)]
      as [(HiddenCause?, _)]
    {
      var builder = Self.builder(sockets, records, cause: cause)
      builder.removeOwners([10])
      let snapshot = builder.frozen()
      #expect(snapshot[0].owners.map(\.pid) == [11])
      #expect(snapshot[1].ownerStatus == status && snapshot[1].owners.isEmpty)
      #expect(snapshot[2].ownerStatus == .queued && snapshot[2].owners.map(\.pid) == [11])
    }
  }
}
