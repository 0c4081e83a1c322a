import SocketFilter
import TestSupport
import Watch

@testable import SocketModel

/// A host that was made up, whose snapshots are the same on every machine.
struct SyntheticHost {
  private var names = Names()
  private var sockets: [Socket] = []
  /// What netlink adds to each row.
  private var attributes: [AttributeBytes] = []
  /// Without it the source counts no bytes, as /proc does not.
  var hasAttributes = true
  private var records: [OwnerIndex.Record] = []
  private var nextInode: UInt64 = 5000
  var hiddenCause: HiddenCause? = .notPrivileged
  var namespaces = [NetworkNamespace()]

  static let v4 = IPAddress(v4: 0x0a00_0005)

  init() {
    names.users = [0: "root", 33: "www-data", 1000: "ada"]
    names.services.add("ssh", port: 22, .tcp)
    names.services.add("https", port: 443, .tcp)
    names.cgroups = [77: CgroupName("/system.slice/nginx.service")]
    for (pid, name, command) in [
      (640, "nginx", "nginx: worker\0"), (812, "sshd", "/usr/sbin/sshd\0-D\0"),
      (990, "postgres", "/usr/bin/postgres\0"), (1201, "psql", "psql\0-h\0localhost\0"),
      (1300, "tmux: \u{1b}[31mred", "tmux\0"),
    ] as [(Int32, String, String)] {
      names.processes[pid] = ProcessName(
        name: Array(name.utf8), command: Array(command.utf8))
    }
  }

  /// Adds a row with its own cookie and inode; `bytes` are what it received and sent.
  mutating func add(
    _ local: Endpoint, _ remote: Endpoint, _ state: TCPState = .established, pid: Int32?,
    cookie: UInt64, bytes: (UInt64, UInt64) = (0, 0),
    queues: (UInt32, UInt32) = (0, 0), uid: UInt32 = 0, v6Only: Socket.V6Only = .unknown,
    kind: SocketKind = .tcp, info: [TCPInfoMember: UInt64] = [:], namespace: UInt16 = 0
  ) {
    let hasInode = state != .timeWait
    nextInode += 1
    sockets.append(
      Socket(
        kind, local: local, remote: remote, state: state, receiveQueue: queues.0,
        sendQueue: queues.1, rawUID: uid, inode: hasInode ? nextInode : 0, cookie: cookie,
        v6Only: v6Only, namespace: namespace))
    if let pid, hasInode {
      records.append(OwnerIndex.Record(inode: nextInode, pid: pid, descriptor: 7))
    }
    var attributes = AttributeBytes()
    attributes.cgroup = 77
    attributes.congestion = Array("cubic".utf8)
    if hasInode && kind == .tcp { attributes.info = Self.members(bytes).merging(info) { $1 } }
    self.attributes.append(attributes)
  }

  /// Has another process hold the last row's socket as well.
  mutating func shareLast(with pid: Int32) {
    records.append(OwnerIndex.Record(inode: nextInode, pid: pid, descriptor: 7))
  }

  /// A `tcp_info` that counted these payload bytes received and sent.
  static func info(_ bytes: (UInt64, UInt64)) -> TCPInfo { TCPInfo(members: members(bytes)) }

  static func members(_ bytes: (UInt64, UInt64)) -> [TCPInfoMember: UInt64] {
    [
      .bytes_received: bytes.0, .bytes_sent: bytes.1 + 1448, .bytes_retrans: 1448,
      .bytes_acked: bytes.1 + 2, .rtt: 1234, .rttvar: 310, .min_rtt: 890, .rto: 204_000,
      .snd_cwnd: 10, .snd_mss: 1448, .unacked: 3, .total_retrans: 1, .last_data_sent: 1200,
      .last_data_recv: 40, .last_ack_recv: 40, .snd_wnd: 65_536, .delivery_rate: 1_250_000,
      .busy_time: 1000, .rwnd_limited: 250, .data_segs_in: bytes.0 > 0 ? 1 : 0,
    ]
  }

  /// The snapshot with its owners, so many seconds after the first.
  func joined(second: Int64 = 0) -> Snapshot {
    var builder = SnapshotBuilder(
      time: Timestamp(seconds: 1_763_804_669 + second, nanoseconds: 250_000_000), host: "web1")
    builder.names = names
    builder.namespaces = namespaces
    for (socket, attributes) in zip(sockets, attributes) {
      if hasAttributes {
        let bytes = attributes.bytes
        builder.table.append(socket, attributes: bytes.span)
      } else {
        builder.table.append(socket)
      }
    }
    builder.join(OwnerIndex(records), listeners: sockets, hiddenCause: hiddenCause)
    return builder.frozen()
  }

  static let standard: SyntheticHost = make()
  static let later: SyntheticHost = make(isLater: true)

  /// A web server with a database; later one connection closed, one opened, one changed, one moved
  /// bytes.
  private static func make(isLater: Bool = false) -> SyntheticHost {
    var host = SyntheticHost()
    let loopback = IPAddress.loopback(.ipv4)
    let client = IPAddress(v4: 0xc633_6407)
    let far = IPAddress(v6: 0x2001_0db8_0001_0002_aaaa_bbbb_cccc_dddd)
    let mapped = IPAddress(v6: 0xffff_0a00_0005)
    let moved: UInt64 = isLater ? 1_234_567 : 0
    host.add(
      Endpoint(.unspecified(.ipv4), 22), .unspecified(.ipv4), .listening, pid: 812, cookie: 1,
      queues: (0, 128))
    host.add(
      Endpoint(.unspecified(.ipv6), 443), .unspecified(.ipv6), .listening, pid: 640, cookie: 2,
      queues: (12, 511), uid: 33, v6Only: .no)
    host.add(
      Endpoint(loopback, 5432), .unspecified(.ipv4), .listening, pid: 990, cookie: 3,
      queues: (0, 200))
    host.add(
      Endpoint(loopback, 5432), Endpoint(loopback, 53412), pid: 990, cookie: 4,
      bytes: (4000, 10_000 + moved))
    host.add(
      Endpoint(loopback, 53412), Endpoint(loopback, 5432), pid: 1201, cookie: 5,
      bytes: (10_000 + moved, 4000), queues: (0, 48))
    host.add(
      Endpoint(mapped, 443), Endpoint(IPAddress(v6: 0xffff_c633_6407), 40_000), pid: 640, cookie: 6,
      bytes: (500, 900), uid: 33)
    host.add(Endpoint(v4, 22), Endpoint(client, 51_000), pid: nil, cookie: 7, uid: 1000)
    host.add(
      Endpoint(v4, 40_100), Endpoint(client, 443), isLater ? .closeWait : .established, pid: 1300,
      cookie: 8, uid: 1000)
    if isLater {
      host.add(Endpoint(far, 443), Endpoint(far, 60_000), pid: 640, cookie: 10, bytes: (200, 2000))
    } else {
      host.add(Endpoint(v4, 40_200), Endpoint(client, 443), pid: 1300, cookie: 9, bytes: (10, 20))
    }
    return host
  }
}

/// The ports of a filter in a test: names that need no lookup.
struct NoNames: FilterNames {
  func ports(service: String) -> Set<UInt16> { service == "https" ? [443] : [] }
  var serviceNames: [String] { ["https"] }
  func uid(user: String) -> UInt32? { user == "root" ? 0 : nil }
  var userNames: [String] { ["root"] }
  func interface(_ name: String) -> UInt32? { nil }
  var interfaceNames: [String] { [] }
  func addresses(host: String) -> [IPAddress] { [] }
  func cgroup(path: String) -> UInt64? { nil }
  func localPortRange() -> ClosedRange<UInt16> { 32768...60999 }
}

extension WatchState {
  /// A view of a synthetic host.
  static func synthetic(_ change: (inout WatchSettings) -> Void = { _ in }) -> WatchState {
    var settings = WatchSettings(Query())
    change(&settings)
    return WatchState(settings, filter: .everything, text: "") { text throws(FilterError) in
      try Filter(parsing: text, names: NoNames())
    }
  }

  mutating func show(_ host: SyntheticHost, second: Int64) {
    update(host.joined(second: second), answering: query, at: .seconds(second))
  }

  /// Presses one key a character.
  mutating func type(_ text: String) {
    for scalar in text.unicodeScalars { _ = press(.character(scalar)) }
  }

  func screen(_ columns: Int, _ rows: Int) -> String {
    var copy = self
    return copy.frame(ScreenSize(columns: columns, rows: rows)).text
  }
}
