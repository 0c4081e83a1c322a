import SocketModel

@testable import Display

/// Listings that the tests render: every kind of row, and names that attack.
enum Samples {
  static let time = Timestamp(seconds: 1_772_323_199, nanoseconds: 123_456_789)

  static func v4(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, _ port: UInt16) -> Endpoint {
    Endpoint(IPAddress(v4: a << 24 | b << 16 | c << 8 | d), port)
  }

  static func v6(_ text: String, _ port: UInt16) -> Endpoint {
    Endpoint(IPAddress(text) ?? .unspecified(.ipv6), port)
  }

  static let none4 = Endpoint.unspecified(.ipv4)
  static let none6 = Endpoint.unspecified(.ipv6)

  /// The table of the design, and one row of each other kind.
  static let plain: Listing = {
    var sample = Sample()
    sample.add(
      Socket(
        .tcp, local: v4(0, 0, 0, 0, 22), remote: none4, state: .listening, sendQueue: 128,
        inode: 101, cookie: 1), owners: [812])
    sample.add(
      Socket(
        .tcp, local: none6.with(443), remote: none6, state: .listening, receiveQueue: 12,
        sendQueue: 511, inode: 102, cookie: 2, v6Only: .no), owners: [640, 641, 642, 643, 644])
    sample.add(
      Socket(
        .tcp, local: none6.with(8443), remote: none6, state: .listening, receiveQueue: 129,
        sendQueue: 128, inode: 103, cookie: 3, v6Only: .yes), owners: [640])
    sample.add(
      Socket(.tcp, local: none6.with(8080), remote: none6, state: .listening, inode: 104),
      owners: [1201])
    sample.add(
      Socket(
        .tcp, local: v6("fe80::1", 22), remote: none6, state: .listening, sendQueue: 5,
        inode: 105, cookie: 5, interface: 1, v6Only: .yes), owners: [812])
    sample.add(
      Socket(
        .tcp, local: v4(127, 0, 0, 1, 9999), remote: none4, state: .listening, sendQueue: 0,
        rawUID: 33, inode: 106, cookie: 6, interface: 1), status: .hidden)
    sample.add(
      Socket(
        .tcp, local: v4(127, 0, 0, 1, 5432), remote: v4(127, 0, 0, 1, 53412),
        state: .established, rawUID: 33, inode: 107, cookie: 7), owners: [990])
    sample.add(
      Socket(
        .tcp, local: v4(127, 0, 0, 1, 53412), remote: v4(127, 0, 0, 1, 5432),
        state: .established, sendQueue: 48, inode: 4_274_126_910, cookie: 8,
        timer: SocketTimer(kind: .retransmit, expires: 204, retransmits: 3)), owners: [1201])
    sample.add(
      Socket(
        .tcp, local: v6("::ffff:127.0.0.1", 443), remote: v6("::ffff:127.0.0.1", 50112),
        state: .established, receiveQueue: 9, cookie: 9), owners: [640], status: .queued)
    sample.add(
      Socket(
        .tcp, local: v6("2001:db8:1111:2222:3333:4444:5555:6666", 443),
        remote: v6("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 65535), state: .timeWait,
        timer: SocketTimer(kind: .timeWait, expires: 59_900, retransmits: 0)), status: .none)
    sample.add(
      Socket(
        .tcp, local: v6("fe80::2", 40000), remote: v6("fe80::1", 22), state: .closeWait,
        receiveQueue: 1, rawUID: 4_000_000_000, inode: 110, interface: 7), status: .hidden)
    sample.add(
      Socket(
        .tcp, local: v4(10, 0, 0, 5, 31000), remote: v4(192, 168, 100, 200, 80),
        state: TCPState(rawValue: 14), inode: 111), status: .none)
    sample.add(
      Socket(.udp, local: v4(0, 0, 0, 0, 53), remote: none4, state: .closed, inode: 112),
      owners: [900])
    sample.add(
      Socket(
        .udp, local: v4(10, 0, 0, 5, 40001), remote: v4(8, 8, 8, 8, 53), state: .established,
        inode: 113), owners: [77])
    sample.name(812, "sshd")
    for pid: Int32 in 640...644 { sample.name(pid, "nginx") }
    sample.name(990, "postgres")
    sample.name(1201, "psql")
    sample.name(900, "dnsmasq")
    return sample.listing
  }()

  /// What processes may call themselves: edge cases E51 to E57.
  static let hostileNames: [[UInt8]] =
    [
      "a) S 1 2 (b", ")))", "(((", "sleep (2) .sh", "tmux: server", "Plex Media Serv", "two\nlines",
      "\u{1b}[31mred\u{1b}[0m", "\u{1b}]0;title\u{7}", "a\tb", "back\\slash", "del\u{7f}",
      "c1\u{9b}31m", "\u{202e}gnp.exe", "zero\u{200b}width", "\u{2066}iso\u{2069}", "", " ", "a ",
      "fifteen-bytes15", "日本語", "e\u{301}t", "naïve", "\\x1b", "\u{feff}bom", "\r\rcr",
      "semi;colon", "comma,\"q\"", "\u{e0041}tag",
    ].map { Array($0.utf8) } + [
      [0xff, 0xfe], [0x61, 0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x9b, 0x33, 0x31, 0x6d],
      [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x80],
    ]

  static let hostile: Listing = {
    var sample = Sample()
    for (index, name) in hostileNames.enumerated() {
      let pid = Int32(100 + index)
      sample.add(
        Socket(
          .tcp, local: v4(127, 0, 0, 1, 4000 + UInt16(index)), remote: none4, state: .listening,
          sendQueue: 1, inode: UInt64(3_000_000_000 + index), cookie: 1), owners: [pid])
      sample.snapshot.names.processes[pid] = ProcessName(name: name, command: name + [0, 0x78, 0])
    }
    return sample.listing
  }()

  /// The plain listing with all that netlink tells.
  static let detailed: Listing = {
    var listing = plain
    listing.snapshot.congestionNames = ["cubic", "bbr"]
    listing.snapshot.names.cgroups = [42: "/system.slice/ssh.service"]
    listing.snapshot.details = listing.snapshot.sockets.indices.map { index in
      var details = SocketDetails()
      details.cgroup = index % 2 == 0 ? 42 : 43
      details.mark = index == 0 ? 7 : nil
      details.tos = 16
      details.shutdown = index == 6 ? 3 : 0
      if index % 2 == 1 { return details }
      var info = TCPInfo()
      info[.rtt] = 45
      info[.snd_cwnd] = 10
      info[.total_retrans] = UInt64(index)
      info[.bytes_sent] = 5_000_000_000
      info[.bytes_retrans] = 1000
      info[.bytes_received] = 1
      details.tcpInfo = info
      var memory = SocketMemory()
      memory[.rcvbuf] = 131_072
      memory[.drops] = 2
      details.memory = memory
      details.congestion = 1
      return details
    }
    return listing
  }()
}

/// A listing in the making.
struct Sample {
  var snapshot = Snapshot(time: Samples.time, host: "web-1")
  private var records: [OwnerIndex.Record] = []
  private var statuses: [OwnerStatus] = []
  private var holders: [UInt64] = []

  init() {
    snapshot.names.users = [0: "root", 33: "www-data"]
    snapshot.names.interfaces = [1: "lo"]
    for (name, port) in [("ssh", 22), ("domain", 53), ("http", 80), ("https", 443)] {
      snapshot.names.services.add(name, port: UInt16(port), .tcp)
    }
    snapshot.names.services.add("domain", port: 53, .udp)
    snapshot.names.services.add("postgresql", port: 5432, .tcp)
  }

  mutating func name(_ pid: Int32, _ name: String) {
    snapshot.names.processes[pid] = ProcessName(name: Array(name.utf8))
  }

  /// A queued row's owners are the listener's: they stand under a number of their own.
  mutating func add(_ socket: Socket, owners: [Int32] = [], status: OwnerStatus = .known) {
    let holder = socket.inode == 0 ? 900_000 + UInt64(statuses.count) : socket.inode
    for pid in owners {
      records.append(.init(inode: holder, pid: pid, descriptor: 3))
      records.append(.init(inode: holder, pid: pid, descriptor: 5))
    }
    snapshot.sockets.append(socket)
    statuses.append(status)
    holders.append(holder)
  }

  var listing: Listing {
    var snapshot = snapshot
    snapshot.ownerIndex = OwnerIndex(records)
    snapshot.owners = zip(statuses, holders).map { status, holder in
      Snapshot.RowOwners(status, slot: snapshot.ownerIndex.slot(inode: holder))
    }
    return Listing(snapshot, rows: Array(0..<UInt32(snapshot.sockets.count)))
  }
}

extension Endpoint {
  func with(_ port: UInt16) -> Endpoint { Endpoint(address, port) }
}

/// All that a renderer writes.
func written(_ write: ((Span<UInt8>) -> Void) -> Void) -> [UInt8] {
  var bytes: [UInt8] = []
  write { span in for index in span.indices { bytes.append(span[index]) } }
  return bytes
}

func lines(_ bytes: [UInt8]) -> [String] {
  String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    .map(String.init)
}
