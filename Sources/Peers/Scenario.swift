public import LinuxSystem
public import SocketModel

/// Sockets of this process in known states, on loopback, each with the row that the kernel's
/// tables should have for it. They live as long as the scenario does, and need no rights.
///
/// All eleven TCP states hold still: a peer that does not read keeps a FIN from being sent
/// (FIN_WAIT_1, CLOSING, LAST_ACK), a full accept queue leaves a SYN unanswered (SYN_SENT), and a
/// listener that defers its accepts leaves a handshake half done (SYN_RECEIVED).
public final class Scenario {
  /// The rows, in the order in which they were made.
  public private(set) var expected: [ExpectedSocket] = []
  private var held: [Held] = []
  private var datagramSockets: [HeldDatagram] = []
  private var duplicates: [HeldDescriptor] = []

  final class Held {
    let socket: TCPSocket
    let state: TCPState
    init(_ socket: consuming TCPSocket, _ state: TCPState) {
      self.socket = socket
      self.state = state
    }
  }

  final class HeldDatagram {
    let socket: UDPSocket
    init(_ socket: consuming UDPSocket) { self.socket = socket }
  }

  final class HeldDescriptor {
    let descriptor: FileDescriptor
    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
  }

  /// Nothing yet.
  public init() {}

  /// Keeps a socket and expects its row. The state is the one that it has, or is about to have.
  @discardableResult
  func hold(
    _ socket: consuming TCPSocket, _ state: TCPState, _ role: String, remote: IPEndpoint? = nil
  ) throws(Errno) -> Held {
    let local = try socket.socket.localAddress().endpoint
    let peer: IPEndpoint
    if let remote { peer = remote } else { peer = try Self.remote(socket.socket) }
    let held = Held(socket, state)
    expected.append(
      ExpectedSocket(
        kind: .tcp, local: local, remote: peer, state: state,
        inode: try held.socket.socket.inode(), descriptors: [held.socket.rawValue], role: role))
    self.held.append(held)
    return held
  }

  func hold(_ socket: consuming UDPSocket, _ role: String) throws(Errno) {
    let remote = try Self.remote(socket.socket)
    let held = HeldDatagram(socket)
    expected.append(
      ExpectedSocket(
        kind: .udp, local: try held.socket.socket.localAddress().endpoint, remote: remote,
        state: remote.port == 0 ? .closed : .established,
        inode: try held.socket.socket.inode(), descriptors: [held.socket.rawValue], role: role))
    datagramSockets.append(held)
  }

  /// Expects a row that belongs to no descriptor.
  func expect(_ local: IPEndpoint, _ remote: IPEndpoint, _ state: TCPState, _ role: String) {
    expected.append(
      ExpectedSocket(
        kind: .tcp, local: local, remote: remote, state: state, inode: 0, descriptors: [],
        role: role))
  }

  /// Takes over another scenario's sockets.
  public func absorb(_ other: Scenario) {
    expected += other.expected
    held += other.held
    datagramSockets += other.datagramSockets
    duplicates += other.duplicates
  }

  /// Duplicates the last socket's descriptor: one socket, two descriptors.
  public func duplicateLast() throws(Errno) {
    guard let last = expected.popLast(), let socket = held.last else { return }
    let copy = HeldDescriptor(try socket.socket.socket.duplicate())
    duplicates.append(copy)
    expected.append(
      ExpectedSocket(
        kind: last.kind, local: last.local, remote: last.remote, state: last.state,
        inode: last.inode, descriptors: last.descriptors + [copy.descriptor.rawValue],
        role: last.role + ", on two descriptors"))
  }

  private static func remote(_ socket: borrowing SocketDescriptor) throws(Errno) -> IPEndpoint {
    do throws(Errno) {
      return try socket.remoteAddress().endpoint
    } catch {
      if error != .notConnected { throw error }
      return .unspecified(try socket.localAddress().family)
    }
  }

  /// Waits until every socket is in its state, as the kernel says (`TCP_INFO`); throws `.timedOut`
  /// where one does not get there.
  public func settle(within limit: Duration = .seconds(5)) throws(Errno) {
    let deadline = MonotonicInstant.now() + limit
    while let last = try unsettled() {
      if MonotonicInstant.now() >= deadline { throw .timedOut }
      _ = try PollSet.wait(at: last.socket.rawValue, [], timeout: .milliseconds(1))
    }
  }

  private func unsettled() throws(Errno) -> Held? {
    for held in held {
      let state = try held.socket.state()
      let isBound = held.state == .bound && state == .closed
      if state != held.state && !isBound { return held }
    }
    return nil
  }
}

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
    try client.finishConnecting(to: target)
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

/// Connections on the way to their end. A FIN is sent after data, and data waits for a window: a
/// peer that does not read keeps the states in which a FIN is not acknowledged.
extension Scenario {
  /// One end has closed, the other has not: FIN_WAIT_2 and CLOSE_WAIT.
  public func addHalfClosed(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let pair = try LoopbackPair(family)
    try pair.client.shutdown(.sending)
    try hold(pair, .finWait2, .closeWait, "half closed")
  }

  /// FIN_WAIT_1, and the peer that does not read.
  public func addFinWait1(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let pair = try LoopbackPair(family, smallBuffers: true)
    try pair.client.fillPeer()
    try pair.client.shutdown(.sending)
    try hold(pair, .finWait1, .established, "its FIN waits for a window")
  }

  /// CLOSING: both have closed, and one FIN waits; the other end is in FIN_WAIT_2.
  public func addClosing(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let pair = try LoopbackPair(family, smallBuffers: true)
    try pair.client.fillPeer()
    try pair.client.shutdown(.sending)
    try pair.server.shutdown(.sending)
    try hold(pair, .closing, .finWait2, "both closed, one FIN waits")
  }

  /// LAST_ACK: the peer closed first, and the answering FIN waits.
  public func addLastAck(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let pair = try LoopbackPair(family, smallBuffers: true)
    try pair.client.fillPeer()
    try pair.server.shutdown(.sending)
    try pair.client.awaitEnd()
    try pair.client.shutdown(.sending)
    try hold(pair, .lastAck, .finWait2, "closed second, its FIN waits")
  }

  /// TIME_WAIT, which the kernel keeps for a minute after both ends are gone.
  public func addTimeWait(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let pair = try LoopbackPair(family)
    let local = try pair.client.socket.localAddress().endpoint
    let remote = try pair.client.socket.remoteAddress().endpoint
    try pair.client.shutdown(.sending)
    try pair.server.awaitEnd()
    try pair.server.shutdown(.sending)
    try pair.client.awaitEnd()
    expect(local, remote, .timeWait, "closed first, a minute ago at most")
  }

  /// Sockets in every state that a connection has, in one family, and settled.
  public static func everyState(_ family: IPAddress.Family = .ipv4) throws(Errno) -> Scenario {
    let scenario = Scenario()
    try scenario.addListener(family)
    try scenario.addBound(family)
    try scenario.addSynSent(family)
    try scenario.addSynReceived(family)
    try scenario.addEstablished(family)
    try scenario.addFinWait1(family)
    try scenario.addHalfClosed(family)
    try scenario.addClosing(family)
    try scenario.addLastAck(family)
    try scenario.addTimeWait(family)
    try scenario.settle()
    return scenario
  }

  /// Every state in the families that the host has, and what else makes rows differ: waiting
  /// connections, v4-mapped ends, wildcards, twins, a duplicate, UDP.
  public static func everything() throws(Errno) -> Scenario {
    let families = try LoopbackPair.families
    let first = families[0]
    let scenario = try everyState(first)
    try scenario.addListener(first, waiting: 3)
    try scenario.addTwins(first)
    try scenario.addListener(first)
    try scenario.duplicateLast()
    try scenario.addDatagram(first)
    if families.count > 1 {
      try scenario.absorb(everyState(.ipv6))
      try scenario.addV4Mapped()
      try scenario.addWildcardListener(v6Only: true)
      try scenario.addDatagram(.ipv6)
    }
    try scenario.settle()
    return scenario
  }
}
