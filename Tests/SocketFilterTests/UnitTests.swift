import SocketFilter
import SocketModel
import Testing

@Suite struct UnitTests {
  @Test(arguments: [
    ("rtt>10ms", "rtt>10000"), ("rtt<=1.5MS", "rtt<=1500"), ("rtt=5us", "rtt=5"),
    ("min_rtt>0.25s", "min_rtt>250000"), ("rto<1m", "rto<60000000"),
    ("last_data_recv>30s", "last_data_recv>30000"), ("timer_expires<2000us", "timer_expires<2"),
    ("last_data_recv>1h", "last_data_recv>3600000"),
    ("last_data_sent>1.5D", "last_data_sent>129600000"),
    ("rtt<2h", "rtt<7200000000"), ("min_rtt<1d", "min_rtt<86400000000"),
    ("recv_q>64k", "recv_q>65536"), ("tx_bytes>=1.5G", "tx_bytes>=1610612736"),
    ("rmem_alloc=1m-2m", "rmem_alloc=1048576-2097152"),
    ("rx_bytes!=1k,2k-", "rx_bytes!=1024,2048-"),
    ("delivery_rate>100mbit", "delivery_rate>12500000"), ("pacing_rate<8bit", "pacing_rate<1"),
    ("pacing_rate<0.5k", "pacing_rate<512"), ("delivery_rate>1.5gbit", "delivery_rate>187500000"),
    ("sndbuf=-4m", "sndbuf=-4194304"),
  ])
  func unitsAreTheFieldsOwnTimesSoMany(text: String, plain: String) throws {
    let (filter, expected) = (try filter(text), try filter(plain))
    #expect(same(filter, expected), "\(filter) is not \(expected)")
    #expect(try SocketFilterTests.filter("\(filter)") == filter)
  }

  /// Rows at and beside each bound tell two filters apart.
  private func same(_ a: Filter, _ b: Filter) -> Bool {
    let numbers = "\(b)".split { !$0.isNumber && $0 != "." }.compactMap { UInt64($0) }
    let near: [UInt64] =
      numbers.flatMap { number -> [UInt64] in [number &- 1, number, number + 1] } + [0]
    return near.allSatisfy { number in
      let snapshot = everyNumber(number)
      return a.matches(snapshot[0]) == b.matches(snapshot[0])
    }
  }

  /// A socket whose every count is this number.
  private func everyNumber(_ number: UInt64) -> Snapshot {
    var socket = tcp("10.0.0.5:443", "10.0.0.9:50000")
    socket.receiveQueue = UInt32(clamping: number)
    socket.sendQueue = socket.receiveQueue
    socket.timer = SocketTimer(
      kind: .keepalive, expires: UInt32(clamping: number), retransmits: 0)
    var info: [TCPInfoMember: UInt64] = [:]
    for member in TCPInfoMember.allCases { info[member] = number }
    info[.bytes_retrans] = 0
    var memory: [MemoryMember: UInt64] = [:]
    for member in MemoryMember.allCases { memory[member] = number }
    var attributes = AttributeWriter()
    attributes.append(info, memory: memory)
    var builder = SnapshotBuilder()
    builder.table.append(socket, attributes: attributes.bytes.span)
    return builder.frozen()
  }

  @Test(
    arguments: [
      ("rtt>10mss", "10mss", "rtt", "10ms"), ("rtt>ms", "ms", "rtt", "10ms"),
      ("rtt>.5ms", ".5ms", "rtt", "10ms"), ("rtt>5.ms", "5.ms", "rtt", "10ms"),
      ("rtt>0.5us", "0.5us", "rtt", "10ms"), ("rtt>10k", "10k", "rtt", "10ms"),
      ("recv_q>99999999999999999t", "99999999999999999t", "recv_q", "64k"),
      ("recv_q>10ms", "10ms", "recv_q", "64k"),
      ("recv_q>1.0000000001g", "1.0000000001g", "recv_q", "64k"),
      ("delivery_rate>10mbps", "10mbps", "delivery_rate", "100mbit"),
      ("uid>1k", "1k", "uid", nil), ("snd_cwnd>1k", "1k", "snd_cwnd", nil),
      ("pid=1k", "1k", "pid", nil),
      ("drops>1k", "1k", "drops", nil),
    ] as [(String, String, String, String?)])
  func whatIsNoUnitOfTheFieldIsNoNumber(
    text: String, value: String, field: String, example: String?
  ) {
    let error = #expect(throws: FilterError.self) { try filter(text) }
    #expect(error?.reason == .notANumber(value, field: field, withUnit: example))
  }

  @Test func theMessageNamesAUnit() {
    let error = #expect(throws: FilterError.self) { try filter("rtt>10mss") }
    #expect(
      error?.reason.description
        == "invalid number '10mss': 'rtt' takes a number like 5, 5-10, 5- or -5, "
        + "also with a unit as in 10ms")
  }
}
