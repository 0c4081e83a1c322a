import Testing

@testable import SocketModel

struct FormerOwnerTests {
  private static func socket(_ inode: UInt64) -> Socket {
    Socket(
      .tcp, local: Endpoint(.loopback(.ipv4), UInt16(inode)),
      remote: Endpoint(.loopback(.ipv4), 443), state: .established, inode: inode)
  }

  /// A row whose owner is process 10, which began 5 seconds after the host.
  private static var builder: SnapshotBuilder {
    var builder = SnapshotBuilder(sockets: [socket(1)])
    builder.join(
      OwnerIndex([.init(inode: 1, pid: 10, descriptor: 3)]), listeners: [], hiddenCause: nil)
    builder.names.processes[10] = ProcessName(name: Array("ten".utf8), startTime: 500)
    return builder
  }

  private static func owner(_ pid: Int32, _ name: String, second: UInt64) -> FormerOwner {
    FormerOwner(.init(pid: pid, name: Array(name.utf8)), at: second * 1_000_000_000)
  }

  /// One that had the pid before is another, and each row has its own one's name.
  @Test(arguments: [
    (owner(10, "thread", second: 6), "ten", true), (owner(10, "old", second: 4), "old", false),
    (owner(11, "gone", second: 4), "gone", true),
  ])
  func isTheProcessThatHasThePidIfItHadBegun(
    owner: FormerOwner, name: String, isPresent: Bool
  ) {
    var builder = Self.builder
    builder.append(Self.socket(2), of: owner)
    builder.append(Self.socket(3), of: owner)
    builder.append(Self.socket(4), of: nil)
    let snapshot = builder.frozen()
    #expect((0..<4).map { snapshot[$0].ownerName } == ["ten", name, name, nil])
    #expect((0..<4).map { snapshot[$0].ownerStatus } == [.known, .known, .known, .notAsked])
    #expect(snapshot[1].firstProcess == snapshot[2].firstProcess)
    #expect((snapshot[1].firstProcess == ProcessKey(owner.process.pid)) == isPresent)
  }

  /// No row of the newer snapshot is left, and owners were asked for all the same; or never.
  @Test(arguments: [0, UInt64.max])
  func isToldWhereNoOtherRowIs(since: UInt64) {
    var builder = SnapshotBuilder()
    builder.ownersSince = since
    builder.append(Self.socket(2), of: nil)
    builder.append(Self.socket(3), of: Self.owner(11, "gone", second: 4))
    let snapshot = builder.frozen()
    #expect(snapshot[1].ownerName == (since == 0 ? "gone" : nil))
    #expect(snapshot[0].ownerStatus == .notAsked)
  }

  /// The owner of the listener may have handed it on.
  @Test func isNotWhoListens() {
    var event = ConnectionEvent(.ended, Self.socket(2), namespace: 0, time: 9)
    event.listener = ConnectionEvent.Process(pid: 5, name: [])
    #expect(FormerOwner(event) == nil)
    event.closer = ConnectionEvent.Process(pid: 6, name: [])
    #expect(FormerOwner(event)?.process.pid == 6)
    event.opened = 7
    event.opener = ConnectionEvent.Process(pid: 7, name: [])
    #expect(FormerOwner(event) == FormerOwner(.init(pid: 7, name: []), at: 7))
  }
}
