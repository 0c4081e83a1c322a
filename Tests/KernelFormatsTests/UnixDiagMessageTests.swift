import SocketModel
import TestSupport
import Testing

@testable import KernelFormats

/// What unix(7) and include/uapi/linux/unix_diag.h say of a message.
@Suite struct UnixDiagMessageTests {
  private func row(type: UInt8 = 1, state: UInt8 = 1, inode: UInt32 = 7) -> [UInt8] {
    [1, type, state, 0] + NetlinkBytes.native(inode) + NetlinkBytes.native(UInt64(9))
  }

  private func read(_ bytes: [UInt8]) throws(MalformedMessage) -> UnixDiagMessage {
    try UnixDiagMessage(in: bytes.span, at: bytes.indices)
  }

  private static let words = [3, 4].flatMap { NetlinkBytes.native(UInt32($0)) }

  private var whole: [UInt8] {
    row(type: 5, state: 10) + NetlinkBytes.attribute(0, Array("/run/x\0".utf8))
      + NetlinkBytes.attribute(1, Self.words) + NetlinkBytes.attribute(2, Self.words)
      + NetlinkBytes.attribute(3, NetlinkBytes.native(UInt32(0)) + Self.words)
      + NetlinkBytes.attribute(4, Self.words) + NetlinkBytes.attribute(5, Self.words)
      + NetlinkBytes.attribute(6, [2]) + NetlinkBytes.attribute(7, Self.words)
      + NetlinkBytes.attribute(99, [1])
  }

  @Test func readsEveryAttribute() throws {
    let message = try read(whole)
    #expect(message.kind == .unixSeqpacket && message.state == .listening)
    #expect(message.inode == 7 && message.cookie == 9)
    #expect(message.name == UnixName(Array("/run/x".utf8), isAbstract: false))
    #expect(message.peer == 3 && message.waiting == [3, 4])
    #expect(message.receiveQueue == 3 && message.sendQueue == 4)
    #expect(message.memory?.count == 8 && message.shutdown == 2 && message.uid == 3)
  }

  @Test(
    arguments: [
      ([0x2f, 0x61, 0], "/a"), ([0x2f, 0x61], "/a"), ([0], "@"), ([0, 0x61, 0, 0], "@a\0\0"),
      ([0x40, 0x61, 0], "./@a"), ([0x61, 0x0a, 0x62, 0], "a\nb"),
    ] as [([UInt8], String)])
  func readsNames(bytes: [UInt8], text: String) throws {
    #expect(try read(row() + NetlinkBytes.attribute(0, bytes)).name?.text == text)
  }

  @Test func whatIsNoTextIsKept() throws {
    let name = try read(row() + NetlinkBytes.attribute(0, [0, 0xff, 0x80])).name
    #expect(name?.text.rawBytes == [0x40, 0xff, 0x80] && name?.isAbstract == true)
  }

  @Test func whatIsNotThereIsNil() throws {
    let message = try read(
      row() + NetlinkBytes.attribute(0, []) + NetlinkBytes.attribute(2, [0, 0, 0, 0]))
    #expect(message.name == nil && message.peer == nil && message.uid == nil)
    #expect(message.waiting == [] && message.shutdown == nil && message.memory == nil)
  }

  @Test(
    arguments: [
      (1, .unixStream), (2, .unixDatagram), (3, .unixDatagram), (5, .unixSeqpacket),
    ] as [(UInt8, SocketKind)])
  func readsTypes(type: UInt8, kind: SocketKind) throws {
    #expect(try read(row(type: type)).kind == kind)
  }

  @Test func refusesWhatIsNoUnixSocket() {
    #expect(throws: MalformedMessage(at: 0, .socketType(4))) { try read(row(type: 4)) }
    #expect(throws: MalformedMessage(at: 0, .family(2))) { try read([2] + row().dropFirst()) }
    #expect(throws: MalformedMessage(at: 0, .shortPayload(15))) { try read(row().dropLast()) }
  }

  @Test(arguments: [(2, 3), (4, 7), (6, 0), (7, 2)] as [(UInt16, Int)])
  func refusesAnAttributeThatIsCutShort(kind: UInt16, length: Int) {
    let value = [UInt8](repeating: 1, count: length)
    #expect(throws: MalformedMessage(at: 20, .shortPayload(length))) {
      try read(row() + NetlinkBytes.attribute(kind, value))
    }
  }

  @Test func neverTraps() {
    fuzz(whole) { _ = try read($0) }
  }

  @Test func asksForAllSockets() throws {
    let bytes = SockDiagRequest.unix(asksMemory: true).message(sequence: 3)
    var walk = NetlinkWalk()
    let message = try #require(try walk.next(in: bytes.span))
    #expect(message.kind == .socketsByFamily && message.sequence == 3 && bytes.count == 40)
    #expect(Array(bytes[16..<24]) == [1, 0, 0, 0, 255, 255, 255, 255])
    #expect(bytes[28] == 0x7d && SockDiagRequest.unix().message(sequence: 3)[28] == 0x5d)
  }
}
