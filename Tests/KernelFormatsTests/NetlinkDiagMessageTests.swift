import SocketModel
import TestSupport
import Testing

@testable import KernelFormats

/// What netlink(7) and include/uapi/linux/netlink_diag.h say of a message.
@Suite struct NetlinkDiagMessageTests {
  private func row(proto: UInt8 = 0, state: UInt8 = 7, port: UInt32 = 812) -> [UInt8] {
    [16, 3, proto, state]
      + [port, 5, 6, 7, 0, 9].flatMap { NetlinkBytes.native($0) }
  }

  private func read(_ bytes: [UInt8]) throws(MalformedMessage) -> NetlinkDiagMessage {
    try NetlinkDiagMessage(in: bytes.span, at: bytes.indices)
  }

  private static let words = (3...11).flatMap { NetlinkBytes.native(UInt32($0)) }

  private var whole: [UInt8] {
    row() + NetlinkBytes.attribute(0, Self.words) + NetlinkBytes.attribute(1, [1, 2, 3, 4])
      + NetlinkBytes.attribute(99, [])
  }

  @Test func readsARow() throws {
    let expected = Socket(
      .netlink, local: .netlink(port: 812), remote: .none, state: .closed, receiveQueue: 3,
      sendQueue: 5, rawUID: .max, inode: 7, cookie: 9 << 32)
    let message = try read(whole)
    #expect(message.socket == expected && message.memory?.count == 36)
    #expect(message.socket.netlinkPort == 812 && !message.socket.isOfKernel)
    #expect(message.socket.uid == nil && message.socket.address(of: .local) == nil)
  }

  @Test func tellsTheKernelsEndFromOthers() throws {
    let kernel = try read(row(proto: 9, port: 0)).socket
    #expect(kernel.isOfKernel && kernel.subprotocolName == "audit")
    let connected = try read(row(state: 1)).socket
    #expect(connected.state == .established && connected.remote == .netlink(port: 5))
    #expect(try read(row(port: .max)).socket.netlinkPort == .max)
    #expect(try read(row(proto: 31)).socket.subprotocolName == "31")
  }

  @Test func refusesWhatIsNoNetlinkSocket() {
    #expect(throws: MalformedMessage(at: 0, .family(2))) { try read([2] + row().dropFirst()) }
    #expect(throws: MalformedMessage(at: 0, .shortPayload(27))) { try read(row().dropLast()) }
    #expect(throws: MalformedMessage(at: 32, .shortPayload(11))) {
      try read(row() + NetlinkBytes.attribute(0, Array(repeating: 1, count: 11)))
    }
  }

  @Test(arguments: [[3, 0, 0, 0], [255, 255, 0, 0], [0, 0, 0, 0], [8, 0]] as [[UInt8]])
  func refusesLengthsThatLie(header: [UInt8]) {
    #expect(throws: MalformedMessage.self) { try read(row() + header) }
  }

  @Test func neverTraps() { fuzz(whole) { _ = try read($0) } }

  @Test func asksForEveryProtocol() {
    let bytes = SockDiagRequest.netlink.message(sequence: 3)
    #expect(bytes.count == 36 && Array(bytes[16..<20]) == [16, 255, 0, 0] && bytes[24] == 1)
  }
}

extension Socket {
  fileprivate func address(of end: Pushdown.End) -> IPAddress? { self[end].address }
}
