import LinuxSystem
import Peers
import SocketModel
import Testing

struct BindTrialTests {
  @Test func aListenerAndABoundSocketHaveThePort() throws {
    let socket = try TCPSocket(.ipv4)
    try socket.socket.set(.reuseAddress, 1)
    try socket.socket.bind(to: SocketAddress(.loopback(.ipv4), 0))
    let address = try socket.socket.localAddress()
    try socket.listen()
    #expect(BindTrial.run(port: address.endpoint.port, at: [address]) == .addressInUse)
    #expect(BindTrial.run(port: address.endpoint.port, at: []) == .addressInUse)
    let elsewhere = SocketAddress(IPAddress(v4: 0x7f00_0002), address.endpoint.port)
    #expect(BindTrial.run(port: address.endpoint.port, at: [elsewhere]) == nil)
  }

  /// With SO_REUSEADDR at both ends it would work, and take the datagrams.
  @Test func aUDPSocketHasItsPort() throws {
    let socket = try UDPSocket(.ipv4)
    try socket.socket.set(.reuseAddress, 1)
    try socket.socket.bind(to: SocketAddress(.loopback(.ipv4), 0))
    let address = try socket.socket.localAddress()
    #expect(BindTrial.run(.udp, port: address.endpoint.port, at: [address]) == .addressInUse)
    let elsewhere = SocketAddress(IPAddress(v4: 0x7f00_0002), address.endpoint.port)
    #expect(BindTrial.run(.udp, port: address.endpoint.port, at: [elsewhere]) == nil)
  }

  /// The same rows, and the port is free or not by an option that no table shows.
  @Test(arguments: [(true, nil), (false, .addressInUse)] as [(Bool, Errno?)])
  func whatALiveConnectionLeavesOfIt(reuses: Bool, error: Errno?) throws {
    let port: UInt16
    let client = try TCPSocket(.ipv4)
    let server: TCPSocket
    do {
      let listener = try TCPSocket(.ipv4)
      try listener.socket.set(.reuseAddress, reuses ? 1 : 0)
      try listener.socket.bind(to: SocketAddress(.loopback(.ipv4), 0))
      try listener.listen()
      let address = try listener.socket.localAddress()
      port = address.endpoint.port
      _ = try client.socket.connect(to: address)
      _ = try PollSet.wait(at: listener.rawValue)
      server = try listener.accept()
    }
    #expect(BindTrial.run(port: port, at: []) == error)
    withExtendedLifetime(client) {}
    withExtendedLifetime(server) {}
  }
}
