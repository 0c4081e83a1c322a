import Glibc
import KernelFormats
import LinuxSystem
import TestSupport
import Testing

@testable import SocketModel
@testable import SocketSources

/// Whether the source tells of sockets that are bound and no more is found out, and not guessed.
@Suite struct BoundCanaryTests {
  private static func checked(_ query: Query) -> Query {
    var query = query
    query.checksBound = true
    return query
  }

  /// As before Linux 6.8: every dump is answered, with nothing.
  private static let olderKernel = [NetlinkBytes.done(), NetlinkBytes.done(sequence: 2)]

  @Test func aKernelThatDoesNotTellOfBoundSocketsIsFoundOut() throws {
    let gaps = try withoutCapabilities {
      try [
        Self.checked(Query()), Self.checked(Query(pushdown: .port(.local, 7000...7000))), Query(),
        Self.checked(Query(states: .listening)),
        Self.checked(Query(pushdown: .port(.remote, 443...443))),
      ].map { query in
        var collector = Collector(over: FakeKernel(answering: Self.olderKernel).open)
        let snapshot = try collector.collect(query)
        #expect(snapshot.isEmpty)
        return snapshot.boundGap
      }
    }
    #expect(gaps == [.kernel, .kernel, nil, nil, nil])
  }

  /// A bound row of somebody's shows as much as our own socket.
  @Test func aBoundRowShowsThatTheKernelTells() throws {
    let row = NetlinkBytes.message(20, NetlinkBytes.row(state: 7, cookie: 990))
    var collector = Collector(
      over: FakeKernel(answering: [row] + Self.olderKernel).open)
    let snapshot = try collector.collect(Self.checked(Query(states: StateSet(.bound))))
    #expect(snapshot.boundGap == nil && snapshot.rows.map(\.socket.cookie) == [990])
  }

  /// Root sees them among the open files instead.
  @Test(.enabled(if: canWalk, "the kernel walks files only for root, where it can"))
  func whatAnOlderKernelDoesNotTellIsAmongTheOpenFiles() throws {
    let bound = try SceneSocket()
    try bound.bind(IPEndpoint(.loopback(.ipv4), 0))
    let bound6 = try SceneSocket(.tcp, .ipv6)
    try bound6.bind(IPEndpoint(.loopback(.ipv6), 0))
    let unbound = try SceneSocket()
    let listener = try SceneSocket.listener()
    let told = try DiagSource().read(Query(states: StateSet(.bound)))
    var collector = Collector(over: FakeKernel(answering: Self.olderKernel).open)
    let snapshot = try collector.collect(Self.checked(Query(needs: .owners)))
    #expect(snapshot.boundGap == nil)
    for socket in [bound, bound6] {
      let row = try #require(snapshot.row(inode: socket.inode))
      var known = try #require(told.sockets.first { $0.inode == socket.inode })
      known.cookie = 0
      known.v6Only = .unknown
      #expect(row.socket == known)
      #expect(row.owners.map(\.pid).contains(getpid()))
    }
    #expect(snapshot.row(inode: unbound.inode) == nil)
    #expect(snapshot.row(inode: listener.inode) == nil)
    #expect(
      snapshot.notices.contains(.remark("sockets that are only bound are from a BPF iterator")))
    // What is not asked for does not come.
    let port = bound.local.port
    var narrow = Collector(over: FakeKernel(answering: Self.olderKernel).open)
    let rows = try narrow.collect(Self.checked(Query(pushdown: .port(.local, port...port)))).rows
    #expect(rows.allSatisfy { $0.socket.local.port == port })
    #expect(rows.contains { $0.socket.inode == bound.inode })
  }

  /// The running kernel may tell or not: then it tells of all, our own socket left out.
  @Test(arguments: [1, Int.max])
  func ourOwnBoundSocketIsNoRow(sharedFrom: Int) throws {
    let bound = try SceneSocket()
    try bound.bind(IPEndpoint(.loopback(.ipv4), 0))
    for families in [FamilySet.all, .ipv4, .ipv6] {
      for pushdown in [Pushdown.everything, .port(.local, 1...1)] {
        let query = Self.checked(Query(families: families, pushdown: pushdown))
        let table = try DiagSource(sharedFrom: sharedFrom).read(query)
        let isTold = table.boundGap == nil
        if pushdown == .everything && families != .ipv6 {
          #expect(table.sockets.contains { $0.inode == bound.inode } == isTold)
        }
        // Another sockeye on this host may have such a socket for a moment; ours would be in each table.
        #expect(
          try eventually {
            try DiagSource(sharedFrom: sharedFrom).read(query).sockets.allSatisfy {
              $0.state != .bound || $0.local.address.map { $0.bits >> 16 != 0x7f53 } ?? true
            }
          })
      }
    }
  }

  /// Counts of the kernel that are no snapshot had bound sockets left out, where other sockets came
  /// and went.
  @Test func boundSocketsAreAskedForWhateverTheCountsSay() throws {
    let recording = Locked<[UInt8]>([])
    let source = DiagSource { bytes in
      let copy = bytes.indices.map { bytes[$0] }
      recording.withLock { $0 += copy }
    }
    _ = try source.read(Query())
    let bytes = recording.withLock { $0 }
    var walk = NetlinkWalk()
    let message = try #require(try walk.next(in: bytes.span))
    let request = try #require(try InetDiagRequest(message, in: bytes.span))
    #expect(request.states.contains(.bound))
  }

  @Test func procTellsOfNoBoundSocket() throws {
    let tree = try ProcTree(sockets: [50])
    var collector = Collector()
    collector.procRoot = tree.path
    for (query, gap) in [
      (Query(), .proc), (Query(states: StateSet(.bound, .listening)), .proc),
      (Query(states: StateSet(.listening)), nil),
      (Query(pushdown: .port(.remote, 443...443)), nil),
    ] as [(Query, BoundGap?)] {
      #expect(try collector.collect(query).boundGap == gap, "\(query)")
    }
  }
}

private let canWalk =
  if case .success = Result(catching: { try BPFBoundSockets.read(in: [:]) }) { true } else { false }
