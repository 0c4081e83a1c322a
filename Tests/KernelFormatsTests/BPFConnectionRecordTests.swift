import KernelFormats
import SocketModel
import TestSupport
import Testing

struct BPFConnectionRecordTests {
  /// A record as the program writes it, of a connection that curl closed first.
  private static func record(
    family: UInt16 = 2, kind: UInt8 = 2, old: UInt8 = 5, flags: UInt32 = 1 | 4, error: UInt32 = 0,
    port: UInt16 = 0, socketFlags: UInt8 = 2
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: BPFConnectionRecord.size)
    func put(_ value: [UInt8], at place: Int) {
      for (offset, byte) in value.enumerated() { bytes[place + offset] = byte }
    }
    put(NetlinkBytes.native(UInt64(1_000_000)), at: 0)
    put(NetlinkBytes.native(UInt64(1_200_000)), at: 8)
    put(NetlinkBytes.native(UInt64(77_001)), at: 16)
    put(NetlinkBytes.native(UInt32(812)), at: 24)
    put(NetlinkBytes.native(UInt32(813)), at: 28)
    put(Array("curl".utf8), at: 32)
    put(Array("sixteen-letters!".utf8), at: 48)
    put(NetlinkBytes.native(flags), at: 64)
    put(NetlinkBytes.native(UInt64(2_500_000)), at: 88)
    put(NetlinkBytes.native(UInt64(0xc00c1e)), at: 96)
    put(NetlinkBytes.native(UInt64(513)), at: 104)
    put(NetlinkBytes.native(UInt64(90)), at: 112)
    put(NetlinkBytes.native(UInt64(10)), at: 120)
    put(NetlinkBytes.native(UInt64(42)), at: 128)
    put(NetlinkBytes.native(UInt32(0xf000_0000)), at: 136)
    put(NetlinkBytes.native(UInt32(1000)), at: 140)
    put(NetlinkBytes.native(UInt32(35 << 3)), at: 144)
    put(NetlinkBytes.native(UInt32(3)), at: 148)
    put(NetlinkBytes.native(error), at: 156)
    put(NetlinkBytes.native(family), at: 160)
    put(NetlinkBytes.native(port), at: 162)
    put([0x9d, 0x78, 0x1f, 0x90], at: 164)
    put([kind, old, 7, socketFlags], at: 168)
    put([127, 0, 0, 1, 127, 0, 0, 2], at: 176)
    put([UInt8](repeating: 0, count: 15) + [1] + [0x20, 1, 0xd, 0xb8], at: 184)
    return bytes
  }

  private func decoded(_ bytes: [UInt8]) -> ConnectionEvent? {
    BPFConnectionRecord.decode(bytes.span)
  }

  @Test func anEndIsAnEvent() throws {
    let event = try #require(decoded(Self.record()))
    #expect(event.kind == .ended && event.role == .connected)
    #expect("\(event.socket.local) \(event.socket.remote)" == "127.0.0.1:40312 127.0.0.2:8080")
    #expect(event.socket.state == .closed && event.socket.inode == 77_001)
    #expect(event.socket.uid == 1000 && event.socket.cookie == 0xc00c1e)
    #expect(event.opener == .init(pid: 812, name: Array("curl".utf8)))
    // A name that fills its field has no NUL.
    #expect(event.closer == .init(pid: 813, name: Array("sixteen-letters!".utf8)))
    #expect(event.owner?.process.pid == 812 && event.accepter == nil)
    #expect(event.duration == 1500 && event.established == 1_200_000)
    // The FIN that came is no byte of payload.
    #expect(event.received == 512 && event.sent == 90 && event.resent == 10)
    #expect(event.roundTrip == 35 && event.retransmits == 3 && event.cgroup == 42)
    #expect(event.namespace == 0xf000_0000)
    #expect(event.ending?.closedBy == .here && event.ending?.reason == .closed)
  }

  @Test func aPortThatIsStillThereCounts() throws {
    #expect(try #require(decoded(Self.record(port: 99))).socket.local.port == 99)
  }

  @Test func ipv6HasItsOwnAddresses() throws {
    let socket = try #require(decoded(Self.record(family: 10))).socket
    #expect("\(socket.local) \(socket.remote)" == "[::1]:40312 [2001:db8::]:8080")
  }

  @Test func whatIsNoRecordIsNone() {
    #expect(decoded([]) == nil)
    #expect(decoded(Array(Self.record().dropLast())) == nil)
    #expect(decoded(Self.record() + [0]) == nil)
    #expect(decoded(Self.record(family: 1)) == nil)
    #expect(decoded(Self.record(kind: 9)) == nil)
  }

  @Test func hostileBytesAreHarmless() {
    fuzz(Self.record()) { bytes in
      var bytes = bytes
      _ = decoded(bytes)
      // Of the right length they are read to their end.
      bytes += [UInt8](repeating: 0xff, count: BPFConnectionRecord.size)
      let event = decoded(Array(bytes.prefix(BPFConnectionRecord.size)))
      _ = event?.duration
      _ = event?.owner
    }
    _ = decoded([UInt8](repeating: 0xff, count: BPFConnectionRecord.size))
  }
}
