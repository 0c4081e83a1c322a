import SocketModel
import TestSupport
import Testing

@testable import LinuxSystem

struct ErrorQueueTests {
  @Test(arguments: [
    (IPAddress.Family.ipv4, QueuedError.Origin.icmp, UInt8(3), UInt8(3)),
    (.ipv6, .icmp6, 1, 4),
  ])
  func aRefusedDatagramSaysWhoRefused(
    family: IPAddress.Family, origin: QueuedError.Origin, type: UInt8, code: UInt8
  ) throws {
    let target: SocketAddress
    do {
      let gone = try UDPSocket(family)
      try gone.socket.bind(to: SocketAddress(.loopback(family), 0))
      target = try gone.socket.localAddress()
    }
    let sender = try UDPSocket(family)
    try sender.socket.set(family == .ipv4 ? .receivesErrors : .receivesErrors6, 1)
    #expect(try sender.socket.nextQueuedError() == nil)
    #expect(try sender.socket.connect(to: target))
    let message: [UInt8] = [1]
    _ = try sender.socket.send(message.span)
    #expect(
      try PollSet.wait(at: sender.rawValue, [], timeout: .seconds(10)).contains(.error))
    let error = try #require(try sender.socket.nextQueuedError())
    #expect(error.error == .connectionRefused)
    #expect(error.origin == origin)
    #expect(error.type == type)
    #expect(error.code == code)
    #expect(error.offender == .loopback(family))
    #expect(try sender.socket.nextQueuedError() == nil)
  }

  // A message of another kind (SOL_SOCKET, type 2, 20 bytes), then the error: refused, ICMP 3/13,
  // from 10.0.0.1.
  static let messages: [UInt8] = [
    20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 9, 9, 9, 9, 0, 0, 0, 0,
    48, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0,
    113, 0, 0, 0, 2, 3, 13, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    2, 0, 0, 0, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
  ]

  @Test func theErrorIsFoundAmongOtherMessages() throws {
    let error = try #require(decoded(Self.messages))
    #expect(error.error == .hostUnreachable)
    #expect(error.origin == .icmp)
    #expect(error.type == 3)
    #expect(error.code == 13)
    #expect(error.offender == IPAddress(v4: 0x0a00_0001))
  }

  @Test func hostileMessagesDoNotTrap() {
    var lengthOfNothing = Self.messages
    lengthOfNothing[0] = 0
    #expect(decoded(lengthOfNothing) == nil)
    var lengthBeyondTheEnd = Self.messages
    lengthBeyondTheEnd[7] = 0x7f
    #expect(decoded(lengthBeyondTheEnd) == nil)
    fuzz(Self.messages) { _ = decoded($0) }
  }
}

private func decoded(_ bytes: [UInt8]) -> QueuedError? {
  unsafe bytes.withUnsafeBytes { unsafe QueuedError(controlMessages: $0) }
}
