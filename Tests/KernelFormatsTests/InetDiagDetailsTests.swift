import SocketModel
import Testing
import TestSupport

@testable import KernelFormats

@Suite struct InetDiagDetailsTests {
  private func decode(
    _ attributes: [UInt8], with reader: inout InetDiagDetails
  ) throws(MalformedMessage) -> SocketDetails {
    let bytes = NetlinkBytes.row() + attributes
    return try reader.decode(in: bytes.span, at: bytes.indices)
  }

  @Test func readsWhatIsThereAndPassesOverTheRest() throws {
    var reader = InetDiagDetails()
    let memory = (1...9).flatMap { NetlinkBytes.native(UInt32($0)) }
    let details = try decode(
      NetlinkBytes.attribute(200, [1, 2, 3]) + NetlinkBytes.attribute(2, [1] + zeros(231))
        + NetlinkBytes.attribute(7, memory) + NetlinkBytes.attribute(4, Array("cubic".utf8) + [0])
        + NetlinkBytes.attribute(5, [16]) + NetlinkBytes.attribute(6, [32])
        + NetlinkBytes.attribute(8, [3])
        + NetlinkBytes.attribute(15, NetlinkBytes.native(UInt32(7)))
        + NetlinkBytes.attribute(21, NetlinkBytes.native(UInt64(1) << 40)), with: &reader)
    #expect(details.tcpInfo?[.snd_wnd] == 0)
    #expect(details.tcpInfo?[.rcv_wnd] == nil)
    #expect(SocketMemory.Field.allCases.map { details.memory?[$0] } == (1...9).map { UInt64($0) })
    #expect(details.congestion == 0)
    #expect(reader.congestionNames == ["cubic"])
    #expect(details.tos == 16)
    #expect(details.trafficClass == 32)
    #expect(details.shutdown == 3)
    #expect(details.mark == 7)
    #expect(details.cgroup == 1 << 40)
  }

  @Test func shortValuesAreAbsent() throws {
    var reader = InetDiagDetails()
    let details = try decode(
      [5, 2, 4, 7, 8, 15, 21].flatMap { NetlinkBytes.attribute($0, []) }
        + NetlinkBytes.attribute(21, zeros(7)) + NetlinkBytes.attribute(4, [0]), with: &reader)
    #expect(details.tos == nil)
    #expect(details.tcpInfo == nil)
    #expect(details.memory == nil)
    #expect(details.congestion == nil)
    #expect(details.cgroup == nil)
    let old = try decode(NetlinkBytes.attribute(7, zeros(32)), with: &reader)
    #expect(old.memory?[.backlog] == 0)
    #expect(old.memory?[.drops] == nil)
  }

  @Test func eachNameIsKeptOnceAndTheTableEnds() throws {
    var reader = InetDiagDetails()
    for number in [0, 1, 0, 1] + Array(2..<300) {
      let name = Array("cc\(number)".utf8)
      let details = try decode(NetlinkBytes.attribute(4, name), with: &reader)
      #expect(details.congestion == (number < 256 ? UInt8(number) : nil))
    }
    #expect(reader.congestionNames.count == 256)
  }

  @Test func aBadAttributeIsAnError() {
    var reader = InetDiagDetails()
    #expect(throws: MalformedMessage(at: 72, .overlong(length: 0x1234, remaining: 4))) {
      try decode([0x34, 0x12, 0, 0], with: &reader)
    }
  }

  @Test func readsADestroyNotice() throws {
    let bytes = NetlinkBytes.message(
      20, flags: 0,
      NetlinkBytes.row(state: 7, cookie: 77) + NetlinkBytes.attribute(10, [17])
        + NetlinkBytes.attribute(2, [7] + zeros(231)))
    var walk = NetlinkWalk()
    let message = try #require(try walk.next(in: bytes.span))
    let (socket, info) = try InetDiagDestroy.decode(message, in: bytes.span)
    #expect(socket.transport == .udp)
    #expect(socket.cookie == 77)
    #expect(info?[.bytes_sent] == 0)
  }
}
