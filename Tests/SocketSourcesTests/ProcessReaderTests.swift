import Glibc
import SocketModel
import TestSupport
import Testing

@testable import SocketSources

@Suite struct ProcessReaderTests {
  @Test func capturedNames() throws {
    let reader = ProcessReader(root: fixturePath("proc"))
    let named = try reader.read(2...16, commands: true, seenIn: OwnerIndex(), since: 0)
    #expect(named.replaced.isEmpty && named.notices.isEmpty)
    let names = named.names.mapValues(\.name)
    #expect(names[9] == Array("a) S 1 2 (b".utf8))
    #expect(names[10] == Array("two\nlines".utf8))
    #expect(names[11] == Array("\u{1b}[31mred\u{1b}[0m".utf8))
    #expect(names[12] == Array("\u{202e}gnp.exe".utf8))
    #expect(names[13] == [0xff, 0xfe] + Array(" bytes".utf8))
    #expect(names[14] == Array("fifteen bytes !".utf8))
    #expect(names[15] == [])
    #expect(names[16] == nil)
    #expect(named.names[3]?.program.map(Array.init) == Array("web".utf8))
    #expect(named.names[10]?.command == Array("two\nlines\0second\nargument\0".utf8))
    #expect(named.names[15]?.command == nil)
  }

  @Test func commandsOnlyWhereAsked() throws {
    let reader = ProcessReader(root: fixturePath("proc"))
    let named = try reader.read([2], commands: false, seenIn: OwnerIndex(), since: 0)
    #expect(named.names.mapValues(\.name) == [2: Array("states".utf8)])
    #expect(named.names[2]?.command == nil && named.names[2]?.startTime ?? 0 > 0)
  }

  @Test func aMalformedStatIsSaid() throws {
    let root = try TemporaryDirectory()
    try root.write("5/stat", Array("5 nobody S".utf8))
    let named = try ProcessReader(root: root.path)
      .read([5, 6], commands: true, seenIn: OwnerIndex(), since: 0)
    #expect(named.names.isEmpty)
    #expect(
      named.notices == [.warning("\(root.path)/5/stat: no process's name in parentheses")])
  }

  // With a lookup that began at tick 0 every process is younger than it.
  @Test func aYoungProcessMustHoldASocketStill() throws {
    let live = try #require(LiveSocket())
    let own = getpid()
    let held = OwnerIndex([.init(inode: live.inode, pid: own, descriptor: live.descriptor)])
    let named = try ProcessReader().read([own], commands: false, seenIn: held, since: 0)
    #expect(named.replaced.isEmpty && named.names[own] != nil)
    // A young server that has closed one of its connections since was called nobody.
    let closed = OwnerIndex.Record(inode: live.inode + 1, pid: own, descriptor: 999_998)
    let changed = try ProcessReader().read(
      [own], commands: false, seenIn: held.adding([closed]), since: 0)
    #expect(changed.replaced.isEmpty && changed.names[own] != nil)
    for wrong in [
      OwnerIndex.Record(inode: live.inode + 1, pid: own, descriptor: live.descriptor),
      OwnerIndex.Record(inode: live.inode, pid: own, descriptor: 999_999),
    ] {
      let named = try ProcessReader().read(
        [own], commands: false, seenIn: OwnerIndex([wrong]), since: 0)
      #expect(named.replaced == [own] && named.names.isEmpty)
      // An older process is the one that was seen, whatever it has closed since.
      let older = try ProcessReader()
        .read([own], commands: false, seenIn: OwnerIndex([wrong]), since: ProcessReader.now() + 1)
      #expect(older.replaced.isEmpty && older.names[own] != nil)
    }
  }

  // It was a process without a name, which no term matched.
  @Test func aNameThatCannotBeReadIsSaid() throws {
    let root = try TemporaryDirectory()
    try root.directory("5/stat")
    try root.directory("6/stat")
    try root.write("7/stat", Array("7 no name".utf8))
    let named = try ProcessReader(root: root.path)
      .read(5...9, commands: true, seenIn: OwnerIndex(), since: 0)
    #expect(named.names.isEmpty)
    // 8 and 9 have ended.
    #expect(named.unread?.pids == [5, 6, 7])
    #expect(
      named.unread?.sentence
        == "the names of 3 processes can't be read (\(root.path)/5/stat: it is a directory)")
    #expect(named.unread?.obstacle == .other)
  }

  @Test func aCommandLineThatCannotBeReadIsNoEmptyOne() throws {
    let tree = try ProcTree()
    for pid in [5, 6] as [Int32] { try tree.start(pid, "web") }
    try tree.refuseCommand(6)
    let names = try ProcessReader(root: tree.path)
      .read([5, 6], commands: true, seenIn: OwnerIndex(), since: 0).names
    #expect(names[5]?.commandIsUnread == false && names[5]?.command != nil)
    #expect(names[6]?.commandIsUnread == true && names[6]?.command == nil)
  }

  @Test func allThatThereAre() throws {
    let tree = try ProcTree()
    for pid in [5, 6] as [Int32] { try tree.start(pid, "web") }
    let all = try ProcessReader(root: tree.path).readAll(commands: false)
    #expect(all.names.keys.sorted() == [5, 6])
    #expect(try ProcessReader().readAll(commands: false).names[getpid()] != nil)
  }
}
