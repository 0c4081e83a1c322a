import Glibc
import LinuxSystem
import SocketModel
import TestSupport
import Testing

@testable import SocketSources

struct LiveReaderTests {
  private static let question = Question(
    states: StateSet(.listening), needs: [.owners, .processNames, .userNames])

  private func row(_ snapshot: Snapshot, _ socket: LiveSocket) throws -> Int {
    try #require(snapshot.sockets.firstIndex { $0.inode == socket.inode })
  }

  @Test(arguments: [SnapshotReader.Sockets.auto, .proc])
  func readsSocketsWithOwnersAndNames(_ source: SnapshotReader.Sockets) throws {
    let socket = try #require(LiveSocket())
    var options = SnapshotReader()
    options.sockets = source
    var reader = LiveReader(options)
    var knowledge = LiveKnowledge()
    let snapshot = try knowledge.snapshot(of: reader.read(Self.question))
    let row = try row(snapshot, socket)
    #expect(snapshot.sockets[row].local.port == socket.port)
    #expect(snapshot.firstOwner(row)?.pid == getpid())
    #expect(snapshot.names.processes[getpid()] != nil)
    #expect(snapshot.names.users[geteuid()] == Accounts.name(uid: geteuid()))
  }

  @Test func looksForOwnersOnlyWhenASocketIsNew() throws {
    let first = try #require(LiveSocket())
    // A walk costs a debug build seconds, and the next lookup waits nine times as long.
    var options = SnapshotReader()
    options.owners = .proc
    var reader = LiveReader(options)
    var knowledge = LiveKnowledge()
    let before = try knowledge.snapshot(of: reader.read(Self.question))
    let lookups = knowledge.lookups
    #expect(lookups == 1)
    let same = try knowledge.snapshot(of: reader.read(Self.question))
    #expect(try same.owners(row(same, first)) == before.owners(row(before, first)))
    let second = try #require(LiveSocket())
    // The next lookup may have to wait: owners are not asked for until then, and never wrong.
    let isKnown = try eventually(within: 60) {
      let after = try knowledge.snapshot(of: reader.read(Self.question))
      let status = after.ownerStatus(try row(after, second))
      #expect(status == .known || status == .notAsked)
      #expect(after.ownerStatus(try row(after, first)) == .known)
      return status == .known
    }
    #expect(isKnown)
    #expect(knowledge.lookups > lookups)
  }

  /// The owner lookup of a filtered view knows processes that it had no row of.
  @Test func namesTheOwnersOfRowsThatAnotherFilterLetsThrough() throws {
    let socket = try #require(LiveSocket())
    func snapshot(of pid: Int32) -> Snapshot {
      var snapshot = Snapshot(sockets: [
        Socket(
          .tcp, local: Endpoint(.loopback(.ipv4), socket.port),
          remote: Endpoint(.unspecified(.ipv4), 0), state: .listening, inode: socket.inode)
      ])
      snapshot.join(
        OwnerIndex([OwnerIndex.Record(inode: socket.inode, pid: pid, descriptor: 3)]),
        listeners: [], hiddenCause: nil)
      return snapshot
    }
    var names = LiveNames()
    for (port, pid) in [(UInt16(1), Int32(10)), (2, 11)] {
      var question = Self.question
      question.narrowing = .port(.local, port...port)
      var snapshot = snapshot(of: pid)
      _ = try names.name(
        &snapshot, question, owners: LiveOwners(), root: fixturePath("proc"))
      #expect(snapshot.names.processes[pid] != nil)
    }
  }

  @Test func looksForNoOwnersWhereNoneAreAsked() throws {
    let socket = try #require(LiveSocket())
    var reader = LiveReader(SnapshotReader())
    let question = Question(states: StateSet(.listening))
    let answer = try reader.read(question)
    #expect(answer.question == question)
    var knowledge = LiveKnowledge()
    let snapshot = try knowledge.snapshot(of: answer)
    #expect(snapshot.sockets.allSatisfy { $0.state == .listening })
    #expect(snapshot.sockets.contains { $0.inode == socket.inode })
    #expect(knowledge.lookups == 0)
  }

  @Test func usesTheMemoryOfASpentSnapshot() throws {
    let socket = try #require(LiveSocket())
    var reader = LiveReader(SnapshotReader())
    var knowledge = LiveKnowledge()
    let spent = try knowledge.snapshot(of: reader.read(Self.question))
    let snapshot = try knowledge.snapshot(of: reader.read(Self.question, reusing: spent))
    #expect(snapshot.sockets.count { $0.inode == socket.inode } == 1)
  }

  /// One lack of memory left the view without rates for as long as it ran.
  @Test(arguments: [
    (Errno.outOfMemory, true), (.tooManyFiles, true), (.noBufferSpace, true),
    (.notPermitted, false), (.protocolNotSupported, false), (.noSuchFile, false),
  ])
  func asksNetlinkAgainUnlessItIsRefused(error: Errno, again: Bool) throws {
    let socket = try #require(LiveSocket())
    let failures = Locked(1)
    var reader = LiveReader(SnapshotReader()) { () throws(SourceError) in
      let fails = failures.withLock { left in
        left -= 1
        return left >= 0
      }
      if fails { throw .refused(error) }
      return try DiagDump.open()
    }
    var knowledge = LiveKnowledge()
    for hasCookies in [false, again] {
      let snapshot = try knowledge.snapshot(of: reader.read(Self.question))
      #expect((snapshot.sockets[try row(snapshot, socket)].cookie != 0) == hasCookies)
    }
  }

  @Test func saysWhyThereIsNoTable() throws {
    var options = SnapshotReader()
    options.procRoot = "/nonexistent"
    var reader = LiveReader(options)
    #expect(throws: SourceError.self) { try reader.read(Self.question) }
  }
}
