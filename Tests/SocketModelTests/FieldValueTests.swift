import SocketModel
import Testing

/// What the catalogue's readers say of one row that holds everything, and of one that holds nothing.
@Suite struct FieldValueTests {
  private static let full: Row = {
    let socket = Socket(
      .tcp, local: Endpoint(.loopback(.ipv4), 443), remote: Endpoint(IPAddress(v4: 9), 50000),
      state: .established, receiveQueue: 1, sendQueue: 2, rawUID: 33, inode: 10, cookie: 77,
      interface: 2,
      timer: SocketTimer(kind: .keepalive, expires: 1500, retransmits: 3), v6Only: .yes)
    var attributes = AttributeWriter()
    attributes.append(.mark, native(0x10))
    attributes.append(.tos, [16])
    attributes.append(.trafficClass, [32])
    attributes.append(.shutdown, [3])
    attributes.append(.cgroup, native(5) + native(0))
    attributes.append(.congestion, Array("cubic".utf8) + [0])
    attributes.append(
      [.rtt: 45, .bytes_sent: 100, .bytes_retrans: 10, .bytes_received: 7], memory: [.drops: 2])
    var builder = SnapshotBuilder()
    builder.table.append(socket, attributes: attributes.bytes.span)
    builder.join(
      OwnerIndex([
        .init(inode: 10, pid: 640, descriptor: 7), .init(inode: 10, pid: 640, descriptor: 6),
        .init(inode: 10, pid: 641, descriptor: 5),
      ]), listeners: [], hiddenCause: nil)
    builder.names.processes[640] = ProcessName(
      name: Array("nginx".utf8), command: Array("nginx\0-g\0".utf8))
    return builder.frozen()[0]
  }()

  @Test(
    arguments: [
      (.proto, "tcp"), (.family, "ipv4"), (.localAddress, "127.0.0.1"), (.localPort, "443"),
      (.remoteAddress, "0.0.0.9"), (.remotePort, "50000"), (.interface, "2"),
      (.state, "ESTABLISHED"), (.receiveQueue, "1"), (.sendQueue, "2"), (.uid, "33"),
      (.user, "33"), (.inode, "10"), (.ownerStatus, "known"), (.owners, "640 641"), (.pid, "640"),
      (.process, "nginx"), (.command, "nginx -g"), (.fds, "6 7"), (.timer, "keepalive"),
      (.timerExpires, "1500"), (.timerRetransmits, "3"), (.cookie, "77"), (.v6only, "true"),
      (.cgroup, "5"), (.mark, "16"), (.tos, "16"), (.trafficClass, "32"), (.shutdown, "3"),
      (.congestion, "cubic"), (.txBytes, "90"), (.rxBytes, "7"), (.tcpInfo(.rtt), "45"),
      (.tcpInfo(.rto), "absent"), (.memory(.drops), "2"), (.memory(.sndbuf), "absent"),
    ] as [(Field, String)])
  func whatTheRowHolds(field: Field, text: String) {
    #expect(Self.text(field, Self.full) == text)
  }

  /// A socket that nothing was asked of beyond the row, in TIME_WAIT.
  @Test func whatIsUnknownIsAbsent() {
    let end = Endpoint.unspecified(.ipv6)
    let row = SnapshotBuilder(sockets: [Socket(.tcp, local: end, remote: end, state: .timeWait)])
      .frozen()[0]
    let known: Set<Field> = [
      .proto, .family, .localAddress, .localPort, .remoteAddress, .remotePort, .state,
      .receiveQueue, .sendQueue, .timer, .timerRetransmits, .ip(.local), .ip(.remote),
    ]
    for field in Field.all {
      #expect((Self.text(field, row) == "absent") == !known.contains(field), "\(field.name)")
    }
  }

  @Test func whatHasNoNameIsANumber() {
    let end = Endpoint.unspecified(.ipv4)
    var socket = Socket(.tcp, local: end, remote: end, state: TCPState(rawValue: 40))
    socket.timer = SocketTimer(kind: .init(rawValue: 9), expires: 0, retransmits: 0)
    let row = SnapshotBuilder(sockets: [socket]).frozen()[0]
    #expect(Self.text(.state, row) == "40")
    #expect(Self.text(.timer, row) == "9")
    socket.state = .closed
    socket.kind = .udp
    #expect(Self.text(.state, SnapshotBuilder(sockets: [socket]).frozen()[0]) == "UNCONNECTED")
  }

  /// An end that is no IP address has none, nor a family.
  @Test func anEndThatIsNoAddressHasNone() {
    let socket = Socket(
      .tcp, local: .name(1, isAbstract: false), remote: .none, state: .listening)
    let row = SnapshotBuilder(sockets: [socket]).frozen()[0]
    for field in [Field.family, .localAddress, .remoteAddress] {
      #expect(Self.text(field, row) == "absent")
    }
  }

  /// What is at hand for many rows says what the catalogue does.
  @Test func aReaderAtHandIsTheFields() {
    for field in Field.all {
      let value = FieldReader(field).value(of: Self.full)
      #expect(Self.text(value, Self.full) == Self.text(field, Self.full), "\(field.name)")
    }
    #expect(FieldReader(.tcpInfo(.rtt)) == FieldReader(.tcpInfo(.rtt)))
    #expect(FieldReader(.tcpInfo(.rtt)) != FieldReader(.tcpInfo(.rto)))
  }

  /// The value as a table would show it.
  private static func text(_ field: Field, _ row: Row) -> String { text(field.value(of: row), row) }

  private static func text(_ value: Value, _ row: Row) -> String {
    switch value {
    case .absent, .unknown: return "absent"
    case .number(let number): return "\(number)"
    case .flag(let flag): return "\(flag)"
    case .address(let address): return "\(address)"
    case .word(let text), .text(let text): return "\(text)"
    case .name(let thing):
      let names = row.snapshot.names
      return names.bytes(thing).map { String(decoding: $0, as: UTF8.self) }
        ?? thing.number.map { "\($0)" } ?? "absent"
    case .descriptors(let slot):
      let first = row.snapshot.ownerIndex.owners(at: slot).first
      return first?.descriptors.map { "\($0)" }.joined(separator: " ") ?? "absent"
    case .owners(let slot):
      let pids = row.snapshot.ownerIndex.owners(at: slot).map { "\($0.pid)" }
      return pids.joined(separator: " ")
    }
  }
}

/// The bytes of a number in the machine's order.
func native(_ number: UInt32) -> [UInt8] {
  [UInt8](capacity: 4) { $0.append(native: number) }
}
