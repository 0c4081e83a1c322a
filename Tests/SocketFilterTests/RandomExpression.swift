import SocketFilter
import SocketModel
import TestSupport

/// Makes expressions and sockets from few values, so that they meet.
struct RandomExpressions {
  var generator: SeededGenerator
  private let names = SampleNames()

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  private static let terms = [
    "22", ":443", ":https", ":400-500", "1024-", "10.0.0.5", "10.0.0.0/8", "10.0.0.0/29", "::1",
    "::ffff:10.0.0.5", "[::1]:443", "10.0.0.5:443", "*:22", "::", "0.0.0.0", "localhost:80",
    "fe80::/10", "listening", "established", "SYN_RECV", "time-wait", "closed", "bound",
    "connected", "synchronized", "bucket", "big", "all", "tcp", "udp", "ipv4", "ipv6", "exposed",
    "loopback",
    "autobound", "nginx", "n*", "sshd", "process=sshd", "pid=1", "pid!=1", "fd=3", "uid=33",
    "user!=root", "user=www*", "inode=0", "inode>1", "recv_q>0", "cookie=0", "rtt>1000",
    "timer=off", "v6only=true", "owner_status=hidden", "command=*-D*", "dev lo", "dev != lo",
    "reaches=10.0.0.5:443", "reaches=[::1]:22", "reaches=127.0.0.1", "lport=22,443",
    "lport!=22,443,80", "rport<1024", "rport>=443", "sport = :22", "dport ge :443", "sport !=22",
    "src 10/8", "dst [::1]", "src 10.0.0.5:22", "dst != 10.0.0.5", "local=inet6:*",
    "remote=inet:10.0.0.5", "src :443", "dst *", "port=22", "port!=443", "address=10.0.0.5,::1",
    "state=listening,closed", "state!=established", "family=ipv4", "protocol!=udp",
    "local=fe80::1%lo", "state=14", "cgroup=/system.slice", "fwmark=0x1/0x3",
  ]

  private static let ports: [UInt16] = [0, 22, 80, 443, 450, 1024, 40000, 65535]
  private static let hosts = [
    "0.0.0.0", "10.0.0.5", "10.0.0.9", "11.0.0.1", "127.0.0.1", "::", "::1", "fe80::1",
    "::ffff:10.0.0.5", "::ffff:0.0.0.0", "2001:db8::5",
  ].compactMap { IPAddress($0) }
  private static let states =
    TCPState.named + [0, 1, 1, 10, 12, 14, 40, 255].map { TCPState(rawValue: $0) }

  mutating func expression(depth: Int = 0) -> String {
    let kind = Int.random(in: 0..<(depth > 3 ? 4 : 12), using: &generator)
    switch kind {
    case 0..<4: return Self.terms.randomElement(using: &generator) ?? "all"
    case 4, 5: return "\(expression(depth: depth + 1)) \(expression(depth: depth + 1))"
    case 6: return "\(expression(depth: depth + 1)) and \(expression(depth: depth + 1))"
    case 7, 8: return "\(expression(depth: depth + 1)) or \(expression(depth: depth + 1))"
    case 9: return "not \(expression(depth: depth + 1))"
    case 10: return "!(\(expression(depth: depth + 1)))"
    default:
      let word = Bool.random(using: &generator) ? "state established" : "exclude listening"
      return "(\(word) \(expression(depth: depth + 1)))"
    }
  }

  /// A filter that can be read: terms that contradict each other are refused.
  mutating func filter() -> Filter {
    while true {
      if let filter = try? Filter(parsing: [expression()], names: names) { return filter }
    }
  }

  mutating func snapshot(rows: Int) -> Snapshot {
    var builder = SnapshotBuilder(sockets: (0..<rows).map { _ in socket() })
    let index = OwnerIndex([
      .init(inode: 1, pid: 1, descriptor: 3), .init(inode: 1, pid: 2, descriptor: 4),
      .init(inode: 2, pid: 2, descriptor: 3), .init(inode: 3, pid: 3, descriptor: 0),
    ])
    builder.names.processes = [
      1: ProcessName(name: Array("nginx".utf8)),
      2: ProcessName(name: Array("sshd".utf8), command: Array("/usr/sbin/sshd\0-D\0".utf8)),
    ]
    builder.names.users = [33: "www-data"]
    builder.join(index, listeners: [], hiddenCause: nil)
    for (row, socket) in builder.sockets.enumerated() {
      let slot = index.slot(inode: socket.inode)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: builder.setOwners(RowOwners(.hidden), of: row)
      case 1: builder.setOwners(RowOwners(.none), of: row)
      default:
        let status: OwnerStatus = slot == OwnerIndex.none ? .queued : .known
        builder.setOwners(RowOwners(status, slot: slot), of: row)
      }
    }
    return builder.frozen()
  }

  private mutating func socket() -> Socket {
    var socket = Socket(
      Bool.random(using: &generator) ? .tcp : .udp, local: endpoint(), remote: endpoint(),
      state: Self.states.randomElement(using: &generator) ?? .established)
    socket.inode = UInt64.random(in: 0...4, using: &generator)
    socket.rawUID = [0, 33, 1000].randomElement(using: &generator) ?? 0
    socket.interface = UInt32.random(in: 0...1, using: &generator)
    socket.receiveQueue = UInt32.random(in: 0...1, using: &generator)
    socket.v6Only = [.unknown, .no, .yes].randomElement(using: &generator) ?? .no
    return socket
  }

  private mutating func endpoint() -> Endpoint {
    Endpoint(
      Self.hosts.randomElement(using: &generator) ?? .unspecified(.ipv6),
      Self.ports.randomElement(using: &generator) ?? 0)
  }
}
