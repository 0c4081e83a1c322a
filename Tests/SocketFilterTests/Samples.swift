import SocketFilter
import SocketModel

/// The names of a made-up host.
struct SampleNames: FilterNames {
  var services: [String: Set<UInt16>] = [
    "ssh": [22], "http": [80], "https": [443], "domain": [53], "http-alt": [8080],
    "both": [700, 701],
  ]
  var users: [String: UInt32] = ["root": 0, "www-data": 33, "ann": 1000]
  var interfaces: [String: UInt32] = ["lo": 1, "eth0": 2]

  func ports(service: String) -> Set<UInt16> { services[service] ?? [] }
  var serviceNames: [String] { services.keys.sorted() }
  func uid(user: String) -> UInt32? { users[user] }
  var userNames: [String] { users.keys.sorted() }
  func interface(_ name: String) -> UInt32? { interfaces[name] }
  var interfaceNames: [String] { interfaces.keys.sorted() }

  func addresses(host: String) -> [IPAddress] {
    switch host {
    case "localhost": [.loopback(.ipv4), .loopback(.ipv6)]
    case "db.example.com": [IPAddress(v4: 0x0a00_0005)]
    default: []
    }
  }

  func cgroup(path: String) -> UInt64? { path == "/system.slice" ? 77 : nil }
  func localPortRange() -> ClosedRange<UInt16> { 32768...60999 }
}

func filter(_ words: String...) throws -> Filter {
  try Filter(parsing: words, names: SampleNames())
}

/// `10.0.0.5:443` or `[::1]:443`.
func endpoint(_ text: String) -> Endpoint {
  let colon = text.lastIndex(of: ":") ?? text.endIndex
  let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
  let port = UInt16(text[colon...].dropFirst()) ?? 0
  return Endpoint(IPAddress(host) ?? .unspecified(.ipv4), port)
}

func tcp(
  _ local: String, _ remote: String = "", _ state: TCPState = .established, inode: UInt64 = 1,
  uid: UInt32 = 0
) -> Socket {
  let local = endpoint(local)
  let remote = remote.isEmpty ? .unspecified(local.family ?? .ipv4) : endpoint(remote)
  return Socket(
    .tcp, local: local, remote: remote, state: state, rawUID: uid, inode: inode,
    v6Only: local.family == .ipv6 ? .no : .unknown)
}

func udp(
  _ local: String, _ remote: String = "", _ state: TCPState = .closed, inode: UInt64 = 1
) -> Socket {
  var socket = tcp(local, remote, state, inode: inode)
  socket.kind = .udp
  return socket
}

extension Filter {
  func matches(_ socket: Socket) -> Answer {
    matches(SnapshotBuilder(sockets: [socket]).frozen()[0])
  }
}

/// Ten sockets of all kinds, with owners.
let sample = sampleBuilder().frozen()

/// The same to be changed. The owners of rows 2 and 7 are hidden, whatever the cause.
func sampleBuilder(hiddenCause: HiddenCause? = nil) -> SnapshotBuilder {
  var builder = unownedSample()
  let index = OwnerIndex([
    .init(inode: 10, pid: 812, descriptor: 3), .init(inode: 11, pid: 640, descriptor: 6),
    .init(inode: 11, pid: 641, descriptor: 6), .init(inode: 13, pid: 900, descriptor: 4),
    .init(inode: 14, pid: 641, descriptor: 9), .init(inode: 16, pid: 300, descriptor: 12),
    .init(inode: 17, pid: 301, descriptor: 5),
  ])
  builder.join(index, listeners: builder.sockets, hiddenCause: hiddenCause)
  for row in [2, 7] { builder.setOwners(RowOwners(.hidden), of: row) }
  return builder
}

/// The same before anybody asked for owners.
func unownedSample() -> SnapshotBuilder {
  var dualStack = tcp("[::]:443", "", .listening, inode: 11, uid: 33)
  dualStack.v6Only = .no
  var builder = SnapshotBuilder(sockets: [
    tcp("0.0.0.0:22", "", .listening, inode: 10),  // 0: sshd
    dualStack,  // 1: nginx, two processes
    tcp("127.0.0.1:5432", "", .listening, inode: 12, uid: 1000),  // 2: hidden
    tcp("10.0.0.5:22", "10.0.0.9:50000", .established, inode: 13),  // 3: sshd
    tcp("[::ffff:10.0.0.5]:443", "[::ffff:10.0.0.9]:50001", .established, inode: 14, uid: 33),
    tcp("10.0.0.5:443", "10.0.0.7:50002", .timeWait, inode: 0),  // 5: none
    tcp("[::ffff:10.0.0.5]:443", "[::ffff:10.0.0.8]:50003", .established, inode: 0),  // 6: queued
    tcp("127.0.0.1:5432", "127.0.0.1:53412", .established, inode: 15, uid: 1000),  // 7: hidden
    udp("0.0.0.0:53", inode: 16),  // 8: systemd-resolved
    udp("127.0.0.1:323", "127.0.0.1:5000", .established, inode: 17),  // 9: chronyd
  ])
  func process(_ name: String, _ command: String) -> ProcessName {
    ProcessName(name: Array(name.utf8), command: Array((command + "\0").utf8))
  }
  builder.names.processes = [
    812: process("sshd", "/usr/sbin/sshd\0-D"), 900: process("sshd", "sshd: ann@pts/0"),
    640: process("nginx", "nginx: master process"), 641: process("nginx", "nginx: worker process"),
    300: process("systemd-resolve", "/lib/systemd/systemd-resolved"),
    301: process("chronyd", "/usr/sbin/chronyd\0-F\01"),
  ]
  builder.names.users = [0: "root", 33: "www-data", 1000: "ann"]
  builder.names.interfaces = [InterfaceKey(index: 1): "lo", InterfaceKey(index: 2): "eth0"]
  return builder
}

/// The rows of the sample that answer yes.
func rows(_ words: String..., in snapshot: Snapshot = sample) throws -> [Int] {
  let filter = try Filter(parsing: words, names: SampleNames())
  return (0..<snapshot.count).filter { filter.matches(snapshot[$0]) == .yes }
}
