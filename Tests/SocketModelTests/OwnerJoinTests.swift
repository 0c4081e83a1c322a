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
    (TCPState.established, UInt64(7), OwnerStatus.known), (.established, 8, .unheld),
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
        Owner(pid: 20, descriptors: []), Owner(pid: 30, descriptors: []),
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
    // What it held may have been handed on.
    for (cause, later) in [(nil, .changing), (.notPrivileged, .notPrivileged)]
      as [(HiddenCause?, HiddenCause)]
    {
      var builder = Self.builder(sockets, records, cause: cause)
      builder.removeOwners([10])
      let snapshot = builder.frozen()
      #expect(snapshot[0].owners.map(\.pid) == [11])
      #expect(snapshot[1].ownerStatus == .hidden && snapshot[1].owners.isEmpty)
      #expect(snapshot.hiddenCause == later)
      #expect(snapshot[2].ownerStatus == .queued && snapshot[2].owners.map(\.pid) == [11])
    }
  }

  // The workers of a server were called all of its owners, and its master was not seen: an ordinary
  // user's `kill` of them was answered by new ones.
  @Test(
    arguments: [
      (0, [10: [33]], .notPrivileged, .partial), (0, [10: [33], 11: [0]], .notPrivileged, .known),
      (33, [10: [33]], .notPrivileged, .known), (0, [10: [33]], .changing, .known),
      (0, [10: [33]], nil, .known), (0, [10: [0, 33]], .hidepid(2), .known),
      (0, [10: [33]], .refusing(processes: 1), .partial), (0, [:], .notPrivileged, .known),
      // One that ended before it could be asked may have been its maker.
      (0, [10: [33], 99: [0]], .pidNamespace, .known),
    ] as [(UInt32, [Int32: Set<UInt32>], HiddenCause?, OwnerStatus)])
  func aMakerWhoWasNotSeenMayHoldIt(
    uid: UInt32, users: [Int32: Set<UInt32>], cause: HiddenCause?, status: OwnerStatus
  ) throws {
    var socket = try Self.socket("127.0.0.1", .listening, inode: 1)
    socket.rawUID = uid
    var queued = try Self.socket("127.0.0.1", .established, inode: 0)
    queued.rawUID = uid
    var builder = SnapshotBuilder(sockets: [socket, queued])
    let pids = users[99] == nil ? Array(users.keys) : [10, 12]
    builder.join(
      OwnerIndex((pids.isEmpty ? [10] : pids).map { .init(inode: 1, pid: $0, descriptor: 3) }),
      listeners: [socket], hiddenCause: cause, users: users)
    let snapshot = builder.frozen()
    #expect(snapshot[0].ownerStatus == status)
    #expect(snapshot[1].ownerStatus == (status == .known ? .queued : status))
    #expect(snapshot.hiddenOwners([0]) == (status == .partial ? 1 : 0))
    #expect(snapshot.partialOwners([0, 1]) == (status == .partial ? 2 : 0))
  }

  // Of SO_REUSEPORT twins all were named, though the connection is in the queue of one.
  @Test(
    arguments: [
      ([1, 0, 0], [TCPState.established], [10]), ([1, 1, 0], [.closeWait], [10, 11]),
      ([0, 2, 0], [.established, .closeWait], [11]),
      // It is in no queue before its handshake is over.
      ([1, 0, 0], [.synReceived], [10, 11, 12]),
      // The queues were read before a connection came: it may be in any.
      ([1, 0, 0], [.established, .established], [10, 11, 12]),
      ([0, 0, 0], [.established], [10, 11, 12]),
    ] as [([UInt32], [TCPState], [Int32])])
  func aTwinWithAnEmptyQueueIsNoOwner(queues: [UInt32], states: [TCPState], pids: [Int32]) throws {
    var twins: [Socket] = []
    for (offset, length) in queues.enumerated() {
      var twin = try Self.socket("0.0.0.0", .listening, inode: UInt64(1 + offset))
      twin.receiveQueue = length
      twins.append(twin)
    }
    let rows = try states.enumerated().map { offset, state in
      // At two addresses of the one wildcard.
      try Self.socket("127.0.0.\(1 + offset)", state, inode: 0)
    }
    let snapshot = Self.joined(
      rows, (0..<3).map { Record(inode: UInt64(1 + $0), pid: Int32(10 + $0), descriptor: 3) },
      listeners: twins)
    for row in 0..<rows.count {
      #expect(snapshot[row].owners == pids.map { Owner(pid: $0, descriptors: []) })
    }
  }
}
