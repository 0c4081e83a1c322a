import SocketModel
import TestSupport
import Testing

@testable import KernelFormats

/// What packet(7) and include/uapi/linux/packet_diag.h say of a message.
@Suite struct PacketDiagMessageTests {
  private func row(type: UInt8 = 3, etherType: UInt16 = 0x0806) -> [UInt8] {
    [17, type] + NetlinkBytes.native(etherType) + NetlinkBytes.native(UInt32(7))
      + NetlinkBytes.native(UInt64(9) << 32)
  }

  private func read(_ bytes: [UInt8]) throws(MalformedMessage) -> PacketDiagMessage {
    try PacketDiagMessage(in: bytes.span, at: bytes.indices)
  }

  private static let words = (3...11).flatMap { NetlinkBytes.native(UInt32($0)) }

  private var whole: [UInt8] {
    row() + NetlinkBytes.attribute(0, Self.words) + NetlinkBytes.attribute(1, [1, 2])
      + NetlinkBytes.attribute(5, NetlinkBytes.native(UInt32(33)))
      + NetlinkBytes.attribute(6, Self.words) + NetlinkBytes.attribute(99, [1])
  }

  @Test func readsEveryAttribute() throws {
    let message = try read(whole)
    #expect(message.memory?.count == 36)
    let expected = Socket(
      .packetRaw, local: .link(interface: 3, etherType: 0x0806), remote: .none, state: .closed,
      receiveQueue: 3, sendQueue: 5, rawUID: 33, inode: 7, cookie: 9 << 32, interface: 3)
    #expect(message.socket == expected && message.socket.subprotocolName == "arp")
    #expect(message.socket.isListening && message.socket.isOf(.all))
  }

  @Test func whatIsNotThereIsNotKnown() throws {
    let socket = try read(row(type: 2, etherType: 3)).socket
    #expect(socket.kind == .packetDatagram && socket.uid == nil && socket.interfaceKey == nil)
    #expect(socket.subprotocolName == "all")
  }

  @Test(
    arguments: [(0, "none"), (0x88cc, "lldp"), (0x1234, "0x1234"), (5, "0x0005")]
      as [(UInt16, String)])
  func namesWhatIsSniffed(etherType: UInt16, name: String) throws {
    let found = try read(row(etherType: etherType)).socket.subprotocolName
    #expect(found.map { "\($0)" } == name)
  }

  @Test func refusesWhatIsNoPacketSocket() {
    #expect(throws: MalformedMessage(at: 0, .socketType(1))) { try read(row(type: 1)) }
    #expect(throws: MalformedMessage(at: 0, .family(2))) { try read([2] + row().dropFirst()) }
    #expect(throws: MalformedMessage(at: 0, .shortPayload(15))) { try read(row().dropLast()) }
  }

  @Test(arguments: [(0, 3), (5, 0), (6, 11)] as [(UInt16, Int)])
  func refusesAnAttributeThatIsCutShort(kind: UInt16, length: Int) {
    let value = [UInt8](repeating: 1, count: length)
    #expect(throws: MalformedMessage(at: 20, .shortPayload(length))) {
      try read(row() + NetlinkBytes.attribute(kind, value))
    }
  }

  @Test(arguments: [[3, 0, 0, 0], [255, 255, 0, 0], [0, 0, 0, 0], [8, 0]] as [[UInt8]])
  func refusesLengthsThatLie(header: [UInt8]) {
    #expect(throws: MalformedMessage.self) { try read(row() + header) }
  }

  @Test func neverTraps() { fuzz(whole) { _ = try read($0) } }

  @Test func asksForAllSockets() throws {
    let bytes = SockDiagRequest.packet.message(sequence: 3)
    var walk = NetlinkWalk()
    let message = try #require(try walk.next(in: bytes.span))
    #expect(message.kind == .socketsByFamily && bytes.count == 36)
    #expect(Array(bytes[16...]) == [17, 0, 0, 0] + [0, 0, 0, 0, 0x11, 0, 0, 0] + ones(8))
  }

  private func ones(_ count: Int) -> [UInt8] { Array(repeating: 255, count: count) }
}
