import Glibc
import KernelFormats
import LinuxSystem
import TestSupport
import Testing

@testable import SocketModel
@testable import SocketSources

@Suite struct ProcSourceTests {
  private let captured = ProcSource(root: fixturePath("proc"), byteOrder: .little)

  private func lines(_ table: String) throws -> Int {
    try fixture("proc/net/" + table).count { $0 == 10 } - 1
  }

  private func header() throws -> [UInt8] { try fixture("net/header-only") }

  @Test func readsWhatIsAsked() throws {
    let tcp = try captured.read(Query())
    #expect(tcp.sockets.count == (try lines("tcp")) + (try lines("tcp6")))
    #expect(tcp.notices.isEmpty && tcp.details.isEmpty)
    let all = try captured.read(Query(protocols: .all))
    #expect(
      all.sockets.count(where: { $0.kind == .udp })
        == (try lines("udp")) + (try lines("udp6")))
    let listening = try captured.read(Query(states: .listening)).sockets
    #expect(!listening.isEmpty && listening.allSatisfy { $0.state == .listening })
    #expect(try captured.read(Query(protocols: [])).sockets.isEmpty)
  }

  // A v4-mapped row is in tcp6 alone, and so is a dual-stack listener.
  @Test func anIPv4QuestionReadsTheIPv6Tables() throws {
    let four = try captured.read(Query(families: .ipv4)).sockets
    #expect(four.count { $0.family == .ipv4 } == (try lines("tcp")))
    #expect(four.contains { $0.local.address?.isV4Mapped == true && $0.local.port == 8443 })
    let six = try captured.read(Query(families: .ipv6)).sockets
    #expect(six.count == (try lines("tcp6")))
  }

  @Test func leavesOutWhatTheQuestionExcludes() throws {
    let query = Query(pushdown: .port(.local, 8080...8081))
    let sockets = try captured.read(query).sockets
    #expect(sockets.map(\.local.port).sorted() == [8080, 8081, 8081])
  }

  @Test func detailsStandBesideTheRows() throws {
    let table = try captured.read(Query(protocols: .all, needs: [.memory, .tcpInfo]))
    #expect(table.details.count == table.sockets.count)
    let snapshot = SnapshotBuilder(table).frozen()
    let rows = (0..<snapshot.count).map { snapshot[$0] }.filter { $0.socket.local.port == 5355 }
    #expect(rows.count == 1)
    #expect(rows[0].number(MemoryMember.drops) ?? 0 > 0)
    #expect(
      table.notices.map(\.text) == [
        "/proc does not tell most of tcp_info, socket memory: --source diag does"
      ])
  }

  @Test(arguments: [["tcp"], ["tcp", "udp"]])
  func aKernelWithoutIPv6(tables: [String]) throws {
    let root = try TemporaryDirectory()
    for table in tables { try root.write("net/" + table, fixture("proc/net/" + table)) }
    let source = ProcSource(root: root.path)
    let table = try source.read(Query(protocols: .all, families: .ipv4))
    #expect(!table.sockets.isEmpty)
    let missing =
      tables.contains("udp") ? [] : ["\(root.path)/net/udp is missing: its sockets are not shown"]
    #expect(table.notices.map(\.text) == missing)
    #expect(try source.read(Query(families: .ipv6)).sockets.isEmpty)
  }

  @Test func noFolderIsOneError() throws {
    let root = try TemporaryDirectory()
    #expect(throws: SourceError.unreadable(path: root.path + "/net", .noSuchFile)) {
      try ProcSource(root: root.path + "/").read(Query(protocols: .all))
    }
    try root.directory("net")
    #expect(throws: SourceError.unreadable(path: root.path + "/net/tcp", .noSuchFile)) {
      try ProcSource(root: root.path).read(Query(protocols: .all))
    }
  }

  // Rows would be missing: an unreadable tcp6 is no missing one.
  @Test func anUnreadableTableIsAnError() throws {
    let root = try TemporaryDirectory()
    try root.write("net/tcp", header())
    try root.directory("net/tcp6")
    #expect(
      throws: SourceError.unsuitable(path: root.path + "/net/tcp6", .kind(.directory))
    ) { try ProcSource(root: root.path).read(Query()) }
  }

  @Test(.enabled(if: geteuid() != 0, "nothing is refused to root"))
  func aRefusedTableIsAnError() throws {
    let root = try TemporaryDirectory()
    try root.write("net/tcp", header())
    try root.write("net/tcp6", header())
    #expect(unsafe chmod(root.path + "/net/tcp6", 0) == 0)
    #expect(throws: SourceError.unreadable(path: root.path + "/net/tcp6", .accessDenied)) {
      try ProcSource(root: root.path).read(Query())
    }
  }

  @Test func badLinesAreSaidOnceAFile() throws {
    let root = try TemporaryDirectory()
    try root.write("net/tcp", fixture("net/malformed"))
    try root.write("net/tcp6", Array("sl\n0: 0100007F:0001 0100007F:0002 01 0:0 00:0 0 0\n".utf8))
    let table = try ProcSource(root: root.path).read(Query())
    let net = root.path + "/net/"
    #expect(
      table.notices == [
        .warning(
          net + "tcp line 3: bad sl 'broken', line 4: bad local_address 'ZZZZZZZZ:0050',"
            + " line 5: bad rem_address '0100007F0277'; 8 lines skipped"),
        .warning(net + "tcp6 line 2: no timeout; 1 line skipped"),
      ])
    // Both good lines are one socket.
    #expect(table.sockets.count == 1)
  }

  @Test func repeatedRowsStandOnce() throws {
    let root = try TemporaryDirectory()
    try root.write("net/tcp", fixture("net/repeated"))
    let once = try captured.read(Query()).sockets.filter { $0.family == .ipv4 }
    let sockets = try ProcSource(root: root.path, byteOrder: .little).read(Query()).sockets
    #expect(sockets == once)
  }

  // What has no newline for long is no table, and must not be kept until its end.
  @Test func aLineWithoutEnd() throws {
    let root = try TemporaryDirectory()
    try root.write("net/tcp", Array(repeating: UInt8(ascii: "x"), count: 3 << 20))
    let table = try ProcSource(root: root.path).read(Query())
    #expect(table.sockets.isEmpty && table.notices.count == 1)
  }

  @Test func manyPiecesAreOneTable() throws {
    let root = try TemporaryDirectory()
    var text = try header()
    for number in 1...20_000 {
      text += Array("\(number): 0100007F:1F90 0100007F:0050 01 0:0 00:0 0 1000 0 \(number)\n".utf8)
    }
    try root.write("net/tcp", text)
    let table = try ProcSource(root: root.path).read(Query())
    #expect(table.sockets.map(\.inode) == Array(1...20_000))
    #expect(table.notices.isEmpty)
  }

  @Test func thisKernelsTable() throws {
    let live = try #require(LiveSocket())
    let table = try ProcSource().read(Query(states: .listening))
    let row = table.sockets.first { $0.inode == live.inode }
    #expect(row?.local == Endpoint(.loopback(.ipv4), live.port))
    #expect(row?.uid == geteuid())
    #expect(row?.v6Only == .unknown && row?.cookie == 0)
  }
}
