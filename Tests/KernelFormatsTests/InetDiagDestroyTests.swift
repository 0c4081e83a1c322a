import CLinux
import SocketModel
import Testing
import TestSupport

@testable import KernelFormats

@Suite struct InetDiagDestroyTests {
  private func decode(
    _ attributes: [UInt8], row: [UInt8] = NetlinkBytes.row(state: 7, cookie: 77)
  ) throws -> (socket: Socket, tcpInfo: TCPInfo?) {
    let bytes = NetlinkBytes.message(20, flags: 0, row + attributes)
    var walk = NetlinkWalk()
    let message = try #require(try walk.next(in: bytes.span))
    return try InetDiagDestroy.decode(message, in: bytes.span)
  }

  @Test func tellsTheSocketAndItsLastCounts() throws {
    let (socket, info) = try decode(
      NetlinkBytes.attribute(10, [6]) + NetlinkBytes.attribute(2, [7] + zeros(231)))
    #expect(socket.kind == .tcp)
    #expect(socket.cookie == 77)
    #expect(socket.state == .closed, "no TCP socket is bound at its end")
    #expect(info?[.bytes_sent] == 0)
  }

  @Test func aUDPSocketHasNoCounts() throws {
    let (socket, info) = try decode(NetlinkBytes.attribute(10, [17]))
    #expect(socket.kind == .udp)
    #expect(info == nil)
    #expect(try decode(NetlinkBytes.attribute(2, [])).tcpInfo == nil)
  }

  @Test func aProtocolThatIsNotListedIsAnError() {
    #expect(throws: MalformedMessage(at: 92, .ipProtocol(132))) {
      try decode(NetlinkBytes.attribute(10, [132]))
    }
    #expect(throws: MalformedMessage(at: 16, .shortPayload(71))) {
      try decode([], row: Array(NetlinkBytes.row().prefix(71)))
    }
  }

  @Test func groupsAreTheHeaders() {
    #expect(InetDiagDestroy.group(.tcp, .ipv4) == SKNLGRP_INET_TCP_DESTROY.rawValue)
    #expect(InetDiagDestroy.group(.udp, .ipv4) == SKNLGRP_INET_UDP_DESTROY.rawValue)
    #expect(InetDiagDestroy.group(.tcp, .ipv6) == SKNLGRP_INET6_TCP_DESTROY.rawValue)
    #expect(InetDiagDestroy.group(.udp, .ipv6) == SKNLGRP_INET6_UDP_DESTROY.rawValue)
  }
}
