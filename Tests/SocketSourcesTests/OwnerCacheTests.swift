import Glibc
import LinuxSystem
import SocketModel
import Synchronization
import TestSupport
import Testing

@testable import SocketSources

/// On a proc filesystem of its own, where a lookup takes no time and nothing changes by itself.
@Suite struct OwnerCacheTests {
  private static func listener(_ inode: UInt64) -> Socket {
    Socket(
      .tcp, local: Endpoint(.loopback(.ipv4), UInt16(inode)), remote: .unspecified(.ipv4),
      state: .listening, inode: inode)
  }

  /// A snapshot of listeners with the owners that the cache knows.
  private func snapshot(
    _ inodes: [UInt64], _ cache: inout OwnerCache, _ tree: ProcTree,
    early: consuming OwnerCache.Early? = nil, since ticks: UInt64 = 7
  ) throws -> Snapshot {
    var builder = SnapshotBuilder(sockets: inodes.map(Self.listener))
    try cache.join(
      &builder, OwnerLookup(.proc, root: tree.path), early, listeners: [], since: ticks)
    return builder.frozen()
  }

  private func pids(_ snapshot: Snapshot) -> [Int32?] { snapshot.rows.map(\.firstPID) }

  @Test func theFirstSnapshotIsLookedUp() throws {
    let tree = try ProcTree()
    try tree.start(5, "web", holding: [50])
    var cache = OwnerCache()
    let snapshot = try snapshot([50, 51], &cache, tree)
    #expect(cache.generation == 1)
    #expect(snapshot.rows.map(\.ownerStatus) == [.known, .hidden])
    #expect(pids(snapshot) == [5, nil])
    #expect(snapshot.hiddenCause == .otherRoot)
    #expect(snapshot.ownersSince == 7)
    #expect(snapshot.notices == [.remark("owners are from \(tree.path)/<pid>/fd")])
  }

  @Test func anEmptySnapshotIsLookedUpToo() throws {
    let tree = try ProcTree()
    var cache = OwnerCache()
    #expect(try snapshot([], &cache, tree).hiddenCause == .otherRoot)
    #expect(cache.generation == 1)
  }

  /// A socket that nobody held when all were looked at is not looked for again and again.
  @Test func whatWasSeenIsNotLookedUpAgain() throws {
    let tree = try ProcTree()
    try tree.start(5, "web", holding: [50])
    var cache = OwnerCache()
    let first = try snapshot([50, 51], &cache, tree)
    for _ in 0..<20 {
      let next = try snapshot([51, 50], &cache, tree)
      #expect(next.rows.map(\.ownerStatus) == [.hidden, .known])
      #expect(pids(next) == [nil, 5])
      #expect(next.hiddenCause == first.hiddenCause)
      #expect(next.ownersSince == first.ownersSince)
      // The way it was looked up is said each time.
      #expect(next.notices == first.notices)
    }
    #expect(cache.generation == 1)
  }

  /// A new socket has owners that were not asked for until the next lookup may be made: never wrong ones.
  @Test func aNewSocketIsLookedUp() throws {
    let tree = try ProcTree()
    try tree.start(5, "web", holding: [50])
    var cache = OwnerCache()
    _ = try snapshot([50], &cache, tree)
    try tree.start(6, "new", holding: [60])
    var statuses: Set<OwnerStatus> = []
    let isKnown = try eventually(within: 10) {
      let next = try snapshot([50, 60], &cache, tree)
      #expect(next.rows[0].ownerStatus == .known)
      statuses.insert(next.rows[1].ownerStatus)
      return next.rows[1].firstPID == 6
    }
    #expect(isKnown)
    #expect(statuses.isSubset(of: [.notAsked, .known]))
    #expect(cache.generation == 2)
  }

  /// Something showed that the last lookup holds no longer.
  @Test func whatIsOutdatedIsLookedUpAgain() throws {
    let tree = try ProcTree()
    try tree.start(5, "web", holding: [50])
    var cache = OwnerCache()
    _ = try snapshot([50], &cache, tree)
    try tree.end(5)
    try tree.start(6, "heir", holding: [50])
    #expect(try pids(snapshot([50], &cache, tree)) == [5])
    cache.outdate()
    // Sooner than a lookup is due by its age.
    #expect(try eventually(within: 5) { try pids(snapshot([50], &cache, tree)) == [6] })
    #expect(cache.generation == 2)
  }

  // MARK: A lookup that began with the dump

  private func early(
    _ found: OwnerIndex, seen: Set<UInt64>, processes: Set<Int32> = []
  ) -> OwnerCache.Early {
    OwnerCache.Early(
      run: OwnerLookup.Run {
        .init(result: .success(found), took: .zero, processes: processes)
      }, ticks: 3, seen: seen)
  }

  @Test func anEarlyLookupIsTaken() throws {
    let tree = try ProcTree()
    var cache = OwnerCache()
    let index = OwnerIndex([.init(inode: 50, pid: 9, descriptor: 4)])
    let snapshot = try snapshot([50], &cache, tree, early: early(index, seen: [50]))
    #expect(pids(snapshot) == [9])
    #expect(snapshot.ownersSince == 3)
    #expect(snapshot.hiddenCause == nil)
    #expect(snapshot.notices == [.remark("owners are from a BPF iterator")])
  }

  /// It is nobody's where no process is closed to the iterator, and else it may be theirs.
  @Test func whatTheIteratorSawNobodyHoldIsNobodys() throws {
    let tree = try ProcTree()
    try tree.start(5, "web")
    var cache = OwnerCache()
    let open = try snapshot([50], &cache, tree, early: early(OwnerIndex(), seen: [50]))
    #expect(open.rows.map(\.ownerStatus) == [.unheld])
    #expect(open.hiddenCause == nil)
    try tree.close(6)
    cache = OwnerCache()
    let closed = try snapshot([50], &cache, tree, early: early(OwnerIndex(), seen: [50]))
    #expect(closed.rows.map(\.ownerStatus) == [.hidden])
    #expect(closed.hiddenCause == .closed(processes: 1))
  }

  /// Only the first lookup is worth it: the others may not be due.
  @Test func onlyTheFirstIsStartedEarly() throws {
    let tree = try ProcTree()
    var cache = OwnerCache()
    let iterator = OwnerLookup(.bpf, root: "/proc")
    func seen(_ lookup: OwnerLookup) -> (inodes: Set<UInt64>, ticks: UInt64)? {
      guard let early = cache.start(lookup, besides: [Self.listener(50)], since: 11) else {
        return nil
      }
      return (early.seen, early.ticks)
    }
    let first = try #require(seen(iterator))
    #expect(first == ([50], 11))
    #expect(seen(OwnerLookup(.proc, root: "/proc")) == nil)
    _ = try snapshot([], &cache, tree)
    #expect(seen(iterator) == nil)
  }

  // MARK: Processes that come and go

  // A listener that was handed on by fork and exit was nobody's in one lookup of four.
  @Test func aSocketThatWasHandedOnToANewcomerIsFound() throws {
    let tree = try ProcTree()
    try tree.start(5, "web")
    try tree.start(6, "heir", holding: [50])
    var cache = OwnerCache()
    let snapshot = try snapshot(
      [50, 51], &cache, tree, early: early(OwnerIndex(), seen: [50, 51], processes: [4, 5]))
    #expect(pids(snapshot) == [6, nil])
  }

  @Test func whatNobodyHoldsWhileProcessesComeAndGoIsUnknown() throws {
    let tree = try ProcTree()
    let isOver = Flag()
    let path = tree.path
    let churn = try Thread {
      var pid: Int32 = 1000
      while !isOver.value.load(ordering: .relaxed) {
        pid += 1
        _ = unsafe mkdir("\(path)/\(pid)", 0o755)
        _ = unsafe rmdir("\(path)/\(pid - 1)")
      }
    }
    let outcome = Result {
      try eventually {
        var cache = OwnerCache()
        let snapshot = try snapshot([50], &cache, tree, early: early(OwnerIndex(), seen: [50]))
        return snapshot.rows.map(\.ownerStatus) == [.hidden]
      }
    }
    isOver.value.store(true, ordering: .relaxed)
    churn.join()
    #expect(try outcome.get())
  }

  private final class Flag: Sendable {
    let value = Atomic<Bool>(false)
  }

  /// A worker that was seen, and a master that was not.
  @Test func theUsersOfOwnersAreAskedWhereSomeMayBeHidden() throws {
    let tree = try ProcTree()
    try tree.start(5, "worker", holding: [50, 51])
    try tree.setUsers(5, 33)
    var cache = OwnerCache()
    // They are root's.
    #expect(try snapshot([50], &cache, tree).rows.map(\.ownerStatus) == [.partial])
    // And so without another lookup.
    #expect(try snapshot([50, 51], &cache, tree).rows.map(\.ownerStatus) == [.partial, .partial])
    #expect(cache.generation == 1)
    try tree.start(6, "master", holding: [50])
    try tree.setUsers(6, 0)
    cache = OwnerCache()
    #expect(try snapshot([50, 51], &cache, tree).rows.map(\.ownerStatus) == [.known, .partial])
  }
}
