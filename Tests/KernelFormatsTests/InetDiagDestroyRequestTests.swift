import SocketModel
import TestSupport
import Testing

@testable import KernelFormats

@Suite struct InetDiagDestroyRequestTests {
  private static let v4 = Socket(
    .tcp, local: Endpoint(IPAddress(v4: 0x7f00_0001), 8080),
    remote: Endpoint(IPAddress(v4: 0x0a00_0005), 443), state: .established,
    cookie: 0x0102_0304_0506_0708, interface: 3)

  @Test func theBytesAreTheKernelsStructs() throws {
    var request = try #require(InetDiagDestroyRequest(Self.v4))
    let bytes = request.message(sequence: 9)
    #expect(bytes.count == 72)
    var walk = NetlinkWalk()
    let message = try #require(try walk.next(in: bytes.span))
    #expect(message.kind == .destroySocket && message.sequence == 9)
    #expect(message.flags == [.request, .acknowledge])
    let body = Array(bytes[message.payload])
    #expect(Array(body[0..<4]) == [2, 6, 0, 0])
    #expect(Array(body[4..<8]) == NetlinkBytes.native(UInt32.max))
    // struct inet_diag_sockid: what the kernel wrote of the row.
    #expect(Array(body[8..<12]) == [0x1f, 0x90, 1, 0xbb])
    #expect(Array(body[12..<28]) == [127, 0, 0, 1] + [UInt8](repeating: 0, count: 12))
    #expect(Array(body[28..<44]) == [10, 0, 0, 5] + [UInt8](repeating: 0, count: 12))
    #expect(Array(body[44..<48]) == NetlinkBytes.native(UInt32(3)))
    #expect(Array(body[48..<52]) == NetlinkBytes.native(UInt32(0x0506_0708)))
    #expect(Array(body[52..<56]) == NetlinkBytes.native(UInt32(0x0102_0304)))
    request.remotePort = 7
    #expect(Array(request.message(sequence: 9)[16 + 10..<16 + 12]) == [0, 7])
  }

  @Test func anIPv6AddressIsInNetworkOrder() throws {
    var socket = Self.v4
    socket.local = Endpoint(IPAddress(v6: 0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f), 1)
    socket.remote = .unspecified(.ipv6)
    let body = Array(try #require(InetDiagDestroyRequest(socket)).message(sequence: 1)[16...])
    #expect(body[0] == 10 && Array(body[12..<28]) == Array(0...15))
  }

  @Test func whatCannotBeNamed() {
    var socket = Self.v4
    socket.cookie = 0
    #expect(InetDiagDestroyRequest(socket) == nil)
    #expect(
      InetDiagDestroyRequest(
        Socket(.unixStream, local: .none, remote: .none, state: .established, cookie: 5)) == nil)
  }
}

@Suite struct ProcKinshipTests {
  @Test(
    arguments: [
      ("5 (a) b) S 40 5 5 0 -1 4194560 1 2", 40, false),
      ("2 (kthreadd) S 0 0 0 0 -1 2129984 0", 0, true),
    ] as [(String, Int32, Bool)])
  func parents(text: String, parent: Int32, isKernelThread: Bool) throws {
    let bytes = Array(text.utf8)
    let found = ProcKinship(bytes.span)
    let kinship = try #require(found)
    #expect(kinship.parent == parent && kinship.isKernelThread == isKernelThread)
  }

  @Test func everyPrefixEnds() {
    let bytes = Array("5 (a) S 40 5 5 0 -1 4194560 1".utf8)
    for end in bytes.indices {
      let prefix = Array(bytes[..<end])
      _ = ProcKinship(prefix.span)
    }
    let other = Array("5 (a) S x 5 5 0 -1 4194560".utf8)
    let found = ProcKinship(other.span)
    #expect(found == nil)
  }
}
