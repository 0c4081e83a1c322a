import KernelFormats
import SocketModel
import TestSupport
import Testing

struct BPFHeldRecordTests {
  private struct Ends {
    var local: [UInt8] = []
    var remote: [UInt8] = []
  }

  private func record(
    family: UInt16, ipv4: Ends = Ends(), ipv6: Ends = Ends(), protocol: UInt16 = 6,
    state: UInt64 = 7, port: UInt16 = 7003
  ) -> [UInt8] {
    func padded(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
      bytes + [UInt8](repeating: 0, count: count - bytes.count)
    }
    return NetlinkBytes.native(UInt64(0x1_0003_2a52)) + NetlinkBytes.native(UInt32(0xf000_0001))
      + NetlinkBytes.native(UInt32(1000)) + NetlinkBytes.native(UInt32(3))
      + NetlinkBytes.native(family) + NetlinkBytes.native(port) + padded(ipv4.local, 8)
      + padded(ipv6.local, 16) + padded(ipv4.remote, 8) + padded(ipv6.remote, 16)
      + NetlinkBytes.native(UInt32(4711)) + NetlinkBytes.native(UInt32(9))
      + NetlinkBytes.native(UInt32(2)) + [0x01, 0xbb] + NetlinkBytes.native(`protocol`)
      + NetlinkBytes.native(state)
  }

  private static let v6: [UInt8] = [0x20, 0x01, 0x0d, 0xb8] + Array(repeating: 0, count: 11)

  @Test func recordsAreSockets() throws {
    let bytes =
      record(
        family: 2, ipv4: Ends(local: [127, 0, 0, 1], remote: [127, 0, 0, 2]), state: 1)
      + record(family: 10, ipv6: Ends(local: Self.v6 + [7], remote: Self.v6 + [8]), state: 10)
    let decoded = BPFHeldRecord.decode(bytes.span)
    let records = try #require(decoded)
    #expect(records.map(\.namespace) == [0xf000_0001, 0xf000_0001])
    #expect(records.map(\.process) == [4711, 4711] && records.map(\.descriptor) == [9, 9])
    #expect(records.map(\.requests) == [2, 2])
    #expect(records.map(\.inode) == [0x1_0003_2a52, 0x1_0003_2a52])
    let ends = [
      (IPAddress("127.0.0.1"), IPAddress("127.0.0.2"), TCPState.established),
      (IPAddress("2001:db8::7"), IPAddress("2001:db8::8"), .listening),
    ]
    for (record, (local, remote, state)) in zip(records, ends) {
      #expect(
        record.socket
          == Socket(
            .tcp, local: Endpoint(try #require(local), 7003),
            remote: Endpoint(try #require(remote), 443), state: state, rawUID: 1000,
            inode: 0x1_0003_2a52, interface: 3))
    }
  }

  @Test func closedWithAPortIsBound() {
    for (port, state) in [(7003, TCPState.bound), (0, .closed)] {
      let records = BPFHeldRecord.decode(record(family: 2, port: UInt16(port)).span)
      #expect(records?.map(\.socket?.state) == [state])
    }
  }

  // MPTCP's number has TCP's in its low byte, and a family of netlink the same.
  @Test func whatIsNotTCPIsNoRow() {
    let bytes =
      record(family: 1) + record(family: 16) + record(family: 2, protocol: 262)
      + record(family: 2, protocol: 17)
    let records = BPFHeldRecord.decode(bytes.span)
    #expect(records?.map(\.socket) == [nil, nil, nil, nil])
    #expect(records?.map(\.process) == [4711, 4711, 4711, 4711])
  }

  @Test(arguments: [1, 95, 97, 191])
  func whatIsLeftOverIsSaid(length: Int) {
    let bytes = Array((record(family: 2) + record(family: 2)).prefix(length))
    let records = BPFHeldRecord.decode(bytes.span)
    #expect(records == nil)
  }
}
