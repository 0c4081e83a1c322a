import KernelFormats
import SocketModel
import TestSupport
import Testing

struct BPFBoundRecordTests {
  private func record(family: UInt16, ipv4: [UInt8] = [], ipv6: [UInt8] = []) -> [UInt8] {
    func padded(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
      bytes + [UInt8](repeating: 0, count: count - bytes.count)
    }
    return NetlinkBytes.native(UInt64(0x1_0003_2a52)) + NetlinkBytes.native(UInt32(0xf000_0001))
      + NetlinkBytes.native(UInt32(1000)) + NetlinkBytes.native(UInt32(3))
      + NetlinkBytes.native(family) + NetlinkBytes.native(UInt16(7003)) + padded(ipv4, 8)
      + padded(ipv6, 16)
  }

  @Test func recordsAreSockets() throws {
    let bytes =
      record(family: 2, ipv4: [127, 0, 0, 1]) + record(family: 1)
      + record(family: 10, ipv6: [0x20, 0x01, 0x0d, 0xb8] + Array(repeating: 0, count: 11) + [7])
    let decoded = BPFBoundRecord.decode(bytes.span)
    let records = try #require(decoded)
    #expect(records.map(\.namespace) == [0xf000_0001, 0xf000_0001])
    let addresses = [IPAddress("127.0.0.1"), IPAddress("2001:db8::7")]
    for (record, address) in zip(records, addresses) {
      let address = try #require(address)
      #expect(
        record.socket
          == Socket(
            .tcp, local: Endpoint(address, 7003), remote: .unspecified(address.family),
            state: .bound, rawUID: 1000, inode: 0x1_0003_2a52, interface: 3))
    }
  }

  @Test(arguments: [1, 47, 49, 95])
  func whatIsLeftOverIsSaid(length: Int) {
    let bytes = Array((record(family: 2) + record(family: 2)).prefix(length))
    let records = BPFBoundRecord.decode(bytes.span)
    #expect(records == nil)
  }
}
