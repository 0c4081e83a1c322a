import SocketModel
import TestSupport
import Testing

@Suite struct SocketOrderTests {
  static func socket(
    _ local: String, _ port: UInt16, to remote: String? = nil, _ remotePort: UInt16 = 0,
    kind: SocketKind = .tcp, inode: UInt64 = 0
  ) throws -> Socket {
    let address = try #require(IPAddress(local))
    let other = try remote.map { try #require(IPAddress($0)) } ?? .unspecified(address.family)
    return Socket(
      kind, local: Endpoint(address, port), remote: Endpoint(other, remotePort),
      state: remote == nil ? kind == .tcp ? .listening : .closed : .established, inode: inode)
  }

  @Test func whatListensStandsFirstThenEverythingByAddress() throws {
    let wanted = try [
      Self.socket("0.0.0.0", 22), Self.socket("127.0.0.1", 80, inode: 3),
      Self.socket("127.0.0.1", 80, inode: 4), Self.socket("::", 22), Self.socket("::1", 9),
      Self.socket("::1", 10), Self.socket("0.0.0.0", 53, kind: .udp),
      Self.socket("10.0.0.1", 80, to: "10.0.0.2", 5),
      Self.socket("10.0.0.1", 80, to: "10.0.0.2", 6),
      Self.socket("10.0.0.1", 80, to: "10.0.0.3", 5),
      Self.socket("10.0.0.1", 81, to: "10.0.0.2", 5),
      Self.socket("::1", 80, to: "::1", 50), Self.socket("::1", 80, to: "::1", 51),
    ]
    for seed in 0..<20 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let shuffled = wanted.shuffled(using: &generator)
      var rows = Array(0..<UInt32(shuffled.count))
      SocketOrder.sort(&rows, of: SnapshotBuilder(sockets: shuffled).frozen())
      #expect(rows.map { shuffled[Int($0)] } == wanted, "seed \(seed)")
    }
  }

  /// Thousands of rows take another road than a few.
  @Test func manyRowsStandLikeFew() throws {
    var generator = SeededGenerator(seed: 7)
    let sockets = try (0..<5000).map { number in
      let isIPv6 = Bool.random(using: &generator)
      let host = Int.random(in: 1...9, using: &generator)
      return try Self.socket(
        isIPv6 ? "fe80::\(host)" : "10.0.\(host).1", .random(in: 1...400, using: &generator),
        to: isIPv6 ? "fe80::\(host)" : "192.168.\(host).7", .random(in: 1...9, using: &generator),
        inode: UInt64(number))
    }
    var rows = Array(0..<UInt32(sockets.count))
    SocketOrder.sort(&rows, of: SnapshotBuilder(sockets: sockets).frozen())
    let expected = rows.sorted().map { sockets[Int($0)] }.sorted { a, b in
      if a.family != b.family { return a.family == .ipv4 }
      return a.local != b.local
        ? a.local < b.local : a.remote != b.remote ? a.remote < b.remote : a.inode < b.inode
    }
    #expect(rows.map { sockets[Int($0)] } == expected)
  }

  /// What the first row and the last have in common, the others need not.
  @Test func aByteThatDiffersInTheMiddleIsSorted() throws {
    let edge = try Self.socket("127.0.0.1", 5432)
    let middle = try (1...1500).map { try Self.socket("10.0.0.1", UInt16(3000 - $0)) }
    let sockets = [edge] + middle + [edge]
    var rows = Array(0..<UInt32(sockets.count))
    SocketOrder.sort(&rows, of: SnapshotBuilder(sockets: sockets).frozen())
    #expect(rows.map { sockets[Int($0)] } == middle.reversed() + [edge, edge])
  }

  @Test func noRowsAndSomeRows() throws {
    var none: [UInt32] = []
    SocketOrder.sort(&none, of: .empty)
    #expect(none.isEmpty)
    let sockets = try [Self.socket("::1", 2), Self.socket("::1", 1), Self.socket("::1", 0)]
    var some: [UInt32] = [0, 1]
    SocketOrder.sort(&some, of: SnapshotBuilder(sockets: sockets).frozen())
    #expect(some == [1, 0])
  }
}
