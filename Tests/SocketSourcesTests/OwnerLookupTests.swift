import Glibc
import LinuxSystem
import SocketModel
import TestSupport
import Testing

@testable import SocketSources

@Suite struct OwnerLookupTests {
  private static func index(_ inode: UInt64) -> OwnerIndex {
    OwnerIndex([.init(inode: inode, pid: 77, descriptor: 7)])
  }

  private static func run(_ result: Result<OwnerIndex, BPFUnavailable>) -> OwnerLookup.Run {
    OwnerLookup.Run { .init(result: result, took: .zero) }
  }

  @Test func theIteratorsAnswerIsTaken() throws {
    let found = try OwnerLookup(.bpf, root: "/proc").finish(Self.run(.success(Self.index(5))))
    #expect(found.isIterated && found.hiddenCause == nil && found.isPrivileged)
    #expect(Array(found.index.all) == Array(Self.index(5).all))
    #expect(found.notice == .remark("owners are from a BPF iterator"))
  }

  /// Who asked for the iterator learns on stderr that there was none, who did not under --verbose.
  @Test(
    arguments: [(.bpf, .warning), (.auto, .remark)] as [(OwnerBackend, Notice.Weight)])
  func anIteratorThatFailsIsReplaced(choice: OwnerBackend, weight: Notice.Weight) throws {
    let live = try #require(LiveSocket())
    let found = try OwnerLookup(choice, root: "/proc").finish(Self.run(.failure(.cutShort)))
    #expect(!found.isIterated)
    #expect(found.index.owners(at: found.index.slot(inode: live.inode)).map(\.pid) == [getpid()])
    #expect(found.notice.weight == weight)
    #expect(
      found.notice.text
        == "no BPF iterator: the last record is cut short; owners are from /proc/<pid>/fd")
  }

  @Test func aScanIsARemark() throws {
    let tree = try ProcTree()
    try tree.start(5, "web", holding: [50])
    let lookup = OwnerLookup(.proc, root: tree.path)
    #expect(!lookup.iterates)
    let found = try lookup.finish(nil)
    #expect(found.notice == .remark("owners are from \(tree.path)/<pid>/fd"))
    #expect(found.index.all.map(\.inode) == [50])
    #expect(found.hiddenCause == .otherRoot && !found.isPrivileged)
  }

  /// It would tell of the running kernel's processes.
  @Test func anotherRootIsNotIterated() throws {
    let tree = try ProcTree()
    for choice in [OwnerBackend.auto, .bpf] {
      #expect(!OwnerLookup(choice, root: tree.path).iterates)
    }
    #expect(OwnerLookup(.bpf, root: "/proc").iterates)
    #expect(!OwnerLookup(.proc, root: "/proc").iterates)
  }

  @Test(
    arguments: [
      (nil, true), (.refusing(processes: 2), true), (.closed(processes: 1), true),
      (.notPrivileged, false), (.hidepid(2), false), (.pidNamespace, false), (.otherRoot, false),
    ] as [(HiddenCause?, Bool)])
  func onlyASecondLookThatMaySeeMoreIsWorthIt(cause: HiddenCause?, isPrivileged: Bool) {
    let found = OwnerLookup.Found(
      index: OwnerIndex(), hiddenCause: cause, notice: .remark(""))
    #expect(found.isPrivileged == isPrivileged)
  }

  /// What no link of the process shows.
  @Test func aScanLooksAgainAtThreads() throws {
    let thread = try ThreadWithOwnFiles()
    let lookup = OwnerLookup(.proc, root: "/proc")
    var found = try lookup.finish(nil)
    let first = found.index
    #expect(first.slot(inode: thread.inode) == OwnerIndex.none)
    try lookup.lookAgain(after: &found)
    let second = found.index
    #expect(
      second.owners(at: second.slot(inode: thread.inode))
        == [Owner(pid: getpid(), descriptors: [thread.descriptor])])
    // What was seen is seen still.
    #expect(second.count >= first.count)
  }

  /// Where the iterator can't look again, /proc is read.
  @Test func theIteratorLooksAgainForWhatIsNew() throws {
    let live = try #require(LiveSocket())
    let lookup = OwnerLookup(.bpf, root: "/proc")
    var found = try lookup.finish(Self.run(.success(Self.index(5))))
    try lookup.lookAgain(after: &found)
    let second = found.index
    #expect(second.slot(inode: 5) != OwnerIndex.none)
    #expect(second.slot(inode: live.inode) != OwnerIndex.none)
  }

  @Test func closedProcessesAreTheCause() throws {
    let tree = try ProcTree()
    try tree.start(5, "web")
    #expect(try OwnerLookup(.proc, root: tree.path).causeAfterIterating() == nil)
    try tree.close(6)
    #expect(
      try OwnerLookup(.proc, root: tree.path).causeAfterIterating() == .closed(processes: 1))
  }
}
