import LinuxSystem
import Synchronization
import Testing
import TestSupport

@testable import SocketModel
@testable import SocketSources

@Suite struct DiagSourceTests {
  private func read(_ query: Query, of scene: Scene) throws -> [Socket] {
    scene.rows(of: try DiagSource().read(query))
  }

  @Test func agreesWithProcInAllThatProcSays() throws {
    let scene = try Scene()
    let tcp = try scene.settledRows().filter { $0.state != .bound }
    let udp = try read(Query(protocols: .udp), of: scene)
    #expect(udp.count == Scene.udpRows)
    var table = SocketTable()
    for (file, kind) in [("tcp", .tcp), ("tcp6", .tcp), ("udp", .udp), ("udp6", .udp)]
      as [(String, SocketKind)]
    {
      for socket in try procRows("/proc/net/" + file, kind) { table.append(socket) }
    }
    #expect(
      Set(scene.rows(of: table).map(\.asProcTellsIt)) == Set((tcp + udp).map(\.asProcTellsIt)))
  }

  @Test func tellsWhatOnlyNetlinkKnows() throws {
    let scene = try Scene()
    let rows = try scene.settledRows()
    func row(_ socket: SceneSocket) throws -> Socket {
      try #require(rows.first { $0.inode == socket.inode })
    }
    #expect(try row(scene.listener).sendQueue == 7)
    #expect(try row(scene.full).receiveQueue == 1)
    #expect(try row(scene.dualStack).v6Only == .no)
    #expect(try row(scene.v6Only).v6Only == .yes)
    #expect(try row(scene.bound).state == .bound)
    #expect(Set(rows.map(\.cookie)).count == rows.count)
    #expect(rows.filter { $0.state == .established && $0.inode == 0 }.count == 1)
    #expect(try #require(rows.first { $0.state == .timeWait }).timer.kind == .timeWait)
    #expect(rows.filter { $0.state == .finWait2 }.map(\.receiveQueue) == [1000])
    let udp6 = try read(Query(protocols: .udp), of: scene).first {
      $0.inode == scene.udp6.inode
    }
    #expect(udp6?.v6Only == .no)
  }

  @Test func statesBecomeTheMask() throws {
    let scene = try Scene()
    let all = try scene.settledRows()
    for state in Scene.states.keys {
      let rows = try read(Query(states: StateSet(state)), of: scene)
      #expect(Set(rows.map(\.cookie)) == Set(all.filter { $0.state == state }.map(\.cookie)))
    }
    let listening = try read(Query(protocols: .all, states: .listening), of: scene)
    #expect(listening.filter { $0.kind == .tcp }.count == 5)
    #expect(listening.filter { $0.kind == .udp }.count == 2)
  }

  @Test(arguments: [.ipv4, .ipv6] as [FamilySet])
  func familiesAreThoseThatAreAdmitted(families: FamilySet) throws {
    let scene = try Scene()
    let all = try scene.settledRows() + read(Query(protocols: .udp), of: scene)
    let query = Query(protocols: .all, families: families)
    let rows = try read(query, of: scene)
    #expect(rows.count == Set(rows).count)
    #expect(Set(rows.map(\.cookie)) == Set(all.filter(query.admits).map(\.cookie)))
    #expect(rows.contains { $0.local.address?.isV4Mapped == true })
  }

  /// What the kernel passes of a narrowed dump is what the pushdown admits of a full one.
  @Test func theKernelNarrowsAsThePushdownDoes() throws {
    let scene = try Scene()
    let all = try scene.settledRows() + read(Query(protocols: .udp), of: scene)
    let seed = UInt64.random(in: 0...999_999)
    print("pushdowns: seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<150 {
      let pushdown = randomPushdown(from: all, depth: 3, by: &generator)
      let rows = try read(Query(protocols: .all, pushdown: pushdown), of: scene)
      #expect(
        Set(rows.map(\.cookie)) == Set(all.filter(pushdown.admits).map(\.cookie)), "\(pushdown)")
    }
  }

  private func randomPushdown(
    from rows: [Socket], depth: Int, by generator: inout SeededGenerator
  ) -> Pushdown {
    guard let row = rows.randomElement(using: &generator) else { return .everything }
    let end: Pushdown.End = Bool.random(using: &generator) ? .local : .remote
    let point = row[Bool.random(using: &generator) ? .local : .remote]
    switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &generator) {
    case 0: return Bool.random(using: &generator) ? .everything : .nothing
    case 1, 2:
      let spread = UInt16([0, 0, 1, 1000].randomElement(using: &generator) ?? 0)
      return .port(end, point.port...(point.port > .max - spread ? .max : point.port + spread))
    case 3...5:
      let unmaps = Bool.random(using: &generator)
      guard let address = (unmaps ? point.unmapped : point).address else { return .nothing }
      let length = Int.random(in: 0...address.family.bitWidth, using: &generator)
      return IPPrefix(address, length: length).map { .prefix(end, $0) } ?? .everything
    case let kind:
      let parts = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        randomPushdown(from: rows, depth: depth - 1, by: &generator)
      }
      return kind < 8 ? .all(parts) : .any(parts)
    }
  }

  @Test func detailsStandBesideTheRows() throws {
    let scene = try Scene()
    _ = try scene.settledRows()
    let table = try DiagSource().read(Query(protocols: .all, needs: .details))
    #expect(table.details.count == table.count)
    let snapshot = SnapshotBuilder(table).frozen()
    func row(_ isWanted: (Socket) -> Bool) throws -> Row {
      let index = table.sockets.firstIndex(where: isWanted)
      return snapshot[try #require(index)]
    }
    let listener = try row { $0.inode == scene.listener.inode }
    #expect(listener.number(.unacked) == nil)
    #expect(listener.number(MemoryMember.drops) == 0)
    let server = try row { $0.state == .closeWait && $0.local == Endpoint(scene.listener.local) }
    #expect(server.tcpInfo?.payloadSent == 1000)
    #expect(server.tcpInfo?.payloadReceived(in: .closeWait) == 0)
    #expect(server.traffic?.sent == 1000)
    #expect(server.number(.snd_mss) ?? 0 > 0)
    #expect(server.number(MemoryMember.sndbuf) ?? 0 > 0)
    #expect(server.number(.shutdown, width: 1) == 1)
    #expect(server.number(.tos, width: 1) == 0)
    #expect(try !#require(server.text(.congestion)).isEmpty)
    let udp = try row { $0.inode == scene.udp.inode }
    #expect(udp.tcpInfo == nil)
    #expect(udp.number(MemoryMember.rcvbuf) ?? 0 > 0)
    #expect(try DiagSource().read(Query()).details.isEmpty)
  }

  /// Also where rows come by more than one road, none is lost and none comes twice.
  @Test(arguments: [SocketKindSet.tcp, .all])
  func threadsShareTheDump(protocols: SocketKindSet) throws {
    let scene = try Scene()
    let tcp = try scene.settledRows()
    let udp = protocols == .all ? try read(Query(protocols: .udp), of: scene) : []
    let reading = try DiagSource(sharedFrom: 1)
      .begin(Query(protocols: protocols), reusing: SocketTable())
    let first = reading.rows
    let shared = scene.rows(of: try reading.finish())
    #expect(shared.count == tcp.count + udp.count)
    #expect(Set(shared.map(\.asProcTellsIt)) == Set((tcp + udp).map(\.asProcTellsIt)))
    #expect(Set(shared.map(\.cookie)) == Set((tcp + udp).map(\.cookie)))
    let listeners = Set(tcp.filter(\.isListening).map(\.inode))
    #expect(listeners.isSubset(of: first.map(\.inode)))
  }

  /// Each row's details were read by one of two threads, and go with it when the parts are joined.
  @Test func threadsShareTheDetails() throws {
    let scene = try Scene()
    _ = try scene.settledRows()
    let query = Query(protocols: .all, needs: [.tcpInfo, .memory, .congestion])
    let whole = try details(of: scene, in: DiagSource(sharedFrom: .max).read(query))
    let shared = try details(of: scene, in: DiagSource(sharedFrom: 1).read(query))
    #expect(whole.count == Scene.states.values.reduce(Scene.udpRows, +))
    #expect(Set(shared.keys) == Set(whole.keys))
    for (cookie, text) in whole { #expect(shared[cookie] == text) }
  }

  /// What is known of the scene's rows, by cookie, but what changes by itself.
  private func details(of scene: Scene, in table: SocketTable) throws -> [UInt64: [String]] {
    let wanted = Set(scene.rows(of: table).map(\.cookie))
    #expect(table.details.count == table.count)
    let snapshot = SnapshotBuilder(table).frozen()
    var details: [UInt64: [String]] = [:]
    for row in (0..<snapshot.count).map({ snapshot[$0] }) where wanted.contains(row.socket.cookie) {
      #expect(details[row.socket.cookie] == nil, "\(row.socket)")
      // An unanswered SYN or SYN-ACK is sent again; each time a full listener drops it once more.
      let isStill = row.socket.state != .synSent && row.socket.state != .synReceived
      let info = isStill ? TCPInfoMember.allCases.filter { !Self.clocks.contains($0) } : []
      details[row.socket.cookie] =
        ["\(row.socket.asProcTellsIt)", row.text(.congestion).map { "\($0)" } ?? "none"]
        + info.map { "\($0.name) \(row.number($0).map { "\($0)" } ?? "none")" }
        + MemoryMember.allCases.filter { $0 != .drops || !row.socket.isListening }
        .map { "\($0.name) \(row.number($0).map { "\($0)" } ?? "none")" }
    }
    return details
  }

  private static let clocks: [TCPInfoMember] = [.last_data_sent, .last_data_recv, .last_ack_recv]

  /// What listens comes first: an owner lookup that begins then sees who holds it.
  @Test func handsOutTheFirstRowsBeforeTheOthersAreRead() throws {
    let scene = try Scene()
    _ = try scene.settledRows()
    let reading = try DiagSource().begin(Query(), reusing: SocketTable())
    let first = reading.rows
    #expect(first.first?.isListening == true)
    let listeners = [scene.listener, scene.dualStack, scene.v6Only, scene.full, scene.deferring]
    #expect(Set(listeners.map(\.inode)).isSubset(of: first.map(\.inode)))
    let table = try reading.finish()
    #expect(table.count >= Scene.states.values.reduce(0, +))
  }

  @Test func aRecordingReplaysToTheSameTable() throws {
    let scene = try Scene()
    _ = try scene.settledRows()
    let recording = Mutex<[UInt8]>([])
    let query = Query(protocols: .all, needs: .details)
    let source = DiagSource(recorder: { bytes in
      recording.withLock { for index in bytes.indices { $0.append(bytes[index]) } }
    })
    let table = try source.read(query)
    let bytes = recording.withLock { $0 }
    let replayed = try Recording.replay(bytes.span, query)
    #expect(replayed.sockets == table.sockets)
    let (one, other) = (SnapshotBuilder(table).frozen(), SnapshotBuilder(replayed).frozen())
    for row in 0..<one.count {
      for field in Field.all {
        let (recorded, played) = (field.value(of: one[row]), field.value(of: other[row]))
        #expect("\(recorded)" == "\(played)", "\(field.name) of \(one[row].socket)")
      }
    }
    #expect(replayed.notices == table.notices)
  }

  @Test func aRecorderThatFailsSaysSo() {
    #expect(throws: SourceError.unrecorded(.noSpace)) {
      try DiagSource(recorder: { _ throws(Errno) in throw .noSpace }).read(Query())
    }
  }

  @Test func nothingIsAskedWhereNothingIsWanted() throws {
    var dump = try DiagDump(Query(pushdown: .nothing), over: DiagDump.open())
    let isDone = try dump.step()
    #expect(isDone)
    let table = dump.finish()
    #expect(table.sockets.isEmpty)
  }
}

extension Socket {
  /// Without what /proc leaves out, and without timers, which run.
  fileprivate var asProcTellsIt: Socket {
    var socket = self
    socket.cookie = 0
    socket.interface = 0
    socket.timer = .off
    socket.v6Only = .unknown
    if state == .listening { socket.sendQueue = 0 }
    if inode == 0 { socket.rawUID = 0 }
    return socket
  }
}

/// The few columns of /proc/net/tcp and its like that the test compares.
private func procRows(_ path: String, _ kind: SocketKind) throws -> [Socket] {
  let text = String(decoding: try FileDescriptor.contents(of: path), as: UTF8.self)
  return text.split(separator: "\n").dropFirst().compactMap { line in
    let words = line.split(separator: " ")
    guard words.count > 9, let state = UInt8(words[3], radix: 16), let uid = UInt32(words[7]),
      let inode = UInt64(words[9]), let local = endpoint(words[1]), let remote = endpoint(words[2])
    else { return nil }
    let queues = words[4].split(separator: ":").compactMap { UInt32($0, radix: 16) }
    guard queues.count == 2 else { return nil }
    return Socket(
      kind, local: local, remote: remote, state: TCPState(rawValue: state),
      receiveQueue: queues[1], sendQueue: queues[0], rawUID: uid, inode: inode)
  }
}

private func endpoint(_ text: Substring) -> Endpoint? {
  let parts = text.split(separator: ":")
  guard parts.count == 2, let port = UInt16(parts[1], radix: 16) else { return nil }
  var rest = parts[0]
  var words: [UInt32] = []
  while !rest.isEmpty {
    guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
    words.append(UInt32(bigEndian: word))
    rest = rest.dropFirst(8)
  }
  let bits = words.reduce(UInt128(0)) { $0 << 32 | UInt128($1) }
  return Endpoint(words.count == 1 ? IPAddress(v4: words[0]) : IPAddress(v6: bits), port)
}
