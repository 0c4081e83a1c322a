public import LinuxSystem
public import SocketModel

/// Sockets on the way to a connection, and connected ones.
extension Scenario {
  /// A listener, and so many connections in its accept queue, each with its client.
  public func addListener(
    _ family: IPAddress.Family = .ipv4, waiting: Int = 0
  ) throws(Errno) {
    let listener = try LoopbackPair.listener(family)
    let target = try listener.socket.localAddress()
    try hold(listener, .listening, waiting == 0 ? "listener" : "listener with a queue")
    for _ in 0..<waiting { try addQueued(to: target, "waits in the accept queue") }
  }

  /// An IPv6 wildcard listener that takes IPv4 as well, or refuses it.
  public func addWildcardListener(v6Only: Bool) throws(Errno) {
    let socket = try TCPSocket(.ipv6)
    try socket.socket.set(.v6Only, v6Only ? 1 : 0)
    try socket.socket.bind(to: SocketAddress(.unspecified(.ipv6), 0))
    try socket.listen()
    try hold(socket, .listening, v6Only ? "listener for IPv6 alone" : "dual-stack listener")
  }

  /// Listeners that share one port (`SO_REUSEPORT`).
  public func addTwins(_ family: IPAddress.Family = .ipv4, count: Int = 2) throws(Errno) {
    var address = SocketAddress(.loopback(family), 0)
    for _ in 0..<count {
      let socket = try TCPSocket(family)
      try socket.socket.set(.reusePort, 1)
      try socket.socket.bind(to: address)
      try socket.listen()
      address = try socket.socket.localAddress()
      try hold(socket, .listening, "one of \(count) listeners on one port")
    }
  }

  /// A socket that has a port and does nothing with it.
  public func addBound(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let socket = try TCPSocket(family)
    try socket.socket.bind(to: SocketAddress(.loopback(family), 0))
    try hold(socket, .bound, "bound, neither listening nor connected")
  }

  /// Both ends of a connection.
  public func addEstablished(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let pair = try LoopbackPair(family)
    try hold(pair, .established, .established, "connected")
  }

  /// An IPv4 client of a dual-stack listener: the server's end is `::ffff:127.0.0.1`.
  public func addV4Mapped() throws(Errno) {
    let listener = try LoopbackPair.listener(.ipv6, at: .unspecified(.ipv6))
    let port = try listener.socket.localAddress().endpoint.port
    let pair = try LoopbackPair(
      through: listener, to: SocketAddress(.loopback(.ipv4), port))
    try hold(listener, .listening, "dual-stack listener")
    try hold(pair, .established, .established, "IPv4 to a dual-stack listener")
  }

  /// A SYN that nobody answers: the listener's accept queue is full.
  public func addSynSent(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    // A queue with no room still takes one connection.
    let listener = try LoopbackPair.listener(family, backlog: 0)
    let target = try listener.socket.localAddress()
    try hold(listener, .listening, "listener with a full accept queue")
    try addQueued(to: target, "fills the accept queue")
    let client = try TCPSocket(family)
    _ = try client.socket.connect(to: target)
    try hold(
      client, .synSent, "its SYN is dropped: the accept queue is full", remote: target.endpoint)
  }

  /// A handshake that the listener does not end before the client sends something
  /// (`TCP_DEFER_ACCEPT`). It stays for about a minute.
  public func addSynReceived(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let listener = try LoopbackPair.listener(family)
    try listener.socket.set(.deferAccept, 60)
    let target = try listener.socket.localAddress()
    try hold(listener, .listening, "listener that defers accepting")
    let client = try connected(to: target)
    let local = try client.socket.localAddress().endpoint
    try hold(client, .established, "has sent nothing yet")
    expect(target.endpoint, local, .synReceived, "not accepted before data comes")
  }

  /// UDP sockets: one that takes from anybody, and one that is connected to it.
  public func addDatagram(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let open = try UDPSocket(family)
    try open.socket.bind(to: SocketAddress(.loopback(family), 0))
    let target = try open.socket.localAddress()
    try hold(open, "takes datagrams from anybody")
    let connected = try UDPSocket(family)
    _ = try connected.socket.connect(to: target)
    try hold(connected, "connected to one peer")
  }

  private func addQueued(to target: SocketAddress, _ role: String) throws(Errno) {
    let client = try connected(to: target)
    let local = try client.socket.localAddress().endpoint
    try hold(client, .established, "client that \(role)")
    expect(target.endpoint, local, .established, role)
  }

  private func connected(to target: SocketAddress) throws(Errno) -> TCPSocket {
    let client = try TCPSocket(target.family)
    if try !client.socket.connect(to: target) {
      _ = try PollSet.wait(at: client.rawValue, .writable, timeout: .seconds(5))
      if let error = try client.socket.takeError() { throw error }
    }
    return client
  }

  func hold(
    _ pair: consuming LoopbackPair, _ client: TCPState, _ server: TCPState, _ role: String
  ) throws(Errno) {
    let (clientRole, serverRole) = (role + ": client", role + ": server")
    try hold(pair.client, client, clientRole)
    try hold(pair.server, server, serverRole)
  }
}
