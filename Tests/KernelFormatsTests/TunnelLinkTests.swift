import TestSupport
import Testing

@testable import KernelFormats

/// What rtnetlink(7) and include/uapi/linux/if_link.h say of a tunnel's device.
@Suite struct TunnelLinkTests {
  private func link(flags: UInt32 = 0x1043, _ attributes: [UInt8]) -> [UInt8] {
    [0, 0, 1, 0] + [2, flags, 0].flatMap { NetlinkBytes.native($0) } + attributes
  }

  private func info(_ kind: String, _ attribute: UInt16, _ port: UInt16) -> [UInt8] {
    NetlinkBytes.attribute(
      18,
      NetlinkBytes.attribute(1, Array((kind + "\0").utf8))
        + NetlinkBytes.attribute(
          2,
          NetlinkBytes.attribute(99, [1])
            + NetlinkBytes.attribute(attribute, [UInt8(port >> 8), UInt8(port & 255)])))
  }

  private func read(_ bytes: [UInt8]) throws(MalformedMessage) -> TunnelLink? {
    try TunnelLink(in: bytes.span, at: bytes.indices)
  }

  private var whole: [UInt8] {
    link(NetlinkBytes.attribute(3, Array("vx0\0".utf8)) + info("vxlan", 15, 4789))
  }

  @Test(arguments: [("vxlan", 15), ("geneve", 5), ("bareudp", 1)] as [(String, UInt16)])
  func readsThePort(kind: String, attribute: UInt16) throws {
    #expect(try read(link(info(kind, attribute, 4789)))?.port == 4789)
    // The number of another kind's attribute is something else.
    #expect(try read(link(info("veth", attribute, 4789))) == nil)
    #expect(try read(link(info(kind, attribute + 1, 4789))) == nil)
    #expect(try read(link(info(kind, attribute, 0))) == nil)
  }

  /// Its socket is closed then, or in another network namespace.
  @Test func aDeviceThatHasNoSocketHereIsNone() throws {
    #expect(try read(link(flags: 0x1042, info("vxlan", 15, 4789))) == nil)
    let elsewhere = NetlinkBytes.attribute(37, [0, 0, 0, 0])
    #expect(try read(link(elsewhere + info("vxlan", 15, 4789))) == nil)
    #expect(try read(link([])) == nil)
  }

  @Test(arguments: [[3, 0, 18, 0], [255, 255, 18, 0], [0, 0, 18, 0], [8, 0]] as [[UInt8]])
  func refusesLengthsThatLie(header: [UInt8]) {
    #expect(throws: MalformedMessage.self) { try read(link(header)) }
    #expect(throws: MalformedMessage.self) { try read(link(NetlinkBytes.attribute(18, header))) }
  }

  @Test func neverTraps() {
    #expect(throws: MalformedMessage(at: 0, .shortPayload(15))) {
      try read(Array(whole.prefix(15)))
    }
    fuzz(whole) { _ = try read($0) }
  }
}
