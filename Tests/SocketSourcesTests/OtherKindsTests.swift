import LinuxSystem
import Peers
import SocketModel
import TestSupport
import Testing

@testable import SocketSources

/// Where kinds beside TCP and UDP come from, and what is said where nothing tells of them.
@Suite struct OtherKindsTests {
  private func root(_ files: [String: String]) throws -> TemporaryDirectory {
    let root = try TemporaryDirectory()
    for (name, text) in files { try root.write("net/" + name, Array(text.utf8)) }
    return root
  }

  private static let protocols = "protocol size\nRAW 1\nPING 1\nNETLINK 1\nTCP 1\n"
  private static let header = "  sl  local_address rem_address   st\n"

  /// Answers each dump with ENOENT.
  private func read(
    _ kinds: SocketKindSet, _ files: [String: String]
  ) throws -> SocketTable {
    let root = try self.root(files)
    defer { withExtendedLifetime(root) {} }
    let kernel = FakeKernel(answering: [NetlinkBytes.done(-2)])
    return try OtherKinds(
      after: FinishedReading(SocketTable()), Query(protocols: kinds),
      tables: ProcSource(root: root.path), over: kernel.open
    ).finish()
  }

  // A kernel without the module for it was an empty answer.
  @Test func whatTheKernelDoesNotTellOfIsAGap() throws {
    let table = try read(.mptcp, ["protocols": Self.protocols + "MPTCP 1\n"])
    #expect(table.gap == .unlisted(.mptcp, inProc: false) && table.sockets.isEmpty)
    #expect(try read(.mptcp, ["tcp": ""]).gap == .unlisted(.mptcp, inProc: false))
  }

  @Test func whatTheKernelHasNotIsProvenToBeNone() throws {
    let table = try read(.mptcp, ["protocols": Self.protocols])
    #expect(table.gap == nil)
    #expect(table.notices.contains(.warning("this kernel has no MPTCP sockets")))
    let lite = try read(
      [.udpLite, .raw], ["protocols": Self.protocols, "raw": Self.header, "icmp": Self.header])
    #expect(
      lite.gap == nil && !lite.notices.contains { $0.weight == .warning && $0.text.contains("raw") }
    )
  }

  @Test func aTableThatIsMissingIsAGap() throws {
    let table = try read(.udpLite, ["protocols": Self.protocols + "UDP-Lite 1\n"])
    guard case .missingTable(let path) = table.gap else {
      Issue.record("\(String(describing: table.gap))")
      return
    }
    #expect(path.hasSuffix("/net/udplite"))
  }

  @Test func whatNetlinkDoesNotTellComesFromProc() throws {
    let row = "0: 0100007F:0001 00000000:0000 07 0:0 00:0 0 33 0 17 2 0 0\n"
    let table = try read(
      .raw.union(.packet),
      [
        "raw": Self.header + row, "icmp": Self.header + row,
        "packet": "sk\n0 3 3 0003 2 1 5 33 18\n",
      ])
    #expect(table.sockets.map(\.kind) == [.packetRaw, .raw, .ping])
    #expect(table.sockets.map(\.inode) == [18, 17, 17] && table.hasOtherKinds)
    #expect(table.sockets[1].subprotocol == 1 && table.sockets[1].local.port == 0)
    #expect(table.sockets[2].local.port == 1 && table.gap == nil)
    #expect(table.unknown == [] && table.notices.allSatisfy { $0.weight == .remark })
  }

  /// Lines that are none cost themselves alone, and are counted.
  @Test func whatCanNotBeReadIsCounted() throws {
    let table = try read(.packet, ["packet": "sk\nx\n0 3 3 0003 2 1 5 33 18\n"])
    #expect(table.sockets.count == 1 && table.unread == 1)
    #expect(table.notices.contains { $0.text.contains("1 line can't be read") })
  }

  @Test(arguments: [SocketKind.unixStream, .unixDatagram, .unixSeqpacket])
  func aPairIsTwoRowsThatNameEachOther(kind: SocketKind) throws {
    let pair = try UnixPair(kind)
    try pair.send([1, 2, 3].span)
    var collector = Collector()
    let snapshot = try collector.collect(Query(protocols: .unix, needs: [.owners, .peers]))
    let (one, other) = pair.inodes
    let first = try #require(snapshot.row(inode: one))
    let second = try #require(snapshot.row(inode: other))
    #expect(first.socket.peerInode == other && second.socket.peerInode == one)
    #expect(first.socket.kind == kind && second.socket.receiveQueue >= 3)
    #expect(first.firstPID == ProcessID.own && second.peerProcess?.pid == ProcessID.own)
    withExtendedLifetime(pair) {}
  }

  @Test func noPairIsOfAnotherKind() {
    #expect(throws: Errno.protocolNotSupported) { _ = try UnixPair(.tcp).inodes }
  }
}
