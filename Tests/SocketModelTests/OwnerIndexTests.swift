import SocketModel
import TestSupport
import Testing

@Suite struct OwnerIndexTests {
  typealias Record = OwnerIndex.Record

  @Test func allHoldersOfASocketByPidWithTheirDescriptors() {
    let index = OwnerIndex([
      Record(inode: 7, pid: 30, descriptor: 5), Record(inode: 7, pid: 2, descriptor: 9),
      Record(inode: 7, pid: 2, descriptor: 4), Record(inode: 8, pid: 2, descriptor: 3),
      Record(inode: 7, pid: 30, descriptor: 5),
    ])
    let slot = index.slot(inode: 7)
    #expect(
      index.owners(at: slot) == [
        Owner(pid: 2, descriptors: [4, 9]), Owner(pid: 30, descriptors: [5]),
      ])
    #expect(index.first(at: slot)?.process.pid == 2)
    #expect(index.first(at: slot)?.others == 1)
  }

  @Test func nobodyHoldsWhatWasNotSeen() {
    let index = OwnerIndex([Record(inode: 7, pid: 1, descriptor: 0)])
    #expect(index.slot(inode: 6) == OwnerIndex.none)
    #expect(index.first(at: index.slot(inode: 6)) == nil)
    #expect(index.owners(at: OwnerIndex.none).isEmpty)
    #expect(OwnerIndex().slot(inode: 0) == OwnerIndex.none)
  }

  @Test func inodesThatShareABucketStayApart() {
    var generator = SeededGenerator(seed: 1)
    let inodes = (0..<5000).map { _ in UInt64.random(in: 1...(.max), using: &generator) }
    let index = OwnerIndex(
      inodes.enumerated().map { Record(inode: $1, pid: Int32($0), descriptor: 3) })
    for (pid, inode) in inodes.enumerated() {
      #expect(index.owners(at: index.slot(inode: inode)).map(\.pid) == [Int32(pid)])
    }
  }

  /// A connection that was not accepted yet belongs to a process and has no number there.
  @Test func anOwnerWithoutDescriptors() {
    var index = OwnerIndex([
      Record(inode: 7, pid: 2, descriptor: 4), Record(inode: 7, pid: 2, descriptor: 5),
      Record(inode: 8, pid: 1, descriptor: 3), Record(inode: 8, pid: 2, descriptor: 6),
    ])
    let slot = index.appendProcesses(at: [7, 8].map { index.slot(inode: $0) })
    #expect(
      index.owners(at: slot) == [Owner(pid: 1, descriptors: []), Owner(pid: 2, descriptors: [])])
    #expect(index.firstDescriptor(at: slot) == nil && index.firstPID(at: slot) == 1)
    var records: [(Int32, Int32?)] = []
    index.forEachRecord(at: slot) { records.append(($0.pid, $1)) }
    #expect(records.map(\.0) == [1, 2] && records.allSatisfy { $0.1 == nil })
    #expect(index.appendProcesses(at: []) == OwnerIndex.none)
    #expect(index.owners(at: index.slot(inode: 7)) == [Owner(pid: 2, descriptors: [4, 5])])
  }
}
