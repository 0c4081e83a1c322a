import SocketModel
import Testing

@Suite struct SnapshotBuilderTests {
  private static func socket(_ inode: UInt64, uid: UInt32 = 33) -> Socket {
    Socket(
      .tcp, local: Endpoint(.loopback(.ipv4), UInt16(inode)), remote: .unspecified(.ipv4),
      state: .listening, rawUID: uid, inode: inode, interface: 2)
  }

  /// Two rows with all that can be known.
  private static let full: Snapshot = {
    var builder = SnapshotBuilder(time: Timestamp(seconds: 5, nanoseconds: 0), host: "here")
    for inode in 1...2 as ClosedRange<UInt64> {
      var attributes = AttributeWriter()
      attributes.append(.cgroup, native(UInt32(inode)) + native(0))
      attributes.append([.rtt: inode * 10])
      builder.table.append(
        socket(inode), attributes: attributes.bytes.span,
        traffic: SocketTraffic(received: inode, sent: nil, rtt: nil, retransmits: nil))
    }
    builder.join(
      OwnerIndex([
        .init(inode: 1, pid: 10, descriptor: 3), .init(inode: 2, pid: 20, descriptor: 4),
        .init(inode: 2, pid: 21, descriptor: 5),
      ]), listeners: [], hiddenCause: .notPrivileged)
    builder.names.users = [33: "www-data"]
    builder.names.interfaces = [InterfaceKey(index: 2): "eth0"]
    builder.names.cgroups = [1: CgroupName("/a"), 2: CgroupName("/b")]
    builder.names.processes = [
      10: ProcessName(name: Array("ten".utf8)), 20: ProcessName(name: Array("twenty".utf8)),
    ]
    return builder.frozen()
  }()

  @Test func aRowComesWithAllThatIsKnownOfIt() {
    var builder = SnapshotBuilder()
    builder.append(Self.full[1])
    builder.append(Self.full[0])
    let snapshot = builder.frozen()
    #expect((0..<2).map { snapshot[$0].socket.inode } == [2, 1])
    #expect(snapshot[0].owners == Self.full[1].owners)
    #expect(snapshot[1].owners.map(\.pid) == [10])
    #expect(snapshot[1].ownerStatus == .known)
    #expect(snapshot[0].tcpInfo?[.rtt] == 20 && snapshot[1].tcpInfo?[.rtt] == 10)
    #expect(snapshot[0].cgroup == 2 && snapshot[1].cgroup == 1)
    #expect(snapshot[0].traffic?.received == 2)
    #expect(snapshot.names.users == [33: "www-data"])
    #expect(snapshot.names.interfaces == [InterfaceKey(index: 2): "eth0"])
    #expect(snapshot.names.cgroups.mapValues(\.path) == [1: "/a", 2: "/b"])
    #expect(Set(snapshot.names.processes.keys) == [10, 20])
  }

  /// A row that is gone is shown among newer ones: its columns are those of the newer snapshot.
  @Test func aRowBringsNoMoreThanTheOthersHave() {
    var builder = SnapshotBuilder(sockets: [Self.socket(9)])
    builder.append(Self.full[0])
    let snapshot = builder.frozen()
    #expect(snapshot.count == 2)
    #expect(!snapshot.asksOwners)
    #expect(snapshot[1].ownerStatus == .notAsked && snapshot[1].owners.isEmpty)
    #expect(snapshot[1].tcpInfo == nil && snapshot[1].traffic == nil)
  }

  @Test func aRowThatLacksSomethingKeepsTheOthersInPlace() {
    var builder = SnapshotBuilder(copying: Self.full)
    builder.append(SnapshotBuilder(sockets: [Self.socket(9, uid: 5)]).frozen()[0])
    builder.append(Self.socket(8))
    builder.append(Self.full[1])
    let snapshot = builder.frozen()
    let rows = (0..<snapshot.count).map { snapshot[$0] }
    #expect(rows.map(\.socket.inode) == [1, 2, 9, 8, 2])
    #expect(rows.map(\.ownerStatus) == [.known, .known, .notAsked, .notAsked, .known])
    #expect(rows.map { $0.tcpInfo?[.rtt] } == [10, 20, nil, nil, 20])
    #expect(rows.map { $0.traffic?.received } == [1, 2, nil, nil, 2])
    #expect(rows[4].owners == rows[1].owners)
  }

  @Test func aNameThatIsThereStays() {
    var builder = SnapshotBuilder()
    builder.names.users = [33: "http"]
    builder.names.processes = [10: ProcessName(name: Array("new".utf8))]
    builder.append(Self.full[0])
    #expect(builder.names.users == [33: "http"])
    #expect(builder.names.processes[10]?.name == Array("new".utf8))
  }

  // A connection that closed had the name of whoever got its process's pid next.
  @Test func aProcessKeepsItsNameWhereItsPidHasGoneToAnother() {
    func snapshot(_ inode: UInt64, _ name: String?, started: UInt64) -> Snapshot {
      var builder = SnapshotBuilder(sockets: [Self.socket(inode)])
      builder.join(
        OwnerIndex([.init(inode: inode, pid: 10, descriptor: 3)]), listeners: [], hiddenCause: nil)
      builder.names.processes[10] = name.map {
        ProcessName(name: Array($0.utf8), startTime: started)
      }
      return builder.frozen()
    }
    func merged(_ newer: String?, started: UInt64) -> [String?] {
      var builder = SnapshotBuilder(copying: snapshot(1, newer, started: started))
      let older = snapshot(2, "old", started: 5)
      builder.append(older[0])
      builder.append(older[0])
      // Once more, as with every refresh as long as the row is shown.
      let once = builder.frozen()
      var again = SnapshotBuilder(copying: snapshot(1, newer, started: started))
      again.append(once[1])
      let rows = [once[0], once[1], once[2], again.frozen()[1]]
      #expect(rows.allSatisfy { $0.firstPID == 10 && $0.owners.map(\.descriptors) == [[3]] })
      return rows.map(\.ownerName)
    }
    #expect(merged("new", started: 9) == ["new", "old", "old", "old"])
    // It may have taken another name.
    #expect(merged("new", started: 5) == ["new", "new", "new", "new"])
    #expect(merged(nil, started: 0) == [nil, "old", "old", "old"])
  }

  @Test func aCopyLeavesTheSnapshotAsItIs() {
    var builder = SnapshotBuilder(copying: Self.full)
    builder.setOwners(RowOwners(.hidden), of: 0)
    builder.append(Self.socket(7))
    builder.names.users = [:]
    let copy = builder.frozen()
    #expect(copy.time == Self.full.time && copy.host == "here")
    #expect(copy.hiddenCause == .notPrivileged)
    #expect(copy[0].ownerStatus == .hidden && copy[1].ownerStatus == .known)
    #expect(Self.full.count == 2 && Self.full[0].ownerStatus == .known)
    #expect(Self.full.names.users == [33: "www-data"])
    #expect(Self.full.naming(Names()).names.users.isEmpty)
    #expect(Self.full.naming(Names())[1].tcpInfo?[.rtt] == 20)
  }

  @Test func ownersAreAskedEvenWhereThereIsNoRow() {
    var builder = SnapshotBuilder()
    #expect(!SnapshotBuilder().frozen().asksOwners)
    builder.ownersSince = 100
    builder.join(OwnerIndex(), listeners: [], hiddenCause: nil)
    #expect(builder.frozen().asksOwners)
    #expect(Snapshot.empty.isEmpty && Snapshot.empty.hiddenOwners([]) == 0)
  }
}
