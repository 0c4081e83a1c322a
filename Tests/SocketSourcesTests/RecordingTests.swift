import LinuxSystem
import Testing
import TestSupport

@testable import KernelFormats
@testable import SocketModel
@testable import SocketSources

@Suite struct RecordingTests {
  /// See fixtures/diag/README.md.
  private static let fixtures = ["scene", "listening", "details", "narrowed"]

  private func replay(
    _ bytes: [UInt8], _ query: Query = Query(protocols: .all, needs: .details)
  ) throws(SourceError) -> SocketTable {
    try Recording.replay(bytes.span, query)
  }

  @Test(arguments: fixtures)
  func replaysToTheSameTable(name: String) throws {
    let table = try replay(try fixture("diag/\(name).bin"))
    try expectGolden("diag-\(name).txt", Array(text(of: table).utf8))
  }

  @Test(arguments: fixtures)
  func hostileRecordingsEndInRowsOrInAnError(name: String) throws {
    var misplaced = 0
    fuzz(try fixture("diag/\(name).bin")) { bytes in
      do throws(SourceError) {
        let table = try replay(bytes)
        if table.details.count != table.sockets.count { misplaced += 1 }
      } catch {
        guard case .malformed(let place, _) = error else { return }
        if !place.hasSuffix(" of the recording") { misplaced += 1 }
      }
    }
    #expect(misplaced == 0)
  }

  @Test func theQuestionCountsInAReplayToo() throws {
    let bytes = try fixture("diag/scene.bin")
    let all = try replay(bytes).sockets
    let queries = [
      Query(), Query(protocols: .udp), Query(protocols: .all, families: .ipv4),
      Query(protocols: .all, states: .listening),
      Query(pushdown: .prefix(.local, IPPrefix(.loopback(.ipv4)))),
    ]
    for query in queries {
      let expected = all.filter { query.admits($0) && query.pushdown.admits($0) }
      #expect(try replay(bytes, query).sockets == expected)
      #expect(!expected.isEmpty && expected.count < all.count)
    }
  }

  private static let tcp = InetDiagRequest(.tcp)
  private static func ask(_ sequence: UInt32, _ request: InetDiagRequest = tcp) -> [UInt8] {
    request.message(sequence: sequence)
  }
  private static func row(_ sequence: UInt32, _ cookie: UInt64, flags: UInt16 = 2) -> [UInt8] {
    NetlinkBytes.message(18, flags: flags, sequence: sequence, NetlinkBytes.row(cookie: cookie))
  }
  private static func done(_ sequence: UInt32, _ code: Int32 = 0) -> [UInt8] {
    NetlinkBytes.done(code, sequence: sequence)
  }

  private static let told: [([UInt8], [UInt64])] = [
    (ask(1) + row(1, 1) + row(1, 2) + done(1), [1, 2]),
    // Asked again after an interruption: the second counts.
    (ask(1) + row(1, 1, flags: 0x12) + done(1) + ask(2) + row(2, 2) + done(2), [2]),
    // Refused with bytecode, then asked without.
    (
      ask(1, InetDiagRequest(.tcp, bytecode: [1, 4, 4, 0])) + NetlinkBytes.error(-22) + ask(2)
        + row(2, 5) + done(2), [5]
    ),
    // Two families, one after the other.
    (
      ask(1, InetDiagRequest(.byFamily(.tcp, .ipv4))) + row(1, 1) + done(1)
        + ask(2, InetDiagRequest(.byFamily(.tcp, .ipv6))) + row(2, 2) + done(2), [1, 2]
    ),
    // Answers to somebody else, and what follows the end.
    (ask(1) + row(7, 7) + row(1, 1) + done(1) + row(1, 9), [1]),
    // `ss -D` writes no requests: the answers of IPv4, then those of IPv6.
    (row(123456, 1) + row(123456, 2) + done(123456) + row(123456, 3) + done(123456), [1, 2, 3]),
    (done(123456) + row(123456, 3) + done(123456), [3]), (done(123456) + done(123456), []),
  ]

  @Test(arguments: told)
  func requestsAreTakenAsTheyWereWhenRecorded(bytes: [UInt8], cookies: [UInt64]) throws {
    #expect(try replay(bytes).sockets.map(\.cookie) == cookies)
  }

  private static let bad: [([UInt8], SourceError)] = [
    ([], .malformed(at: "byte 0 of the recording", "there is no request in it")),
    (row(1, 1), .malformed(at: "byte 88 of the recording", "it ends before the answers do")),
    (
      row(1, 1) + done(1) + row(1, 2),
      .malformed(at: "byte 196 of the recording", "it ends before the answers do")
    ),
    (row(1, 1) + done(1, -13), .refused(.accessDenied)),
    (
      ask(1) + row(1, 1),
      .malformed(at: "byte 164 of the recording", "it ends before the answers do")
    ),
    (
      ask(1) + row(1, 1).dropLast(8),
      .malformed(at: "byte 76 of the recording", "length 88 with 80 bytes left")
    ),
    (
      ask(1) + zeros(16),
      .malformed(at: "byte 76 of the recording", "length 0 is smaller than its header")
    ),
    (
      NetlinkBytes.message(20, flags: 1, [2, 132] + zeros(54)),
      .malformed(at: "byte 0 of the recording", "protocol 132")
    ),
    (ask(1) + done(1, -13), .refused(.accessDenied)),
  ]

  @Test(arguments: bad)
  func aBadRecordingSaysWhere(bytes: [UInt8], error: SourceError) {
    #expect(throws: error) { try replay(bytes) }
  }

  @Test func aBadRowIsSaidWithItsPlace() throws {
    let short = NetlinkBytes.message(18, zeros(4))
    let table = try replay(Self.ask(1) + Self.row(1, 1) + short + Self.done(1))
    #expect(table.sockets.count == 1)
    #expect(
      table.notices == [
        .warning(
          "1 of the kernel's messages can't be read; the first in the recording, byte 180: "
            + "a message of only 4 bytes")
      ])
  }

  /// A line a socket, with everything that was told.
  private func text(of table: SocketTable) -> String {
    var lines = ""
    let snapshot = SnapshotBuilder(table).frozen()
    for (index, socket) in table.sockets.enumerated() {
      let state = socket.state.name(socket.kind).map { "\($0)" } ?? "\(socket.state.rawValue)"
      lines += "\(socket.kind.name) \(socket.local) \(socket.remote) \(state)"
      lines += " \(socket.receiveQueue)/\(socket.sendQueue) uid \(socket.rawUID)"
      lines += " inode \(socket.inode) cookie \(socket.cookie) interface \(socket.interface)"
      lines += " v6only \(socket.v6Only) timer \(socket.timer.kind.rawValue)"
      lines += " \(socket.timer.expires) \(socket.timer.retransmits)\n"
      let row = snapshot[index]
      for field in Field.all where !field.needs.isDisjoint(with: .details) {
        if let text = detail(field, row) { lines += "  \(field.name) \(text)\n" }
      }
    }
    return lines
  }

  private func detail(_ field: Field, _ row: Row) -> String? {
    switch field {
    case .tcpInfo(let member): row.number(member).map { "\($0)" }
    case .memory(let member): row.number(member).map { "\($0)" }
    case .congestion: row.text(.congestion).map { "\($0)" }
    case .cgroup: row.cgroup.map { "\($0)" }
    case .mark: row.number(.mark, width: 4).map { "\($0)" }
    case .tos: row.number(.tos, width: 1).map { "\($0)" }
    case .trafficClass: row.number(.trafficClass, width: 1).map { "\($0)" }
    case .shutdown: row.number(.shutdown, width: 1).map { "\($0)" }
    default: nil
    }
  }
}
