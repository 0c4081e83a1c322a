import CLinux
import Testing
import TestSupport

@testable import KernelFormats

@Suite struct NetlinkMessageTests {
  private func walk(_ bytes: [UInt8]) throws(MalformedMessage) -> [NetlinkMessage] {
    var walk = NetlinkWalk()
    var messages: [NetlinkMessage] = []
    while let message = try walk.next(in: bytes.span) { messages.append(message) }
    return messages
  }

  @Test func walksMessagesOfADatagram() throws {
    let bytes =
      NetlinkBytes.message(20, flags: 0x12, sequence: 7, [1, 2, 3, 4, 5])
      + NetlinkBytes.done(sequence: 7)
    let messages = try walk(bytes)
    #expect(messages.map(\.kind) == [.socketsByFamily, .done])
    #expect(messages.map(\.payload) == [16..<21, 40..<44])
    #expect(messages[0].flags == [.multipart, .dumpInterrupted])
    #expect(messages[0].sequence == 7)
  }

  @Test func theLastMessageNeedsNoPadding() throws {
    let bytes = Array(NetlinkBytes.message(20, [1, 2, 3, 4, 5]).prefix(21))
    #expect(try walk(bytes).map(\.payload) == [16..<21])
  }

  private static let bad: [([UInt8], MalformedMessage)] = [
    ([1, 2, 3], MalformedMessage(at: 0, .shortHeader(remaining: 3))),
    (NetlinkBytes.native(UInt32(0)) + zeros(12), MalformedMessage(at: 0, .lengthTooSmall(0))),
    (NetlinkBytes.native(UInt32(15)) + zeros(12), MalformedMessage(at: 0, .lengthTooSmall(15))),
    (
      NetlinkBytes.native(UInt32(17)) + zeros(12),
      MalformedMessage(at: 0, .overlong(length: 17, remaining: 16))
    ),
    (
      NetlinkBytes.native(UInt32.max) + zeros(12),
      MalformedMessage(at: 0, .overlong(length: Int(UInt32.max), remaining: 16))
    ),
    (
      NetlinkBytes.done() + [9, 9],
      MalformedMessage(at: 20, .shortHeader(remaining: 2))
    ),
  ]

  @Test(arguments: bad)
  func saysWhereAMessageIsBad(bytes: [UInt8], error: MalformedMessage) {
    #expect(throws: error) { try walk(bytes) }
  }

  @Test(
    arguments: [
      (NetlinkBytes.done(0), 0), (NetlinkBytes.done(-2), 2), (NetlinkBytes.error(-22), 22),
      (NetlinkBytes.error(0), 0), (NetlinkBytes.done(.min), Int32.max),
      (NetlinkBytes.message(3, []), 0), (NetlinkBytes.message(20, [1, 0, 0, 0]), 0),
    ] as [([UInt8], Int32)])
  func readsErrorNumbers(bytes: [UInt8], number: Int32) throws {
    #expect(try walk(bytes).first?.errorNumber(in: bytes.span) == number)
  }

  @Test func attributesEndOrThrow() throws {
    let good = NetlinkBytes.attribute(8, [3]) + NetlinkBytes.attribute(0x8000 | 15, [1, 2, 3, 4])
    var attributes = NetlinkAttributes(good.indices)
    #expect(try attributes.next(in: good.span) == NetlinkAttribute(kind: 8, value: 4..<5))
    #expect(try attributes.next(in: good.span) == NetlinkAttribute(kind: 15, value: 12..<16))
    #expect(try attributes.next(in: good.span) == nil)
  }

  @Test(
    arguments: [
      ([0, 0, 8, 0], MalformedMessage(at: 0, .lengthTooSmall(0))),
      ([3, 0, 8, 0], MalformedMessage(at: 0, .lengthTooSmall(3))),
      ([9, 0, 8, 0, 1, 2, 3, 4], MalformedMessage(at: 0, .overlong(length: 9, remaining: 8))),
      ([4, 0, 8, 0, 7], MalformedMessage(at: 4, .shortHeader(remaining: 1))),
    ] as [([UInt8], MalformedMessage)])
  func saysWhereAnAttributeIsBad(bytes: [UInt8], error: MalformedMessage) {
    #expect(throws: error) {
      var attributes = NetlinkAttributes(bytes.indices)
      while try attributes.next(in: bytes.span) != nil {}
    }
  }

  @Test func numbersAreTheHeaders() {
    #expect(NetlinkMessage.headerSize == MemoryLayout<nlmsghdr>.size)
    #expect(NetlinkAttribute.headerSize == MemoryLayout<nlattr>.size)
    #expect(NetlinkMessage.Kind.noop.rawValue == UInt16(NLMSG_NOOP))
    #expect(NetlinkMessage.Kind.error.rawValue == UInt16(NLMSG_ERROR))
    #expect(NetlinkMessage.Kind.done.rawValue == UInt16(NLMSG_DONE))
    #expect(NetlinkMessage.Kind.overrun.rawValue == UInt16(NLMSG_OVERRUN))
    #expect(NetlinkMessage.Kind.tcpSockets.rawValue == UInt16(TCPDIAG_GETSOCK))
    #expect(NetlinkMessage.Kind.socketsByFamily.rawValue == UInt16(SOCK_DIAG_BY_FAMILY))
    #expect(NetlinkMessage.Flags.request.rawValue == UInt16(NLM_F_REQUEST))
    #expect(NetlinkMessage.Flags.multipart.rawValue == UInt16(NLM_F_MULTI))
    #expect(NetlinkMessage.Flags.dumpInterrupted.rawValue == UInt16(NLM_F_DUMP_INTR))
    #expect(NetlinkMessage.Flags.dump.rawValue == UInt16(NLM_F_ROOT | NLM_F_MATCH))
  }
}

func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
