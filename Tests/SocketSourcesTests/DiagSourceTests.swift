import LinuxSystem
import SocketModel
import Synchronization
import Testing
import TestSupport

@testable import SocketSources

@Suite struct DiagSourceTests {
  private func read(_ question: Question, of scene: Scene) throws -> [Socket] {
    scene.rows(of: try DiagSource().read(question))
  }

  @Test func agreesWithProcInAllThatProcSays() throws {
    let scene = try Scene()
    let tcp = try scene.settledRows().filter { $0.state != .bound }
    let udp = try read(Question(protocols: .udp), of: scene)
    #expect(udp.count == Scene.udpRows)
    var table = SocketTable()
    for (file, transport) in [("tcp", .tcp), ("tcp6", .tcp), ("udp", .udp), ("udp6", .udp)]
      as [(String, TransportProtocol)]
    {
      table.sockets += try procRows("/proc/net/" + file, transport)
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
    let udp6 = try read(Question(protocols: .udp), of: scene).first {
      $0.inode == scene.udp6.inode
    }
    #expect(udp6?.v6Only == .no)
  }

  @Test func statesBecomeTheMask() throws {
    let scene = try Scene()
    let all = try scene.settledRows()
    for state in Scene.states.keys {
      let rows = try read(Question(states: StateSet(state)), of: scene)
      #expect(Set(rows.map(\.cookie)) == Set(all.filter { $0.state == state }.map(\.cookie)))
    }
    let listening = try read(Question(protocols: .all, states: .listening), of: scene)
    #expect(listening.filter { $0.transport == .tcp }.count == 5)
    #expect(listening.filter { $0.transport == .udp }.count == 2)
  }

  @Test(arguments: [.ipv4, .ipv6] as [FamilySet])
  func familiesAreThoseThatAreAdmitted(families: FamilySet) throws {
    let scene = try Scene()
    let all = try scene.settledRows() + read(Question(protocols: .udp), of: scene)
    let question = Question(protocols: .all, families: families)
    let rows = try read(question, of: scene)
    #expect(rows.count == Set(rows).count)
    #expect(Set(rows.map(\.cookie)) == Set(all.filter(question.admits).map(\.cookie)))
    #expect(rows.contains { $0.local.address.isV4Mapped })
  }

  /// What the kernel passes of a narrowed dump is what the narrowing admits of a full one.
  @Test func theKernelNarrowsAsTheNarrowingDoes() throws {
    let scene = try Scene()
    let all = try scene.settledRows() + read(Question(protocols: .udp), of: scene)
    let seed = UInt64.random(in: 0...999_999)
    print("narrowings: seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<150 {
      let narrowing = randomNarrowing(from: all, depth: 3, by: &generator)
      let rows = try read(Question(protocols: .all, narrowing: narrowing), of: scene)
      #expect(
        Set(rows.map(\.cookie)) == Set(all.filter(narrowing.admits).map(\.cookie)), "\(narrowing)")
    }
  }

  private func randomNarrowing(
    from rows: [Socket], depth: Int, by generator: inout SeededGenerator
  ) -> Narrowing {
    guard let row = rows.randomElement(using: &generator) else { return .everything }
    let end: Narrowing.End = Bool.random(using: &generator) ? .local : .remote
    let point = row[Bool.random(using: &generator) ? .local : .remote]
    switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &generator) {
    case 0: return Bool.random(using: &generator) ? .everything : .nothing
    case 1, 2:
      let spread = UInt16([0, 0, 1, 1000].randomElement(using: &generator) ?? 0)
      return .port(end, point.port...(point.port > .max - spread ? .max : point.port + spread))
    case 3...5:
      let address = Bool.random(using: &generator) ? point.address : point.address.unmapped
      let length = Int.random(in: 0...address.family.bitWidth, using: &generator)
      return IPPrefix(address, length: length).map { .prefix(end, $0) } ?? .everything
    case let kind:
      let parts = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        randomNarrowing(from: rows, depth: depth - 1, by: &generator)
      }
      return kind < 8 ? .all(parts) : .any(parts)
    }
  }

  @Test func detailsStandBesideTheRows() throws {
    let scene = try Scene()
    _ = try scene.settledRows()
    let table = try DiagSource().read(Question(protocols: .all, needs: .details))
    #expect(table.details.count == table.sockets.count)
    let row = try #require(table.sockets.firstIndex { $0.inode == scene.listener.inode })
    #expect(table.details[row].tcpInfo?[.unacked] == nil)
    #expect(table.details[row].memory?[.drops] == 0)
    let server = try #require(
      table.sockets.firstIndex { $0.state == .closeWait && $0.local == scene.listener.local })
    let details = table.details[server]
    #expect(details.tcpInfo?.payloadSent == 1000)
    #expect(details.tcpInfo?.payloadReceived(in: .closeWait) == 0)
    #expect(details.tcpInfo?[.snd_mss] ?? 0 > 0)
    #expect(details.memory?[.sndbuf] ?? 0 > 0)
    #expect(details.shutdown == 1)
    #expect(details.tos == 0)
    let name = try #require(details.congestion.map { table.congestionNames[Int($0)] })
    #expect(!name.isEmpty)
    let udp = try #require(table.sockets.firstIndex { $0.inode == scene.udp.inode })
    #expect(table.details[udp].tcpInfo == nil)
    #expect(table.details[udp].memory?[.rcvbuf] ?? 0 > 0)
    #expect(try DiagSource().read(Question()).details.isEmpty)
  }

  /// Also where rows come by more than one road, none is lost and none comes twice.
  @Test(arguments: [ProtocolSet.tcp, .all])
  func threadsShareTheDump(protocols: ProtocolSet) throws {
    let scene = try Scene()
    let tcp = try scene.settledRows()
    let udp = protocols == .all ? try read(Question(protocols: .udp), of: scene) : []
    var first: [Socket] = []
    let table = try DiagSource(sharedFrom: 0)
      .read(Question(protocols: protocols), atFirst: { first = $0 })
    let shared = scene.rows(of: table)
    #expect(shared.count == tcp.count + udp.count)
    #expect(Set(shared.map(\.asProcTellsIt)) == Set((tcp + udp).map(\.asProcTellsIt)))
    #expect(Set(shared.map(\.cookie)) == Set((tcp + udp).map(\.cookie)))
    let listeners = Set(tcp.filter(\.isListening).map(\.inode))
    #expect(listeners.isSubset(of: first.map(\.inode)))
  }

  /// What listens comes first: an owner lookup that begins then sees who holds it.
  @Test func handsOutTheFirstRowsBeforeTheOthersAreRead() throws {
    let scene = try Scene()
    _ = try scene.settledRows()
    var first: [[Socket]] = []
    let table = try DiagSource().read(Question(), atFirst: { first.append($0) })
    #expect(first.count == 1)
    #expect(first.first?.first?.isListening == true)
    #expect(table.sockets.count >= Scene.states.values.reduce(0, +))
  }

  @Test func aRecordingReplaysToTheSameTable() throws {
    let scene = try Scene()
    _ = try scene.settledRows()
    let recording = Mutex<[UInt8]>([])
    let question = Question(protocols: .all, needs: .details)
    let table = try DiagSource().read(question) { bytes in
      recording.withLock { for index in bytes.indices { $0.append(bytes[index]) } }
    }
    let bytes = recording.withLock { $0 }
    let replayed = try Recording.replay(bytes.span, question)
    #expect(replayed.sockets == table.sockets)
    #expect(replayed.congestionNames == table.congestionNames)
    #expect(replayed.details.map { "\($0)" } == table.details.map { "\($0)" })
    #expect(replayed.notices == table.notices)
  }

  @Test func aRecorderThatFailsSaysSo() {
    #expect(throws: SourceError.unrecorded(.noSpace)) {
      try DiagSource().read(Question()) { _ throws(Errno) in throw .noSpace }
    }
  }

  @Test func nothingIsAskedWhereNothingIsWanted() throws {
    var dump = try DiagDump(Question(narrowing: .nothing))
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
private func procRows(_ path: String, _ transport: TransportProtocol) throws -> [Socket] {
  let text = String(decoding: try FileDescriptor.contents(of: path), as: UTF8.self)
  return text.split(separator: "\n").dropFirst().compactMap { line in
    let words = line.split(separator: " ")
    guard words.count > 9, let state = UInt8(words[3], radix: 16), let uid = UInt32(words[7]),
      let inode = UInt64(words[9]), let local = endpoint(words[1]), let remote = endpoint(words[2])
    else { return nil }
    let queues = words[4].split(separator: ":").compactMap { UInt32($0, radix: 16) }
    guard queues.count == 2 else { return nil }
    return Socket(
      transport, local: local, remote: remote, state: TCPState(rawValue: state),
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
