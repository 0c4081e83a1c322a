import SocketModel
import Testing

@testable import SocketFilter

/// Terms about unix sockets, and all others among them.
@Suite struct FilterUnixTests {
  private static let names = ["/run/a.sock", "@bus\0\n", "/run/b \u{10ffff}"]

  /// A listener by each name, a client of the first, and a TCP socket.
  private static let snapshot: Snapshot = {
    var builder = SnapshotBuilder()
    builder.table.unixNames = [:]
    for (index, text) in names.enumerated() {
      let name = UnixName(
        text.utf8.dropFirst(text.hasPrefix("@") ? 1 : 0), isAbstract: text.hasPrefix("@"))
      builder.names.unix[name.number] = name.text
      builder.append(
        Socket(
          .unixStream, local: name.endpoint, remote: .none, state: .listening,
          inode: UInt64(index + 1), cookie: UInt64(index + 1)))
    }
    let first = UnixName("/run/a.sock".utf8, isAbstract: false).endpoint
    builder.append(
      Socket(
        .unixStream, local: .none, remote: first.asPeer(inode: 1), state: .established, inode: 9,
        cookie: 9))
    builder.append(tcp("10.0.0.1:80", "", .listening))
    return builder.frozen()
  }()

  @Test(
    arguments: [
      ("unix", [0, 1, 2, 3]), ("tcp", [4]), ("u_str listening", [0, 1, 2]), ("u_dgr", []),
      ("src /run/*", [0, 2]), ("src /run/a.sock", [0]), ("src=/run/a.sock,@bus*", [0, 1]),
      ("dst /run/a.sock", [3]), ("address=/run/a.sock", [0, 3]), ("src unix:/run/?.sock", [0]),
      ("src @bus*", [1]), ("src '@*'", []), ("local_path=/run/b*", [2]),
      ("remote_path=/run/*", [3]),
      ("not src /run/*", [1, 3, 4]), ("peer_inode=1", [3]), ("src *", [0, 1, 2, 3, 4]),
      (":80", [4]), ("lport=0", []), ("rport=0", [4]), ("port<100", [4]),
      ("not :80", [0, 1, 2, 3]),
      ("0.0.0.0/0", [4]), ("inet:", [4]), ("ipv4", [4]), ("ipv6", []), ("family=ipv4,ipv6", [4]),
      ("family=unix", [0, 1, 2, 3]), ("loopback", []), ("exposed", [4]),
      ("reaches=10.0.0.1:80", [4]),
    ] as [(String, [UInt32])])
  func rows(text: String, expected: [UInt32]) throws {
    var query = Query(protocols: .every)
    try filter(text).narrow(&query)
    let selection = try filter(text).select(from: Self.snapshot, for: query)
    #expect(selection.rows == expected && selection.undecided == [])
    // What is left out beforehand must not match.
    for row in expected {
      #expect(query.pushdown.admits(Self.snapshot[row].socket))
    }
  }

  /// /proc tells no users, queues and other ends.
  @Test(arguments: ["user=root", "uid=0", "recv_q>5", "dst /run/x", "peer_inode=1", "user=r*"])
  func whatProcDoesNotTellIsOpen(text: String) throws {
    var builder = SnapshotBuilder()
    builder.table.unixNames = [:]
    builder.table.unknown = [.peers]
    builder.append(
      Socket(.unixStream, local: .none, remote: .none, state: .established, rawUID: .max, inode: 5))
    let selection = try filter(text).select(from: builder.frozen(), for: Query(protocols: .unix))
    #expect(selection.rows == [] && selection.undecided == [0])
  }

  @Test(arguments: ["tcp src /run/x", "udp src /run/x"])
  func noTCPSocketHasAPath(text: String) {
    #expect(throws: FilterError.self) { try filter(text) }
  }

  @Test func anAddressAmongPathsIsRefused() {
    #expect {
      try filter("src /run/x,10.0.0.1")
    } throws: { ($0 as? FilterError)?.reason == .notAPath("10.0.0.1") }
  }
}
