import Glibc
import LinuxSystem
import SocketModel
import TestSupport
import Testing

@testable import SocketSources

struct LiveReaderTests {
  private static let question = Question(
    states: StateSet(.listening), needs: [.owners, .processNames, .userNames])

  private func answer(
    _ reader: inout LiveReader, _ question: Question
  ) throws -> LiveAnswer {
    try reader.begin(question)
    while true {
      if let answer = try reader.step(within: .milliseconds(1)) { return answer }
      _ = try PollSet.wait(at: reader.descriptor, timeout: .seconds(10))
    }
  }

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
    let answer = try answer(&reader, Self.question)
    let (isReading, descriptor) = (reader.isReading, reader.descriptor)
    #expect(!isReading)
    #expect(descriptor == -1)
    let snapshot = try knowledge.snapshot(of: answer)
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
    let before = try knowledge.snapshot(of: answer(&reader, Self.question))
    let lookups = knowledge.lookups
    #expect(lookups == 1)
    let same = try knowledge.snapshot(of: answer(&reader, Self.question))
    #expect(try same.owners(row(same, first)) == before.owners(row(before, first)))
    let second = try #require(LiveSocket())
    // The next lookup may have to wait: owners are not asked for until then, and never wrong.
    let isKnown = try eventually(within: 60) {
      let after = try knowledge.snapshot(of: answer(&reader, Self.question))
      let status = after.ownerStatus(try row(after, second))
      #expect(status == .known || status == .notAsked)
      #expect(after.ownerStatus(try row(after, first)) == .known)
      return status == .known
    }
    #expect(isKnown)
    #expect(knowledge.lookups > lookups)
  }

  @Test func asksAnewInTheMiddleOfAnAnswer() throws {
    let socket = try #require(LiveSocket())
    var reader = LiveReader(SnapshotReader())
    try reader.begin(Question(states: StateSet(.established)))
    let isReading = reader.isReading
    #expect(isReading)
    let question = Question(states: StateSet(.listening))
    let answer = try answer(&reader, question)
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
    let spent = try knowledge.snapshot(of: answer(&reader, Self.question))
    try reader.begin(Self.question, reusing: spent)
    var found: LiveAnswer?
    while found == nil {
      found = try reader.step(within: .milliseconds(1))
      if found == nil { _ = try PollSet.wait(at: reader.descriptor, timeout: .seconds(10)) }
    }
    let snapshot = try knowledge.snapshot(of: #require(found))
    #expect(snapshot.sockets.count { $0.inode == socket.inode } == 1)
  }

  @Test func saysWhyThereIsNoTable() throws {
    var options = SnapshotReader()
    options.procRoot = "/nonexistent"
    var reader = LiveReader(options)
    let answer = try answer(&reader, Self.question)
    var knowledge = LiveKnowledge()
    #expect(throws: SourceError.self) { try knowledge.snapshot(of: answer) }
  }
}
