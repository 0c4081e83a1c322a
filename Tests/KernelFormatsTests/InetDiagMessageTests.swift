import CLinux
import SocketModel
import Testing
import TestSupport

@testable import KernelFormats

@Suite struct InetDiagMessageTests {
  private func decode(
    _ bytes: [UInt8], _ kind: SocketKind = .tcp, boundAsked: Bool = false
  ) throws(MalformedMessage) -> Socket {
    try InetDiagMessage.socket(
      kind, in: bytes.span, at: bytes.indices, boundAsked: boundAsked)
  }

  @Test func readsEveryFieldOfARow() throws {
    let bytes = NetlinkBytes.row(
      state: 1, timer: 2, retransmits: 3, local: [10, 0, 0, 5], localPort: 443,
      remote: [192, 168, 1, 2], remotePort: 51000, interface: 4, cookie: 0x1_0000_0002,
      expires: 5000, receiveQueue: 6, sendQueue: 7, uid: 1000, inode: 4_274_126_910)
    let expected = Socket(
      .tcp, local: Endpoint(IPAddress(v4: 0x0a00_0005), 443),
      remote: Endpoint(IPAddress(v4: 0xc0a8_0102), 51000), state: .established, receiveQueue: 6,
      sendQueue: 7, rawUID: 1000, inode: 4_274_126_910, cookie: 0x1_0000_0002, interface: 4,
      timer: SocketTimer(kind: .keepalive, expires: 5000, retransmits: 3))
    #expect(try decode(bytes) == expected)
  }

  @Test func readsIPv6Addresses() throws {
    let local: [UInt8] = [0xfe, 0x80] + zeros(6) + [0x56, 0xe1, 0xad, 0xff, 0xfe, 0x7c, 0x66, 9]
    let mapped: [UInt8] = zeros(10) + [0xff, 0xff, 127, 0, 0, 1]
    let socket = try decode(NetlinkBytes.row(local: local, remote: mapped))
    #expect(socket.local.address?.description == "fe80::56e1:adff:fe7c:6609")
    #expect(socket.remote.address?.description == "::ffff:127.0.0.1")
    #expect(socket.v6Only == .unknown)
  }

  @Test(
    arguments: [
      (10, [1], .yes), (10, [0], .no), (7, [1], .yes), (1, [1], .unknown), (10, [], .unknown),
    ] as [(UInt8, [UInt8], Socket.V6Only)])
  func readsV6OnlyWhereTheKernelSaysIt(state: UInt8, value: [UInt8], v6Only: Socket.V6Only) throws {
    let any = zeros(16)
    let bytes =
      NetlinkBytes.row(state: state, local: any, remote: any) + NetlinkBytes.attribute(8, [0])
      + NetlinkBytes.attribute(11, value) + NetlinkBytes.attribute(99, [1, 2, 3])
    #expect(try decode(bytes).v6Only == v6Only)
  }

  @Test(
    arguments: [
      (7, .tcp, true, .bound), (7, .tcp, false, .closed), (7, .udp, true, .closed),
      (3, .tcp, true, .synReceived), (255, .tcp, true, TCPState(rawValue: 255)),
    ] as [(UInt8, SocketKind, Bool, TCPState)])
  func aClosedRowIsBoundWhereThatWasAsked(
    raw: UInt8, kind: SocketKind, boundAsked: Bool, state: TCPState
  ) throws {
    let bytes = NetlinkBytes.row(state: raw)
    #expect(try decode(bytes, kind, boundAsked: boundAsked).state == state)
  }

  @Test func noCookieIsZero() throws {
    #expect(try decode(NetlinkBytes.row(cookie: .max)).cookie == 0)
  }

  @Test func aShortOrStrangeMessageIsAnError() {
    let row = NetlinkBytes.row()
    #expect(throws: MalformedMessage(at: 0, .shortPayload(71))) {
      try decode(Array(row.prefix(71)))
    }
    #expect(throws: MalformedMessage(at: 0, .family(1))) { try decode([1] + row.dropFirst()) }
    #expect(throws: MalformedMessage(at: 72, .lengthTooSmall(0))) {
      try decode(NetlinkBytes.row(state: 10, local: zeros(16), remote: zeros(16)) + zeros(4))
    }
  }

  @Test func placesAreTheHeaders() {
    #expect(InetDiagMessage.size == MemoryLayout<inet_diag_msg>.size)
    #expect(MemoryLayout<inet_diag_msg>.offset(of: \.id) == 4)
    #expect(MemoryLayout<inet_diag_sockid>.offset(of: \.idiag_dport) == 2)
    #expect(MemoryLayout<inet_diag_sockid>.offset(of: \.idiag_src) == 4)
    #expect(MemoryLayout<inet_diag_sockid>.offset(of: \.idiag_dst) == 20)
    #expect(MemoryLayout<inet_diag_sockid>.offset(of: \.idiag_if) == 36)
    #expect(MemoryLayout<inet_diag_sockid>.offset(of: \.idiag_cookie) == 40)
    #expect(MemoryLayout<inet_diag_msg>.offset(of: \.idiag_expires) == 52)
    #expect(MemoryLayout<inet_diag_msg>.offset(of: \.idiag_rqueue) == 56)
    #expect(MemoryLayout<inet_diag_msg>.offset(of: \.idiag_wqueue) == 60)
    #expect(MemoryLayout<inet_diag_msg>.offset(of: \.idiag_uid) == 64)
    #expect(MemoryLayout<inet_diag_msg>.offset(of: \.idiag_inode) == 68)
    #expect(InetDiagMessage.inet == UInt8(AF_INET))
    #expect(InetDiagMessage.inet6 == UInt8(AF_INET6))
  }
}
