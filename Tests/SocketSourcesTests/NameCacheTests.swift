import Glibc
import LinuxSystem
import SocketModel
import TestSupport
import Testing

@testable import SocketSources

@Suite struct NameCacheTests {
  private static func socket(
    _ inode: UInt64, port: UInt16 = 80, uid: UInt32 = geteuid(), interface: UInt32 = 0
  ) -> Socket {
    Socket(
      .tcp, local: Endpoint(.loopback(.ipv4), port), remote: .unspecified(.ipv4),
      state: .listening, rawUID: uid, inode: inode, interface: interface)
  }

  /// A snapshot of one socket for each of these processes.
  private static func snapshot(
    of pids: some Sequence<Int32>, hiddenCause: HiddenCause? = nil, since ticks: UInt64 = .max - 1
  ) -> Snapshot {
    let pids = Array(pids)
    var builder = SnapshotBuilder(sockets: pids.map { socket(UInt64($0)) })
    builder.join(
      OwnerIndex(pids.map { .init(inode: UInt64($0), pid: $0, descriptor: 999_990) }),
      listeners: [], hiddenCause: hiddenCause)
    builder.ownersSince = ticks
    return builder.frozen()
  }

  private func names(_ snapshot: Snapshot) -> [Int32: String] {
    snapshot.names.processes.mapValues { String(decoding: $0.name, as: UTF8.self) }
  }

  // MARK: Processes

  @Test func processesHaveNamesAndCommandsWhereAsked() throws {
    let tree = try ProcTree()
    try tree.start(5, "web")
    var cache = NameCache()
    for asksCommands in [false, true, false] {
      var snapshot = Self.snapshot(of: [5])
      let isCurrent = try cache.nameProcesses(
        [5], of: &snapshot, commands: asksCommands, root: tree.path)
      #expect(isCurrent)
      #expect(names(snapshot) == [5: "web"])
      let command = snapshot.names.processes[5]?.command
      #expect(command == (asksCommands ? Array("/bin/web\0-v\0".utf8) : nil))
    }
  }

  /// Each has a name from its first snapshot on; a few are looked at again each time, and in the end
  /// all of them, since programs take other names.
  @Test func aFewAreLookedAtAgainEachTime() throws {
    let tree = try ProcTree()
    let pids = (Int32(1)...150).map { $0 }
    for pid in pids { try tree.start(pid, "old") }
    var cache = NameCache()
    func named() throws -> Int {
      var snapshot = Self.snapshot(of: pids)
      _ = try cache.nameProcesses(pids, of: &snapshot, commands: false, root: tree.path)
      #expect(snapshot.names.processes.count == 150)
      return names(snapshot).count { $0.value == "new" }
    }
    #expect(try named() == 0)
    for pid in pids { try tree.rename(pid, "new") }
    #expect(try named() == 64)
    #expect(try named() == 128)
    #expect(try named() == 150)
  }

  /// On most hosts all of them are few.
  @Test func aNewNameIsSeenAtOnce() throws {
    let tree = try ProcTree()
    try tree.start(5, "old")
    var cache = NameCache()
    var snapshot = Self.snapshot(of: [5])
    _ = try cache.nameProcesses([5], of: &snapshot, commands: false, root: tree.path)
    try tree.rename(5, "new")
    _ = try cache.nameProcesses([5], of: &snapshot, commands: false, root: tree.path)
    #expect(names(snapshot) == [5: "new"])
  }

  // A pid that had gone to another process between two lookups kept the name of the first for up to ten
  // seconds.
  @Test func theNextLookupsProcessesAreOthers() throws {
    let tree = try ProcTree()
    let pids = (Int32(1)...150).map { $0 }
    for pid in pids { try tree.start(pid, "old") }
    var cache = NameCache()
    func named(since ticks: UInt64) throws -> Int {
      var snapshot = Self.snapshot(of: pids, since: ticks)
      _ = try cache.nameProcesses(pids, of: &snapshot, commands: false, root: tree.path)
      return names(snapshot).count { $0.value == "new" }
    }
    #expect(try named(since: 7) == 0)
    for pid in pids { try tree.rename(pid, "new") }
    #expect(try named(since: 8) == 150)
  }

  /// It is there, and the owners need not be looked up again.
  @Test func aProcessWhoseNameCannotBeReadIsSaid() throws {
    let tree = try ProcTree()
    try tree.start(5, "web")
    try tree.refuseName(6)
    var cache = NameCache()
    var snapshot = Self.snapshot(of: [5, 6])
    #expect(try cache.nameProcesses([5, 6], of: &snapshot, commands: false, root: tree.path))
    #expect(snapshot.names.unreadProcesses?.pids == [6])
    #expect(snapshot.notices.map(\.weight) == [.remark])
    let later = cache.name(
      [0], of: snapshot,
      .init(
        needs: [], services: .none, namesUsers: false, hostTimeout: .zero))
    #expect(later.unreadProcesses?.pids == [6])
  }

  @Test func aProcessThatEndedHasNoName() throws {
    let tree = try ProcTree()
    for pid in [5, 6] as [Int32] { try tree.start(pid, "web") }
    var cache = NameCache()
    var snapshot = Self.snapshot(of: [5, 6])
    #expect(
      try cache.nameProcesses([5, 6], of: &snapshot, commands: false, root: tree.path))
    try tree.end(5)
    let isCurrent = try cache.nameProcesses(
      [5, 6], of: &snapshot, commands: false, root: tree.path)
    #expect(!isCurrent, "the owners have to be looked up again")
    #expect(names(snapshot) == [6: "web"])
    // It was seen with the socket, and nobody else was.
    #expect(snapshot.rows.map(\.firstPID) == [5, 6])
  }

  /// With a lookup that began at tick 0 we are younger than it, and hold no such descriptor: our pid was
  /// another process's then.
  @Test(arguments: [nil, HiddenCause.notPrivileged])
  func aReplacedProcessIsTakenOffTheRows(cause: HiddenCause?) throws {
    let own = getpid()
    var cache = NameCache()
    var snapshot = Self.snapshot(of: [own], hiddenCause: cause, since: 0)
    let isCurrent = try cache.nameProcesses(
      [own], of: &snapshot, commands: false, root: "/proc")
    #expect(!isCurrent)
    #expect(snapshot.names.processes.isEmpty)
    #expect(snapshot.rows.map(\.owners) == [[]])
    #expect(snapshot.rows.map(\.ownerStatus) == [.hidden])
  }

  @Test func aMalformedFileIsSaid() throws {
    let root = try TemporaryDirectory()
    try root.write("5/stat", Array("5 nobody S".utf8))
    var cache = NameCache()
    var snapshot = Self.snapshot(of: [5])
    _ = try cache.nameProcesses([5], of: &snapshot, commands: false, root: root.path)
    #expect(
      snapshot.notices.first == .warning("\(root.path)/5/stat: no process's name in parentheses"))
    #expect(snapshot.names.unreadProcesses?.pids == [5])
  }

  /// The owner lookup of a filtered view knows processes that it had no row of.
  @Test func theOwnersOfRowsThatAnotherFilterLetsThroughAreFound() throws {
    var cache = NameCache()
    var query = Query(needs: [.owners, .processNames])
    #expect(cache.owningProcesses(of: Self.snapshot(of: [10, 12]), query, 1) == [10, 12])
    // The same query and lookup: not looked for again.
    #expect(cache.owningProcesses(of: Self.snapshot(of: [11]), query, 1) == [10, 12])
    query.pushdown = .port(.local, 1...1)
    #expect(cache.owningProcesses(of: Self.snapshot(of: [11]), query, 1) == [11])
    #expect(cache.owningProcesses(of: Self.snapshot(of: [13]), query, 2) == [13])
  }

  /// Whose sockets are gone is forgotten: a live view runs for weeks.
  @Test func namesOfOthersAreForgotten() throws {
    let tree = try ProcTree()
    for pid in [5, 6] as [Int32] { try tree.start(pid, "web") }
    var cache = NameCache()
    let query = Query(needs: [.owners, .processNames])
    for (pids, generation) in [([5, 6], 1), ([6], 2)] as [([Int32], Int)] {
      var snapshot = Self.snapshot(of: pids)
      let owning = cache.owningProcesses(of: snapshot, query, generation)
      _ = try cache.nameProcesses(owning, of: &snapshot, commands: false, root: tree.path)
      #expect(Set(snapshot.names.processes.keys) == Set(pids))
    }
  }

  /// The second run of a filter on user names had the processes of the first, and named no other.
  @Test func theAnswerToAnotherQuestionHasNoProcesses() throws {
    let tree = try ProcTree()
    try tree.start(5, "web")
    var cache = NameCache()
    var snapshot = Self.snapshot(of: [5])
    _ = try cache.nameProcesses([5], of: &snapshot, commands: false, root: tree.path)
    #expect(
      named([Self.socket(1, uid: 0)], needs: .userNames, users: true, by: &cache).processes.isEmpty)
  }

  // MARK: What rows hold as numbers

  private func named(
    _ sockets: [Socket], rows: [UInt32]? = nil, needs: Projection = [],
    services: ServicePorts = .none, users: Bool = false,
    hiddenCause: HiddenCause? = nil, by cache: inout NameCache
  ) -> Names {
    var builder = SnapshotBuilder(sockets: sockets)
    if hiddenCause != nil {
      builder.join(OwnerIndex(), listeners: [], hiddenCause: hiddenCause)
    }
    return cache.name(
      rows ?? Array(sockets.indices.map { UInt32($0) }), of: builder.frozen(),
      NameCache.Request(
        needs: needs, services: services, namesUsers: users, hostTimeout: .zero))
  }

  @Test func usersAreNamedWhereAsked() {
    let nameless: UInt32 = 4_000_000_001
    let sockets = [Self.socket(1, uid: 0), Self.socket(2, uid: nameless), Self.socket(0, uid: 0)]
    var cache = NameCache()
    #expect(named(sockets, users: true, by: &cache).users.isEmpty)
    // `-n` wants numbers.
    #expect(named(sockets, needs: .userNames, by: &cache).users.isEmpty)
    for _ in 0..<2 {
      let names = named(sockets, needs: .userNames, users: true, by: &cache)
      #expect(names.users == [0: "root"])
    }
  }

  /// A hidden owner is shown with its row's user.
  @Test func theUserOfAHiddenOwnerIsNamed() {
    let sockets = [Self.socket(1, uid: 0)]
    var cache = NameCache()
    #expect(named(sockets, users: true, by: &cache).users.isEmpty)
    #expect(named(sockets, hiddenCause: .notPrivileged, by: &cache).users.isEmpty)
    let names = named(sockets, users: true, hiddenCause: .notPrivileged, by: &cache)
    #expect(names.users == [0: "root"])
  }

  @Test func onlyTheRowsThatAreAskedAreNamed() throws {
    let loopback = try #require(try Host.interfaceIndex("lo"))
    let sockets = [Self.socket(1, uid: 0, interface: loopback), Self.socket(2)]
    var cache = NameCache()
    #expect(named(sockets, rows: [1], needs: .userNames, by: &cache).interfaces.isEmpty)
    let names = named(sockets, rows: [0], needs: .userNames, by: &cache)
    #expect(names.interfaces == [InterfaceKey(index: loopback): "lo"])
  }

  @Test(.enabled(if: !Services.all().isEmpty, "there is no /etc/services"))
  func servicesAreNamedAsFarAsIsAsked() throws {
    let ssh = try #require(Services.all().name(22, .tcp))
    let high = try #require((UInt16(1024)...49_000).first { Services.all().name($0, .tcp) != nil })
    let sockets = [Self.socket(1, port: 22), Self.socket(2, port: high)]
    for (choice, hasLow, hasHigh) in [
      (.none, false, false), (.wellKnown, true, false), (.all, true, true),
      (.everyService, true, true),
    ] as [(ServicePorts, Bool, Bool)] {
      var cache = NameCache()
      let services = named(sockets, services: choice, by: &cache).services
      #expect((services.name(22, .tcp) == ssh) == hasLow, "\(choice)")
      #expect((services.name(high, .tcp) != nil) == hasHigh, "\(choice)")
    }
    // All are read once; who asks for none gets none.
    var cache = NameCache()
    for _ in 0..<2 {
      let services = named([], services: .everyService, by: &cache).services
      #expect(services.name(high, .tcp) != nil)
      #expect(named(sockets, by: &cache).services.isEmpty)
    }
  }
}
