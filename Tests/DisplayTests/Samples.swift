import TestSupport

@testable import Display
@testable import SocketModel

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
  static let plain = plainSample.listing

  static let plainSample: Sample = {
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
    return sample
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

  static let hostile = hostileSample.listing

  static let hostileSample: Sample = {
    var sample = Sample()
    for (index, name) in hostileNames.enumerated() {
      let pid = Int32(100 + index)
      sample.add(
        Socket(
          .tcp, local: v4(127, 0, 0, 1, 4000 + UInt16(index)), remote: none4, state: .listening,
          sendQueue: 1, inode: UInt64(3_000_000_000 + index), cookie: 1), owners: [pid])
      sample.names.processes[pid] = ProcessName(name: name, command: name + [0, 0x78, 0])
    }
    return sample
  }()

  /// The plain listing with all that netlink tells.
  static let detailed: Listing = {
    var sample = plainSample
    sample.names.cgroups = [42: CgroupName("/system.slice/ssh.service")]
    sample.attributes = sample.sockets.indices.map { index in
      var attributes = AttributeBytes()
      attributes.cgroup = index % 2 == 0 ? 42 : 43
      attributes.mark = index == 0 ? 7 : nil
      attributes.tos = 16
      attributes.shutdown = index == 6 ? 3 : 0
      if index % 2 == 1 { return attributes.bytes }
      attributes.info = [
        .rtt: 45, .snd_cwnd: 10, .total_retrans: UInt64(index), .bytes_sent: 5_000_000_000,
        .bytes_retrans: 1000, .bytes_received: 1,
      ]
      attributes.memory = [.rcvbuf: 131_072, .drops: 2]
      attributes.congestion = Array("bbr".utf8)
      return attributes.bytes
    }
    return sample.listing
  }()
}

extension Samples {
  /// A row of which everything is as long as it can be, and every byte that others chose is escaped.
  static let longest: Listing = {
    var sample = Sample()
    let escape = "\u{1b}"
    sample.add(
      Socket(
        .udp, local: v6("1111:2222:3333:4444:5555:6666:7777:8888", .max),
        remote: v6("1111:2222:3333:4444:5555:6666:7777:8888", .max), state: .closed,
        receiveQueue: .max, sendQueue: .max, rawUID: .max, inode: .max, cookie: .max,
        interface: .max, timer: SocketTimer(kind: .keepalive, expires: .max, retransmits: .max),
        v6Only: .no), owners: [.max - 1, .max], status: .queued)
    sample.add(
      Socket(
        .tcp, local: v6("fe80:2222:3333:4444:5555:6666:7777:8888", .max),
        remote: v6("fe80:2222:3333:4444:5555:6666:7777:8888", .max), state: .synReceived,
        rawUID: .max - 1, inode: .max - 1, interface: .max - 1,
        timer: SocketTimer(kind: .init(rawValue: .max), expires: .max, retransmits: .max)),
      status: .hidden)
    sample.names.users = [.max: String(repeating: escape, count: 256)]
    sample.names.interfaces = [InterfaceKey(index: .max): String(repeating: escape, count: 15)]
    sample.names.cgroups = [.max: CgroupName(String(repeating: escape, count: 4095))]
    for pid in [Int32.max - 1, .max] {
      sample.names.processes[pid] = ProcessName(
        name: [UInt8](repeating: 0xff, count: 15), command: [UInt8](repeating: 1, count: 100_000))
    }
    sample.attributes = [UInt64.max, .max - 1].map { cgroup in
      var attributes = AttributeBytes()
      for member in TCPInfoMember.allCases { attributes.info[member] = .max - 1 }
      for member in MemoryMember.allCases { attributes.memory[member] = .max - 1 }
      attributes.congestion = [UInt8](repeating: 1, count: 16)
      attributes.cgroup = cgroup
      attributes.mark = .max
      attributes.tos = .max
      attributes.shutdown = .max
      return attributes.bytes
    }
    return sample.listing
  }()
}

/// A listing in the making.
struct Sample {
  var host = "web-1"
  var time = Samples.time
  var names = Names()
  private(set) var sockets: [Socket] = []
  /// What netlink adds to each row; empty where it was not asked.
  var attributes: [[UInt8]] = []
  var asksOwners = true
  private var records: [OwnerIndex.Record] = []
  private var statuses: [OwnerStatus] = []
  private var holders: [UInt64] = []

  init() {
    names.users = [0: "root", 33: "www-data"]
    names.interfaces = [InterfaceKey(index: 1): "lo"]
    for (name, port) in [("ssh", 22), ("domain", 53), ("http", 80), ("https", 443)] {
      names.services.add(name, port: UInt16(port), .tcp)
    }
    names.services.add("domain", port: 53, .udp)
    names.services.add("postgresql", port: 5432, .tcp)
  }

  mutating func name(_ pid: Int32, _ name: String) {
    names.processes[pid] = ProcessName(name: Array(name.utf8))
  }

  /// Each owner holds it by two descriptors. A queued row's owners are the listener's: they are found
  /// by a number of their own.
  mutating func add(_ socket: Socket, owners: [Int32] = [], status: OwnerStatus = .known) {
    let holder = socket.inode == 0 ? 900_000 + UInt64(statuses.count) : socket.inode
    for pid in owners {
      records.append(.init(inode: holder, pid: pid, descriptor: 3))
      records.append(.init(inode: holder, pid: pid, descriptor: 5))
    }
    sockets.append(socket)
    statuses.append(status)
    holders.append(holder)
  }

  var listing: Listing {
    var builder = SnapshotBuilder(time: time, host: host)
    builder.names = names
    for (row, socket) in sockets.enumerated() {
      if attributes.isEmpty {
        builder.table.append(socket)
      } else {
        let bytes = attributes[row]
        builder.table.append(socket, attributes: bytes.span)
      }
    }
    if asksOwners {
      let index = OwnerIndex(records)
      builder.ownerIndex = index
      builder.owners = zip(statuses, holders).map { status, holder in
        RowOwners(status, slot: index.slot(inode: holder))
      }
    }
    return Listing(builder.frozen(), rows: Array(0..<UInt32(sockets.count)))
  }
}

extension Endpoint {
  func with(_ port: UInt16) -> Endpoint {
    Endpoint(address ?? .unspecified(.ipv4), port)
  }
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

/// The records of CSV (RFC 4180, section 2).
func parsedCSV(_ bytes: [UInt8]) -> [[String]] {
  var records: [[String]] = []
  var record: [String] = []
  var cell: [UInt8] = []
  var isQuoted = false
  var rest = bytes[...]
  while let byte = rest.popFirst() {
    switch (byte, isQuoted) {
    case (UInt8(ascii: "\""), true) where rest.first == byte: cell.append(rest.removeFirst())
    case (UInt8(ascii: "\""), _): isQuoted.toggle()
    case (UInt8(ascii: ","), false), (UInt8(ascii: "\n"), false):
      record.append(String(decoding: cell, as: UTF8.self))
      cell = []
      if byte == UInt8(ascii: "\n") {
        records.append(record)
        record = []
      }
    case (UInt8(ascii: "\r"), false): continue
    default: cell.append(byte)
    }
  }
  return records
}

/// `\xNN` and `\\` back to bytes.
func unescapedJSON(_ text: String) -> [UInt8] {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "\\") else {
      bytes.append(byte)
      continue
    }
    if rest.popFirst() == UInt8(ascii: "x") {
      bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
      rest = rest.dropFirst(2)
    } else {
      bytes.append(byte)
    }
  }
  return bytes
}
