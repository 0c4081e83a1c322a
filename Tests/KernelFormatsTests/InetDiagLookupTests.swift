import KernelFormats
import SocketModel
import TestSupport
import Testing

struct InetDiagLookupTests {
  private func message(_ local: String, _ remote: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let socket = Socket(
      .tcp, local: Endpoint(try #require(IPAddress(local)), 0x1234),
      remote: Endpoint(try #require(IPAddress(remote)), 0x5678), state: .established, interface: 7)
    InetDiagLookup(socket, extensions: 0x41).append(to: &bytes, sequence: 9)
    return bytes
  }

  private let head =
    NetlinkBytes.native(UInt32(72)) + NetlinkBytes.native(UInt16(20))
    + NetlinkBytes.native(UInt16(1)) + NetlinkBytes.native(UInt32(9))
    + NetlinkBytes.native(UInt32(0))
  private let ports: [UInt8] = [0x12, 0x34, 0x56, 0x78]
  private let tail = NetlinkBytes.native(UInt32(7)) + [UInt8](repeating: 0xff, count: 8)
  private let zeros = [UInt8](repeating: 0, count: 12)

  // struct nlmsghdr, struct inet_diag_req_v2 and in it struct inet_diag_sockid.
  @Test func itIsTheKernelsForm() throws {
    let states = NetlinkBytes.native(StateSet.all.rawValue)
    let v4 = try message("10.0.0.1", "10.0.0.2")
    #expect(
      v4 == head + [2, 6, 0x41, 0] + states + ports + [10, 0, 0, 1] + zeros + [10, 0, 0, 2] + zeros
        + tail)
    let v6 = try message("2001:db8::1", "::ffff:1.2.3.4")
    #expect(
      v6 == head + [10, 6, 0x41, 0] + states + ports + [0x20, 1, 0x0d, 0xb8]
        + [UInt8](repeating: 0, count: 11) + [1] + [UInt8](repeating: 0, count: 10)
        + [0xff, 0xff, 1, 2, 3, 4] + tail)
  }
}
