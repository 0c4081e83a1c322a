import LinuxSystem
import SocketModel
import Testing

struct TCPSocketTests {
  @Test(arguments: IPAddress.Family.allCases)
  func aConnectionCarriesBytesAndEnds(family: IPAddress.Family) throws {
    let listener = try listening(family)
    let address = try listener.socket.localAddress()
    #expect(throws: Errno.wouldBlock) { _ = try listener.accept() }

    let client = try TCPSocket(family)
    if try !client.socket.connect(to: address) {
      _ = try PollSet.wait(at: client.rawValue, .writable, timeout: .seconds(10))
    }
    #expect(try client.socket.takeError() == nil)
    _ = try PollSet.wait(at: listener.rawValue, timeout: .seconds(10))
    let server = try listener.accept()
    #expect(try server.socket.remoteAddress() == client.socket.localAddress())
    #expect(try client.socket.remoteAddress() == address)

    let message: [UInt8] = [1, 0, 255]
    #expect(try client.socket.send(message.span) == 3)
    try client.shutdown(.sending)
    #expect(try readAll(server) == message)
    #expect(throws: Errno.brokenPipe) { _ = try client.socket.send(message.span) }
  }

  @Test func aClosedPortRefuses() throws {
    let address: SocketAddress
    do {
      let closed = try listening(.ipv4)
      address = try closed.socket.localAddress()
    }
    let client = try TCPSocket(.ipv4)
    #expect(throws: Errno.notConnected) { _ = try client.socket.remoteAddress() }
    #expect(connectError(client, address) == .connectionRefused)
    #expect(try client.socket.takeError() == nil)
  }

  @Test func aResetReachesThePeer() throws {
    let listener = try listening(.ipv4)
    let client = try TCPSocket(.ipv4)
    _ = try client.socket.connect(to: listener.socket.localAddress())
    _ = try PollSet.wait(at: listener.rawValue, timeout: .seconds(10))
    do {
      let server = try listener.accept()
      try server.resetOnClose()
    }
    _ = try PollSet.wait(at: client.rawValue, timeout: .seconds(10))
    var bytes: [UInt8] = []
    #expect(throws: Errno.connectionReset) {
      _ = try client.socket.receive(appendingTo: &bytes, atMost: 10)
    }
  }

  @Test func optionsAreSetAndRead() throws {
    let socket = try TCPSocket(.ipv6)
    for option in [SocketOption.v6Only, .reuseAddress, .reusePort, .noDelay, .receivesErrors6] {
      try socket.socket.set(option, 1)
      #expect(try socket.socket.get(option) != 0)
      try socket.socket.set(option, 0)
      #expect(try socket.socket.get(option) == 0)
    }
    let v4 = try TCPSocket(.ipv4)
    #expect(throws: Errno(rawValue: 92)) { try v4.socket.set(.v6Only, 1) }
  }

  @Test func aDuplicateIsTheSameSocket() throws {
    let socket = try TCPSocket(.ipv4)
    let other = try TCPSocket(.ipv4)
    let copy = try socket.socket.duplicate()
    #expect(copy.rawValue != socket.rawValue)
    #expect(try socket.socket.inode() > 0)
    #expect(try socket.socket.inode() != other.socket.inode())
    #expect(try socket.socket.cookie() != other.socket.cookie())
  }

  @Test func aPortIsTakenOnce() throws {
    let first = try listening(.ipv4)
    let second = try TCPSocket(.ipv4)
    let address = try first.socket.localAddress()
    #expect(throws: Errno.addressInUse) { try second.socket.bind(to: address) }
  }
}

private func listening(_ family: IPAddress.Family) throws -> TCPSocket {
  let socket = try TCPSocket(family)
  try socket.socket.bind(to: SocketAddress(.loopback(family), 0))
  try socket.listen()
  return socket
}

private func readAll(_ socket: borrowing TCPSocket) throws -> [UInt8] {
  var bytes: [UInt8] = []
  var got = 1
  while got > 0 {
    _ = try PollSet.wait(at: socket.rawValue, timeout: .seconds(10))
    got = try socket.socket.receive(appendingTo: &bytes, atMost: 100)
  }
  return bytes
}

private func connectError(_ client: borrowing TCPSocket, _ address: SocketAddress) -> Errno? {
  do throws(Errno) {
    if try client.socket.connect(to: address) { return nil }
    _ = try PollSet.wait(at: client.rawValue, .writable, timeout: .seconds(10))
    return try client.socket.takeError()
  } catch {
    return error
  }
}
