import TestSupport
import Testing

@testable import SocketModel

/// What may be ended, of rows and facts that were made up.
@Suite struct EndingChoiceTests {
  private static func end(_ host: UInt32, _ port: UInt16) -> Endpoint {
    Endpoint(IPAddress(v4: 0x0a00_0000 + host), port)
  }

  private static let nowhere = Endpoint.unspecified(.ipv4)

  /// A row for each socket, whose inode is its place and whose owners are these.
  private static func listing(
    _ rows: [(socket: Socket, owners: [Int32], status: OwnerStatus)], layer: Int? = nil
  ) -> Listing {
    var builder = SnapshotBuilder()
    var records: [OwnerIndex.Record] = []
    for (place, row) in rows.enumerated() {
      var socket = row.socket
      socket.inode = UInt64(place + 1)
      if socket.cookie == 0 { socket.cookie = UInt64(place + 100) }
      let attributes = place == layer ? mptcp : []
      builder.table.append(socket, attributes: attributes.span)
      records += row.owners.map { .init(inode: socket.inode, pid: $0, descriptor: 3) }
    }
    let index = OwnerIndex(records.sorted { ($0.pid, $0.inode) < ($1.pid, $1.inode) })
    builder.join(index, listeners: [], hiddenCause: nil)
    for (place, row) in rows.enumerated() {
      builder.setOwners(
        RowOwners(row.status, slot: index.slot(inode: UInt64(place + 1))), of: place)
    }
    for pid in Set(rows.flatMap(\.owners)) {
      builder.names.processes[pid] = ProcessName(name: Array("p\(pid)".utf8), startTime: 7)
    }
    return Listing(builder.frozen(), rows: rows.indices.map { UInt32($0) })
  }

  /// `INET_DIAG_ULP_INFO` with a name in it, as netlink writes it.
  private static let mptcp =
    NetlinkBytes.attribute(19, NetlinkBytes.attribute(1, Array("mptcp\0".utf8)))

  private static func tcp(
    _ local: Endpoint = end(1, 8080), _ remote: Endpoint = end(2, 50000),
    _ state: TCPState = .established
  ) -> Socket { Socket(.tcp, local: local, remote: remote, state: state) }

  private static var facts: EndingFacts {
    var facts = EndingFacts(ownPID: 50)
    facts.lineage = [50, 40, 30, 1]
    return facts
  }

  private static func refusal(
    _ socket: Socket, owners: [Int32] = [812], _ facts: EndingFacts = facts,
    takesListeners: Bool = false, layer: Int? = nil
  ) -> EndingRefusal? {
    let listing = listing([(socket, owners, .known)], layer: layer)
    let choice = CloseChoice(listing, facts, takesListeners: takesListeners)
    #expect(choice.targets.count + choice.refusals.count == 1)
    return choice.refusals.first?.reason
  }

  @Test func whatIsClosed() {
    #expect(Self.refusal(Self.tcp()) == nil)
    #expect(Self.refusal(Self.tcp(), owners: []) == nil)
    // What waits at a listener of the first process is no listener.
    #expect(Self.refusal(Self.tcp(), owners: [1]) == nil)
    for state in TCPState.named where state != .listening && state != .bound {
      #expect(Self.refusal(Self.tcp(Self.end(1, 80), Self.end(2, 5), state)) == nil)
    }
  }

  @Test func listenersOnlyWhereTheyAreMeant() {
    let udp = Socket(.udp, local: Self.end(1, 53), remote: Self.nowhere, state: .closed)
    let connected = Socket(
      .udp, local: Self.end(1, 53), remote: Self.end(2, 5), state: .established)
    let listener = Self.tcp(Self.end(1, 80), Self.nowhere, .listening)
    for socket in [udp, listener] {
      #expect(Self.refusal(socket) == .listener)
      #expect(Self.refusal(socket, takesListeners: true) == nil)
      #expect(Self.refusal(socket, owners: [1, 9], takesListeners: true) == .heldByInit)
    }
    #expect(Self.refusal(connected) == nil)
  }

  @Test func whatTheKernelDoesNotDestroy() {
    #expect(Self.refusal(Self.tcp(Self.end(1, 80), Self.nowhere, .bound)) == .boundOnly)
    let unix = Socket(.unixStream, local: .none, remote: .none, state: .established)
    #expect(Self.refusal(unix) == .otherKind)
    #expect(Self.refusal(Self.tcp(), layer: 0) == .multipath)
    var builder = SnapshotBuilder(sockets: [Self.tcp()])
    builder.names = Names()
    let listing = Listing(builder.frozen(), rows: [0])
    let choice = CloseChoice(listing, Self.facts, takesListeners: true)
    #expect(choice.refusals.map(\.reason) == [.withoutCookie])
    for reason in [EndingRefusal.boundOnly, .otherKind, .multipath, .withoutCookie] {
      #expect(reason.isKernels)
    }
    #expect(!EndingRefusal.listener.isKernels && !EndingRefusal.sshConnection.isKernels)
  }

  /// Whichever end it is, whoever holds it, and also where it is v4-mapped.
  @Test func theLoginThatOneSitsIn() throws {
    var facts = Self.facts
    facts.sshConnections = [
      try #require(SSHConnection("10.0.0.2 50000 ::ffff:10.0.0.1 22"))
    ]
    let mapped = { (end: Endpoint) in
      Endpoint(IPAddress(v6: 0xffff_0000_0000 | (end.address?.bits ?? 0)), end.port)
    }
    let (server, client) = (Self.end(1, 22), Self.end(2, 50000))
    for (local, remote) in [
      (server, client), (client, server), (mapped(server), mapped(client)),
    ] {
      #expect(Self.refusal(Self.tcp(local, remote), facts) == .sshConnection)
      #expect(Self.refusal(Self.tcp(local, remote), owners: [], facts) == .sshConnection)
    }
    #expect(Self.refusal(Self.tcp(server, Self.end(2, 50001)), facts) == nil)
    #expect(Self.refusal(Self.tcp(Self.end(3, 22), client), facts) == nil)
  }

  @Test(arguments: [
    "", "10.0.0.2 50000 10.0.0.1", "10.0.0.2 x 10.0.0.1 22", "a 1 b 2", "10.0.0.2 1 10.0.0.1 70000",
    "10.0.0.2 1 10.0.0.1 22 5",
  ])
  func whatIsNoLogin(text: String) {
    #expect(SSHConnection(text[...]) == nil)
  }

  @Test func aLoginByALinkLocalAddress() throws {
    let connection = try #require(SSHConnection("fe80::2%eth0 5 fe80::1%eth0 22"))
    #expect(connection.server.port == 22 && connection.client.address == IPAddress("fe80::2"))
  }

  @Test func whatAnAncestorHoldsStays() {
    #expect(Self.refusal(Self.tcp(), owners: [40, 812]) == .heldByAncestor(40))
    #expect(Self.refusal(Self.tcp(), owners: [812]) == nil)
  }

  // MARK: Processes

  private static func kill(_ pids: [Int32], _ facts: EndingFacts = facts) -> KillChoice {
    KillChoice(listing(pids.map { (tcp(), [$0], .known) }), facts)
  }

  @Test func eachProcessOnceWithAllItsSockets() {
    let choice = KillChoice(
      Self.listing([
        (Self.tcp(), [812, 813], .known), (Self.tcp(), [812], .partial),
      ]), Self.facts)
    #expect(choice.targets.map(\.pid) == [812, 813])
    #expect(choice.targets.map(\.rows) == [[0, 1], [0]])
    #expect(choice.targets.map(\.inodes) == [[1, 2], [1]])
    #expect(choice.targets.allSatisfy { $0.startTime == 7 })
    #expect(choice.refusals.isEmpty && choice.unowned.isEmpty)
  }

  @Test func processesThatAreNeverKilled() {
    var facts = Self.facts
    facts.kernelThreads = [2]
    facts.foreignProcesses = [900]
    facts.sshProcesses = [700]
    let choice = Self.kill([1, 50, 40, 30, 2, 900, 700, 812], facts)
    #expect(choice.targets.map(\.pid) == [812])
    #expect(
      Dictionary(uniqueKeysWithValues: choice.refusals.map { ($0.process.pid, $0.reason) }) == [
        1: .isInit, 50: .isSockeye, 40: .isAncestor, 30: .isAncestor, 2: .isKernelThread,
        900: .isForeign, 700: .holdsLogin,
      ])
  }

  @Test func socketsWithoutAProcess() {
    let choice = KillChoice(
      Self.listing([
        (Self.tcp(), [], .hidden), (Self.tcp(), [], .none), (Self.tcp(), [], .unheld),
        (Self.tcp(), [], .notAsked), (Self.tcp(), [9], .queued),
      ]), Self.facts)
    #expect(choice.targets.isEmpty)
    #expect(choice.unowned.map(\.row) == [0, 1, 2, 3, 4])
    #expect(
      choice.unowned.map(\.reason) == [.hiddenOwner, .noOwner, .noOwner, .hiddenOwner, .queued])
  }

  /// What waits at a listener goes with it.
  @Test func aQueuedSocketGoesWithItsListenersOwner() {
    let choice = KillChoice(
      Self.listing([
        (Self.tcp(Self.end(1, 80), Self.nowhere, .listening), [9], .known),
        (Self.tcp(), [9], .queued),
      ]), Self.facts)
    #expect(choice.targets.map(\.pid) == [9] && choice.unowned.isEmpty)
    #expect(choice.targets.first?.rows == [0])
  }
}
