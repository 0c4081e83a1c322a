import Glibc
import LinuxSystem
import SocketModel
import Synchronization
import TestSupport
import Testing

@testable import SocketSources

// One after the other: a table of its own starts as a copy of what the process has open.
@Suite(.serialized) struct ThreadTablesTests {
  private final class Meeting: Sendable {
    let record = Mutex<OwnerIndex.Record?>(nil)
    let isOver = Atomic<Bool>(false)
  }

  private typealias Unshare = @convention(c) (Int32) -> Int32

  /// unshare(2) of the calling thread's descriptors; Glibc's module does not declare it.
  private static func unshareDescriptors() -> Bool {
    guard let symbol = unsafe dlsym(nil, "unshare") else { return false }
    return unsafe unsafeBitCast(symbol, to: Unshare.self)(0x400) == 0
  }

  // E43: a thread opens a socket that is not in its process's own table.
  @Test func aThreadWithItsOwnTable() throws {
    let meeting = Meeting()
    let thread = try Thread {
      guard Self.unshareDescriptors(), let live = LiveSocket() else { return }
      meeting.record.withLock {
        $0 = .init(inode: live.inode, pid: getpid(), descriptor: live.descriptor)
      }
      _ = eventually { meeting.isOver.load(ordering: .acquiring) }
    }
    let hasBegun = eventually { meeting.record.withLock { $0 != nil } }
    #expect(hasBegun)
    let scan = DescriptorScan()
    let record = try #require(meeting.record.withLock { $0 })
    #expect(try !scan.read(only: [getpid()]).records.contains(record))
    #expect(try scan.readThreads(only: [getpid()]).contains(record))
    #expect(try scan.readThreads().contains(record))
    meeting.isOver.store(true, ordering: .releasing)
    thread.join()
    #expect(try !scan.readThreads(only: [getpid()]).contains(record))
  }

  @Test func threadsThatShareAreNotLookedAt() throws {
    let live = try #require(LiveSocket())
    let inodes = try DescriptorScan().readThreads(only: [getpid()]).map(\.inode)
    #expect(!inodes.contains(live.inode))
  }

  @Test func anotherRootHasNoThreadsToCompare() throws {
    #expect(try DescriptorScan(root: fixturePath("proc")).readThreads().isEmpty)
  }
}
