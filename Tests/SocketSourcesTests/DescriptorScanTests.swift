import Glibc
import KernelFormats
import LinuxSystem
import SocketModel
import Synchronization
import TestSupport
import Testing

@testable import SocketSources

@Suite struct DescriptorScanTests {
  private func walk(
    _ root: String, threads: Int, pids: [Int32]? = nil
  ) throws -> (records: [OwnerIndex.Record], refusals: Int) {
    try DescriptorWalk(Directory(root), pids: pids).run(threads: threads)
  }

  @Test func capturedHolders() throws {
    let owners = try DescriptorScan(root: fixturePath("proc")).read()
    #expect(owners.hiddenCause == .otherRoot)
    let order = owners.records.map { [$0.pid, $0.descriptor] }
    #expect(order == order.sorted { $0.lexicographicallyPrecedes($1) })
    let index = OwnerIndex(owners.records)
    let sockets = try ProcSource(root: fixturePath("proc"), byteOrder: .little).read(Query())
      .sockets
    // A listener of a master and its three workers; a socket under two descriptors.
    let web = try #require(sockets.first { $0.local.port == 8080 })
    #expect(index.owners(at: index.slot(inode: web.inode)).map(\.pid) == [3, 4, 5, 6])
    let dual = try #require(sockets.first { $0.local.port == 8444 })
    #expect(
      index.owners(at: index.slot(inode: dual.inode)) == [Owner(pid: 7, descriptors: [6, 8])])
    // Whoever has an inode has a holder, since all of the namespace was captured.
    #expect(sockets.allSatisfy { $0.inode == 0 || index.slot(inode: $0.inode) != OwnerIndex.none })
  }

  @Test func onlySomeProcesses() throws {
    let root = fixturePath("proc")
    let some = try DescriptorScan(root: root).read(only: [7, 5, 7, 99_999, -1])
    let all = try DescriptorScan(root: root).read()
    #expect(some.records == all.records.filter { $0.pid == 5 || $0.pid == 7 })
  }

  /// Many processes, one of them with more descriptors than are read in one piece.
  private func crowd() throws -> (root: TemporaryDirectory, expected: [OwnerIndex.Record]) {
    let root = try TemporaryDirectory()
    var expected: [OwnerIndex.Record] = []
    for pid in Int32(1)...150 {
      try root.directory("\(pid)/fd")
      try root.link("\(pid)/fd/0", to: "socket:[\(pid)]")
      for descriptor in 0..<(pid == 70 ? Int32(5000) : 3) {
        // Names of one link: a link of its own for each takes a file system seconds.
        if descriptor > 0 { try root.again("\(pid)/fd/0", as: "\(pid)/fd/\(descriptor)") }
        expected.append(.init(inode: UInt64(pid), pid: pid, descriptor: descriptor))
      }
    }
    try root.link("150/fd/70000", to: "/dev/null")
    try root.write("self/fd")
    try root.write("12x/fd")
    return (root, expected)
  }

  @Test func threadsFindTheSame() throws {
    let (root, expected) = try crowd()
    for threads in [1, 2, 7] {
      let found = try walk(root.path, threads: threads)
      #expect(found.records == expected, "\(threads) threads")
      #expect(found.refusals == 0)
    }
  }

  @Test func refusalsAreCountedAndTheVanishedAreNot() throws {
    let root = try TemporaryDirectory()
    try root.directory("1/fd")
    try root.link("1/fd/0", to: "socket:[5]")
    try root.directory("2")
    try root.write("3/fd")
    for threads in [1, 4] {
      let found = try walk(root.path, threads: threads)
      #expect(found.records.map(\.inode) == [5])
      #expect(found.refusals == 1)
    }
    // A descriptor that is no link any more.
    try root.write("1/fd/1")
    #expect(try walk(root.path, threads: 1).refusals == 2)
  }

  @Test func noRootIsAnError() {
    #expect(throws: SourceError.unreadable(path: "/nonexistent", .noSuchFile)) {
      try DescriptorScan(root: "/nonexistent").read()
    }
  }

  @Test func thisProcess() throws {
    let live = try #require(LiveSocket())
    let own = OwnerIndex.Record(inode: live.inode, pid: getpid(), descriptor: live.descriptor)
    #expect(try DescriptorScan().read().records.contains(own))
    #expect(try DescriptorScan().read(only: [getpid()]).records.contains(own))
  }

  @Test func certaintyNeedsRights() throws {
    let cause = try DescriptorScan().read(only: [getpid()]).hiddenCause
    if geteuid() != 0 { #expect(cause != nil) }
  }

  // The kernel says EACCES of the links of a process that has just ended. (To others than root it
  // also refuses the directory of one that was not waited for yet.)
  @Test func processesThatEndAreNoRefusal() throws {
    for _ in 0..<30 {
      var pid: pid_t = 0
      var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("true"), nil]
      #expect(unsafe posix_spawnp(&pid, "true", nil, nil, &arguments, nil) == 0)
      for _ in 0..<20 {
        #expect(try walk("/proc", threads: 1, pids: [pid]).refusals <= (geteuid() == 0 ? 0 : 1))
      }
      var status: Int32 = 0
      #expect(unsafe waitpid(pid, &status, 0) == pid)
      #expect(try walk("/proc", threads: 1, pids: [pid]).refusals == 0)
      unsafe free(arguments[0])
    }
  }

  /// What no walk of the kernel's saw held is nobody's only where no process is closed.
  @Test func closedProcessesAreCounted() throws {
    let root = try TemporaryDirectory()
    try root.directory("5")
    try root.link("5/cwd", to: "/")
    try root.directory("6")
    #expect(try DescriptorScan(root: root.path).countRefusals() == 0)
    // The first process is never an ordinary user's.
    if geteuid() != 0 { #expect(try DescriptorScan().countRefusals() > 0) }
  }

  // A descriptor that is closed between the listing and its link costs itself alone.
  @Test func descriptorsThatAreClosedMeanwhile() throws {
    let live = try #require(LiveSocket())
    let high = fcntl(live.descriptor, F_DUPFD, 400)
    defer { close(high) }
    let isOver = Flag()
    let copied = live.descriptor
    let churn = try Thread {
      while !isOver.value.load(ordering: .relaxed) {
        let some = (0..<50).map { _ in dup(copied) }
        for descriptor in some { close(descriptor) }
      }
    }
    let record = OwnerIndex.Record(inode: live.inode, pid: getpid(), descriptor: high)
    for _ in 0..<100 {
      #expect(try DescriptorScan().read(only: [getpid()]).records.contains(record))
    }
    isOver.value.store(true, ordering: .relaxed)
    churn.join()
  }

  private final class Flag: Sendable {
    let value = Atomic<Bool>(false)
  }
}
