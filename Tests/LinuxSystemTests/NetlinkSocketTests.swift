import CLinux
import Testing

@testable import LinuxSystem

@Suite struct NetlinkSocketTests {
  /// `struct sock_diag_req` of a family that nobody has, as a dump: the kernel answers with an error.
  private func request() -> [UInt8] {
    let header: [UInt8] = [24, 0, 0, 0, 20, 0, 1, 3, 5, 0, 0, 0, 0, 0, 0, 0]
    return header + [255, 0, 0, 0, 0, 0, 0, 0]
  }

  @Test func sendsAndReceivesADatagram() throws {
    let socket = try NetlinkSocket.sockDiag()
    #expect(socket.descriptor >= 0)
    var buffer = [UInt8](repeating: 0, count: 1 << 12)
    #expect(throws: Errno.wouldBlock) { try socket.receive(into: &buffer, waiting: false) }
    try socket.send(request().span)
    let datagram = try socket.receive(into: &buffer, waiting: true)
    #expect(datagram.sender == 0)
    #expect(!datagram.isTruncated)
    #expect(datagram.count >= 20)
    #expect(buffer[4] == UInt8(NLMSG_ERROR))
  }

  @Test func aSmallBufferIsSaid() throws {
    let socket = try NetlinkSocket.sockDiag()
    var buffer = [UInt8](repeating: 0, count: 8)
    try socket.send(request().span)
    let datagram = try socket.receive(into: &buffer, waiting: true)
    #expect(datagram.isTruncated)
    #expect(datagram.count == 8)
  }

  @Test func bindsToGroupsWithALargeReceiveBuffer() throws {
    let socket = try NetlinkSocket.sockDiag()
    try socket.setReceiveBuffer(1 << 20)
    try socket.bind(groups: [1, 3])
    #expect(throws: Errno.invalidArgument) { try socket.bind(groups: [32]) }
  }
}
