import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import SocketModel
@testable import SocketSources

@Suite struct CollectorTests {
  private static let listening = Query(
    states: StateSet(.listening), needs: [.owners, .processNames])

  private static let fromNetlink = Notice.remark("sockets are from netlink sock_diag")
  private static let fromProc = Notice.remark("sockets are from /proc/net")

  // MARK: Once

  @Test(arguments: [Collector.Sockets.auto, .proc, .diag])
  func readsSocketsWithOwnersAndNames(sockets: Collector.Sockets) throws {
    let live = try #require(LiveSocket())
    var collector = Collector()
    collector.sockets = sockets
    let snapshot = try collector.collect(Self.listening)
    let row = try #require(snapshot.row(inode: live.inode))
    #expect(row.socket.local == Endpoint(.loopback(.ipv4), live.port))
    #expect(row.ownerStatus == .known)
    #expect(row.owners.first { $0.pid == getpid() }?.descriptors.contains(live.descriptor) == true)
    #expect(snapshot.names.processes[getpid()] != nil)
    #expect(snapshot.rows.allSatisfy { $0.socket.state == .listening })
    #expect(snapshot.time.seconds > 1_700_000_000 && snapshot.host == Host.name)
    let isProc = if case .proc = sockets { true } else { false }
    #expect(snapshot.notices.contains(isProc ? Self.fromProc : Self.fromNetlink))
  }

  /// Names may wait until it is known which rows are shown.
  @Test func namesTheRowsThatAreShown() throws {
    let live = try #require(LiveSocket())
    var collector = Collector()
    let snapshot = try collector.collect(
      Query(states: StateSet(.listening), needs: .owners))
    #expect(snapshot.names.processes.isEmpty)
    let row = try #require(snapshot.rows.first { $0.socket.inode == live.inode })
    let needs: Projection = [.owners, .processNames, .userNames]
    let named = try collector.name(
      [UInt32(row.index)], of: snapshot, needs: needs, services: .none)
    #expect(named.names.processes[getpid()] != nil)
    #expect(try named.names.users == Accounts.name(uid: geteuid()).map { [geteuid(): $0] } ?? [:])
    // Another test's child may have held it for a moment, before its exec.
    #expect(Set(row.owners.map(\.pid)).isSuperset(of: named.names.processes.keys))
    #expect(named.count == snapshot.count)
  }

  @Test func looksForNoOwnersWhereNoneAreAsked() throws {
    let live = try #require(LiveSocket())
    var collector = Collector()
    let snapshot = try collector.collect(Query(states: StateSet(.listening)))
    #expect(snapshot.row(inode: live.inode)?.ownerStatus == .notAsked)
    #expect(!snapshot.asksOwners && collector.lookups == 0)
    collector.owners = .none
    #expect(!collector.tellsOwners)
    #expect(try !collector.collect(Self.listening).asksOwners)
    #expect(collector.lookups == 0)
  }

  @Test func saysWhyThereIsNoTable() {
    var collector = Collector()
    collector.procRoot = "/nonexistent"
    #expect(throws: SourceError.unreadable(path: "/nonexistent/net", .noSuchFile)) {
      try collector.collect(Self.listening)
    }
  }

  @Test func anotherRootAnswersForAll() throws {
    let tree = try ProcTree(sockets: [50, 51])
    try tree.start(5, "web", holding: [50])
    for (sockets, owners) in [(.auto, .auto), (.diag, .bpf), (.proc, .proc)]
      as [(Collector.Sockets, OwnerBackend)]
    {
      var collector = Collector()
      (collector.sockets, collector.owners) = (sockets, owners)
      collector.procRoot = tree.path
      let snapshot = try collector.collect(Self.listening)
      #expect(snapshot.rows.map(\.socket.inode) == [50, 51])
      #expect(snapshot.rows.map(\.firstPID) == [5, nil])
      #expect(snapshot.names.processes[5]?.name == Array("web".utf8))
    }
  }

  @Test func aRecordingHasNeitherOwnersNorTime() throws {
    var collector = Collector()
    collector.sockets = .recording(try fixture("diag/scene.bin"))
    #expect(collector.isReplay && !collector.tellsOwners)
    let snapshot = try collector.collect(Query(protocols: .all, needs: .owners))
    #expect(!snapshot.isEmpty && !snapshot.asksOwners)
    #expect(snapshot.time == .epoch && snapshot.host.isEmpty)
    #expect(snapshot.notices.contains(.remark("sockets are from a recording")))
  }

  @Test func aRecorderGetsWhatReplays() throws {
    let live = try #require(LiveSocket())
    let recording = Locked<[UInt8]>([])
    var collector = Collector()
    collector.recorder = { bytes in
      let copy = bytes.indices.map { bytes[$0] }
      recording.withLock { $0 += copy }
    }
    let snapshot = try collector.collect(Query(states: StateSet(.listening)))
    var replay = Collector()
    replay.sockets = .recording(recording.withLock { $0 })
    let replayed = try replay.collect(Query(states: StateSet(.listening)))
    #expect(replayed.rows.map(\.socket) == snapshot.rows.map(\.socket))
    #expect(replayed.row(inode: live.inode) != nil)
  }

  // MARK: Hidden owners

  /// On another /proc a socket that nobody was seen holding is never called nobody's.
  @Test func ownersAreHiddenWhereNotAllIsSeen() throws {
    let tree = try ProcTree(sockets: [50, 51])
    try tree.start(5, "web", holding: [50])
    var collector = Collector()
    collector.procRoot = tree.path
    let snapshot = try collector.collect(Self.listening)
    #expect(snapshot.rows.map(\.ownerStatus) == [.known, .hidden])
    #expect(snapshot.hiddenCause == .otherRoot)
    #expect(snapshot.hiddenOwners([0, 1]) == 1)
    // The user of a hidden owner is shown in its place.
    let named = try collector.name(nil, of: snapshot, needs: [.owners], services: .none)
    #expect(try named.names.users == Accounts.name(uid: 1000).map { [1000: $0] } ?? [:])
    let plain = try collector.name(
      nil, of: snapshot, needs: [.owners], services: .none, users: false)
    #expect(plain.names.users == named.names.users, "what is known stays known")
  }

  /// What root's processes hold, to somebody who may not look into them. (An ordinary user's own
  /// processes are open to him: only the cause is his.)
  @Test(arguments: [OwnerBackend.auto, .proc, .bpf])
  func ownersAreHiddenFromWhoMayNotLook(owners: OwnerBackend) throws {
    let inode: UInt64
    let child: HoldingChild
    do {
      let socket = try ListeningSocket()
      inode = socket.inode
      child = try HoldingChild(holding: socket.descriptor, as: 7)
    }
    let own = try #require(LiveSocket())
    // Another test's program holds all of ours until its exec(3): so the answer is awaited.
    let isAsExpected = try eventually(within: 10) {
      let snapshot = try withoutCapabilities {
        var collector = Collector()
        collector.owners = owners
        return try collector.collect(Self.listening)
      }
      let row = try #require(snapshot.row(inode: inode))
      #expect(snapshot.row(inode: own.inode)?.ownerStatus == .known)
      #expect(snapshot.hiddenCause?.isExceptional == false)
      if geteuid() != 0 { return row.firstPID == child.pid }
      return row.ownerStatus == .hidden && row.owners.isEmpty
    }
    #expect(isAsExpected)
    // Who may look sees it.
    if geteuid() == 0 {
      var collector = Collector()
      collector.owners = .proc
      #expect(try collector.collect(Self.listening).row(inode: inode)?.firstPID == child.pid)
    }
  }

  /// Who asked for the iterator learns each time that there is none.
  @Test func anIteratorThatFailsIsAWarningEachTime() throws {
    let live = try #require(LiveSocket())
    let (reason, snapshots) = try withoutCapabilities { () -> (BPFUnavailable?, [Snapshot]) in
      var collector = Collector()
      collector.owners = .bpf
      let snapshots = try (0..<3).map { _ in try collector.collect(Self.listening) }
      do throws(BPFUnavailable) {
        _ = try BPFOwners().read()
        return (nil, snapshots)
      } catch {
        return (error, snapshots)
      }
    }
    let warning = Notice.warning("\(try #require(reason)); owners are from /proc/<pid>/fd")
    for snapshot in snapshots {
      #expect(snapshot.notices.filter { $0.weight == .warning } == [warning])
      #expect(snapshot.row(inode: live.inode)?.ownerStatus == .known)
    }
  }

  // MARK: Queued connections

  /// The query leaves out the listener that a connection waits at: whose it is is said all the same.
  @Test(arguments: [Collector.Sockets.auto, .proc])
  func listenersAreFoundForQueuedRows(sockets: Collector.Sockets) throws {
    let listener = try SceneSocket.listener()
    let client = try SceneSocket()
    try client.connect(listener.local)
    let port = listener.local.port
    var collector = Collector()
    collector.sockets = sockets
    for query in [
      Query(states: StateSet(.established), needs: .owners),
      Query(pushdown: .port(.remote, client.local.port...client.local.port), needs: .owners),
      Query(families: .ipv4, needs: .owners), Query(needs: .owners),
    ] {
      let snapshot = try collector.collect(query)
      let row = try #require(
        snapshot.rows.first {
          $0.socket.local.port == port && $0.socket.state == .established
        })
      #expect(row.socket.inode == 0)
      #expect(row.ownerStatus == .queued, "\(query)")
      #expect(row.owners.map(\.pid).contains(getpid()), "\(query)")
    }
  }

  // MARK: Netlink that refuses

  private static func refused(_ error: Errno) -> Notice {
    .remark("netlink sock_diag is refused (\(error)); reading /proc/net instead")
  }

  @Test func procAnswersWhereNetlinkIsRefused() throws {
    let live = try #require(LiveSocket())
    var collector = Collector { () throws(SourceError) in throw .refused(.accessDenied) }
    let snapshot = try collector.collect(Self.listening)
    let row = try #require(snapshot.row(inode: live.inode))
    #expect(row.socket.cookie == 0)
    #expect(row.ownerStatus == .known)
    #expect(snapshot.notices.contains(Self.refused(.accessDenied)))
    // One remark says where they are from.
    #expect(!snapshot.notices.contains(Self.fromProc))
    #expect(!snapshot.notices.contains(Self.fromNetlink))
  }

  /// Rows have come, and then the kernel says no: none of them is shown, and a lookup of owners that
  /// began with them counts.
  @Test func procAnswersWhereNetlinkRefusesInTheMiddle() throws {
    let live = try #require(LiveSocket())
    let rows = [10, 1].flatMap { (state: UInt8) in
      NetlinkBytes.message(20, NetlinkBytes.row(state: state, cookie: UInt64(state) + 990))
    }
    let kernel = FakeKernel(answering: [
      rows, NetlinkBytes.error(-EPERM, sequence: 1), NetlinkBytes.error(-EPERM, sequence: 2),
    ])
    for owners in [OwnerBackend.proc, .bpf] {
      var collector = Collector(over: kernel.open)
      collector.owners = owners
      let snapshot = try collector.collect(Query(needs: .owners))
      #expect(snapshot.rows.allSatisfy { $0.socket.cookie == 0 })
      #expect(snapshot.row(inode: live.inode)?.ownerStatus == .known)
      #expect(snapshot.notices.contains(Self.refused(.notPermitted)))
      #expect(collector.lookups == 1)
    }
    #expect(kernel.count == 2)
  }

  /// One lack of memory left the view without rates for as long as it ran.
  @Test(arguments: [
    (Errno.outOfMemory, true), (.tooManyFiles, true), (.noBufferSpace, true),
    (.notPermitted, false), (.accessDenied, false), (.protocolNotSupported, false),
    (.noSuchFile, false), (.invalidArgument, false),
  ])
  func asksNetlinkAgainUnlessItIsRefused(error: Errno, again: Bool) throws {
    let live = try #require(LiveSocket())
    let attempts = Locked(0)
    var collector = Collector { () throws(SourceError) in
      let isFirst = attempts.withLock { count in
        count += 1
        return count == 1
      }
      if isFirst { throw .refused(error) }
      return try DiagDump.open()
    }
    for (round, hasCookies) in [false, again, again].enumerated() {
      let snapshot = try collector.collect(Query(states: StateSet(.listening)))
      let row = try #require(snapshot.row(inode: live.inode))
      #expect((row.socket.cookie != 0) == hasCookies)
      let later = hasCookies ? Self.fromNetlink : Self.fromProc
      #expect(snapshot.notices == [round == 0 ? Self.refused(error) : later])
    }
    #expect(attempts.withLock { $0 } == (again ? 3 : 1))
  }

  /// Where netlink has answered, /proc is no answer: what it does not know of would be gone.
  @Test(arguments: [Errno.outOfMemory, .tooManyFiles, .noBufferSpace])
  func keepsToNetlinkThatFailsForAMoment(error: Errno) throws {
    let fails = Locked(false)
    var collector = Collector { () throws(SourceError) in
      if fails.withLock({ $0 }) { throw .refused(error) }
      return try DiagDump.open()
    }
    let query = Query(states: StateSet(.listening))
    let live = try #require(LiveSocket())
    #expect(try collector.collect(query).row(inode: live.inode) != nil)
    fails.withLock { $0 = true }
    #expect(throws: SourceError.refused(error)) { try collector.collect(query) }
    fails.withLock { $0 = false }
    let snapshot = try collector.collect(query)
    #expect(snapshot.row(inode: live.inode)?.socket.cookie ?? 0 != 0)
    #expect(snapshot.notices == [Self.fromNetlink])
  }

  /// Who asked for netlink, or wants it recorded, is told that there is none.
  @Test func nothingIsReadInsteadOfWhatWasAskedFor() {
    var collector = Collector { () throws(SourceError) in throw .refused(.notPermitted) }
    collector.sockets = .diag
    #expect(throws: SourceError.refused(.notPermitted)) {
      try collector.collect(Self.listening)
    }
    collector.sockets = .auto
    collector.recorder = { _ in }
    #expect(throws: SourceError.refused(.notPermitted)) {
      try collector.collect(Self.listening)
    }
  }

  // MARK: Again and again

  @Test func looksForOwnersOnlyWhenASocketIsNew() throws {
    let tree = try ProcTree(sockets: [50, 51])
    try tree.start(5, "web", holding: [50])
    var collector = Collector()
    collector.procRoot = tree.path
    for _ in 0..<5 {
      #expect(try collector.collect(Self.listening).rows.map(\.firstPID) == [5, nil])
    }
    #expect(collector.lookups == 1)
    try tree.start(6, "new", holding: [60])
    try tree.setSockets([50, 51, 60])
    let isKnown = try eventually(within: 10) {
      let snapshot = try collector.collect(Self.listening)
      let status = snapshot.rows[2].ownerStatus
      #expect(status == .known || status == .notAsked)
      #expect(snapshot.rows.prefix(2).map(\.firstPID) == [5, nil])
      return snapshot.rows[2].firstPID == 6 && snapshot.names.processes[6] != nil
    }
    #expect(isKnown)
    #expect(collector.lookups == 2)
  }

  /// A process that ended hands its socket on: the owners are looked up again.
  @Test func aProcessThatEndedHasOwnersLookedUpAgain() throws {
    let tree = try ProcTree(sockets: [50])
    try tree.start(5, "web", holding: [50])
    var collector = Collector()
    collector.procRoot = tree.path
    _ = try collector.collect(Self.listening)
    try tree.end(5)
    try tree.start(6, "heir", holding: [50])
    // Sooner than a lookup is due by its age.
    let isSeen = try eventually(within: 5) {
      let snapshot = try collector.collect(Self.listening)
      #expect(snapshot.names.processes[5] == nil)
      return snapshot.rows.map(\.firstPID) == [6] && snapshot.names.processes[6] != nil
    }
    #expect(isSeen)
    #expect(collector.lookups == 2)
  }

  // More rows than this host has.
  private static let spentRows = 300_000

  private static func spent() -> Snapshot {
    let row = Socket(
      .tcp, local: Endpoint(.loopback(.ipv4), 1), remote: .unspecified(.ipv4), state: .listening)
    return SnapshotBuilder(sockets: Array(repeating: row, count: spentRows)).frozen()
  }

  /// Where rows are in memory, and how many have room there: a new array that happens to be where the
  /// spent one was is smaller, and a copy of the spent one is elsewhere.
  private struct Room: Equatable {
    let address: UInt
    let capacity: Int

    init(_ sockets: [Socket]) {
      address = unsafe sockets.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
      capacity = sockets.capacity
    }
  }

  @Test(arguments: [Collector.Sockets.diag, .proc])
  func usesTheMemoryOfASpentSnapshot(sockets: Collector.Sockets) throws {
    // What listens is handed out before the rest is read, and UDP comes last.
    let listener = try SceneSocket.listener()
    let client = try SceneSocket()
    try client.connect(listener.local)
    let udp = try SceneSocket(.udp)
    try udp.bind(IPEndpoint(.loopback(.ipv4), 0))
    let query = Query(protocols: .all, needs: .owners)
    var collector = Collector()
    collector.sockets = sockets
    var snapshot = Self.spent()
    let room = Room(snapshot.sockets)
    for _ in 0..<3 {
      collector.recycle(snapshot)
      snapshot = .empty
      snapshot = try collector.collect(query)
      #expect(Room(snapshot.sockets) == room)
      for inode in [listener.inode, client.inode, udp.inode] {
        #expect(snapshot.rows.count { $0.socket.inode == inode } == 1)
      }
      #expect(snapshot.rows.allSatisfy { $0.socket.local.port != 1 })
    }
    #expect(try collector.collect(Self.listening).sockets.capacity < Self.spentRows)
  }

  @Test(arguments: [Collector.Sockets.diag, .proc])
  func leavesASnapshotAloneThatIsStillHeld(sockets: Collector.Sockets) throws {
    var collector = Collector()
    collector.sockets = sockets
    let held = Self.spent()
    let room = Room(held.sockets)
    collector.recycle(held)
    let snapshot = try collector.collect(Self.listening)
    #expect(Room(snapshot.sockets).address != room.address)
    #expect(Room(held.sockets) == room && held.count == Self.spentRows)
    #expect(held.rows.allSatisfy { $0.socket.local.port == 1 })
  }

  /// Also where two threads share the dump.
  @Test func aSharedDumpUsesTheMemoryOfASpentTable() throws {
    let scene = try Scene()
    let rows = try scene.settledRows()
    var spent: Snapshot? = Self.spent()
    let room = Room(spent?.sockets ?? [])
    func table() -> SocketTable {
      guard let snapshot = spent.take() else { return SocketTable() }
      return SocketTable(reusing: consume snapshot)
    }
    let shared = try DiagSource(sharedFrom: 1).begin(Query(), reusing: table()).finish()
    #expect(Room(shared.sockets) == room)
    #expect(scene.rows(of: shared).count == rows.count)
  }
}
