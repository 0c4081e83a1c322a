import SocketModel
import TestSupport
import Testing

@testable import KernelFormats

/// `/proc/net/packet` and `/proc/net/netlink`.
@Suite struct ProcNetLinesTests {
  private func parse(
    _ text: String, _ row: @escaping ProcNetLines.RowParser, piece: Int = 7
  ) -> ProcNetLines {
    var parser = ProcNetLines(row)
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: piece) {
      parser.append(Array(bytes[start..<min(start + piece, bytes.count)]).span)
    }
    parser.finish()
    return parser
  }

  private static let packets = """
    sk               RefCnt Type Proto  Iface R Rmem   User   Inode
    00000000ea77e831 3      3    0003   1     1 3332   33     17
    (____ptrval____) 3      2    0806   0     0 0      -2     18
    0000000000000000 3      10   88cc   2     1 0      0      19

    """

  @Test func readsPacketSockets() {
    let parser = parse(Self.packets, ProcNetPacket.row)
    #expect(parser.unread == 0)
    #expect(parser.rows.map(\.kind) == [.packetRaw, .packetDatagram, .packetRaw])
    #expect(
      parser.rows.map(\.local) == [
        .link(interface: 1, etherType: 3), .link(interface: 0, etherType: 0x806),
        .link(interface: 2, etherType: 0x88cc),
      ])
    #expect(parser.rows.map(\.interface) == [1, 0, 2] && parser.rows[0].receiveQueue == 3332)
    #expect(parser.rows.map(\.uid) == [33, 0xffff_fffe, 0])
    #expect(parser.rows.map(\.inode) == [17, 18, 19] && parser.rows.allSatisfy { $0.cookie == 0 })
  }

  private static let sockets = """
    sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
    00000000ea77e831 0   0          00000000 0        0        0     2        0        4
    00000000ea77e831 9   4294963047 00000001 832      16       0     2        0        5
    ffff8800 15  -4096      00000002 0        0        (null) 2        0        6
    """

  @Test func readsNetlinkSockets() {
    let parser = parse(Self.sockets, ProcNetNetlink.row)
    #expect(parser.unread == 0)
    #expect(parser.rows.map(\.netlinkPort) == [0, 4_294_963_047, 4_294_963_200])
    #expect(parser.rows.map(\.subprotocol) == [0, 9, 15])
    #expect(parser.rows.map(\.receiveQueue) == [0, 832, 0] && parser.rows[1].sendQueue == 16)
    #expect(parser.rows.map(\.inode) == [4, 5, 6] && parser.rows.allSatisfy { $0.uid == nil })
    #expect(parser.rows.map(\.isOfKernel) == [true, false, false])
  }

  @Test(
    arguments: [
      "x", "0 3 3 0003 1 1 0 0", "0 3 4 0003 1 1 0 0 17", "0 3 3 00003 1 1 0 0 17",
      "0 3 3 0003 99999999999 1 0 0 17", "0 3 3 0003 1 1 0 0 17x", "0 3 259 0003 1 1 0 0 17",
    ])
  func countsWhatIsNoPacketSocket(line: String) {
    let parser = parse("header\n\(line)\n0 3 3 0003 1 1 0 0 17\n", ProcNetPacket.row)
    #expect(parser.rows.count == 1 && parser.unread == 1)
  }

  @Test(
    arguments: [
      "", "0 256 0 0 0 0 0 2 0 4", "0 0 4294967296 0 0 0 0 2 0 4", "0 0 0 0 0 0 0 2 0",
      "0 0 0 000000000 0 0 0 2 0 4", "0 0 0 0 0 0 0 2 0 4-",
    ])
  func countsWhatIsNoNetlinkSocket(line: String) {
    let parser = parse("header\n\(line)\n0 0 0 0 0 0 0 2 0 4\n", ProcNetNetlink.row)
    #expect(parser.rows.count == 1 && parser.unread == 1)
  }

  @Test func neverTraps() {
    fuzz(Array(Self.packets.utf8)) { bytes in
      var parser = ProcNetLines(ProcNetPacket.row)
      parser.append(bytes.span)
      parser.finish()
    }
    fuzz(Array(Self.sockets.utf8)) { bytes in
      var parser = ProcNetLines(ProcNetNetlink.row)
      parser.append(bytes.span)
      parser.finish()
    }
  }
}
