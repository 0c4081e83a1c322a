public import LinuxSystem
internal import SocketModel

/// An echo server and its clients in one process: connections to look at, all known.
public struct Demo: ~Copyable {
  private var server: EchoServer
  public private(set) var clients: [Connection] = []
  /// Why there are fewer clients than asked for: the file limit, most likely.
  public private(set) var shortfall: Errno?
  /// What the clients got back, together.
  public private(set) var echoed = 0
  /// Where the server listens.
  public let addresses: [SocketAddress]

  /// Listens on 127.0.0.1 and ::1, as far as the host has them, at one free port; connects `count`
  /// clients, to each address in turn, and exchanges the message over each.
  public init(connections count: Int = 3, message: [UInt8] = Array("hello".utf8)) throws(Errno) {
    var options = EchoServer.Options()
    options.maximumConnections = .max
    var server = try Self.server(options)
    let addresses = server.addresses
    var clients: [Connection] = []
    var echoed = 0
    var shortfall: Errno?
    // Who looks at these sockets needs descriptors too.
    var spare = try server.duplicates(16)
    for index in 0..<max(0, count) {
      do throws(Errno) {
        let client = try Self.connect(to: addresses[index % addresses.count], &server)
        echoed += try Self.exchange(message, over: client, &server)
        clients.append(client)
      } catch {
        guard [.tooManyFiles, .tooManyFilesOnHost, .noBufferSpace, .timedOut].contains(error) else {
          throw error
        }
        shortfall = error
        break
      }
    }
    spare.removeAll()
    if shortfall != nil { try server.drain(allBut: clients.count) }
    self.server = server
    self.addresses = addresses
    self.clients = clients
    self.echoed = echoed
    self.shortfall = shortfall
  }

  /// The rows that the kernel's tables should have: listeners, then each client's two ends.
  public func expected() throws(Errno) -> [ExpectedSocket] {
    var rows = try server.expectedRows()
    for client in clients {
      rows.append(
        ExpectedSocket(
          kind: .tcp, local: client.local.endpoint, remote: client.remote.endpoint,
          state: .established, inode: try client.socket.socket.inode(),
          descriptors: [client.socket.rawValue], role: "client"))
    }
    return rows
  }

  /// Goes on serving until the descriptor is readable, or for a limited time, then closes all.
  public mutating func hold(
    until stop: Int32, atMost limit: Duration? = nil
  ) throws(Errno) -> EchoServer.Counters {
    try server.serve(until: stop, atMost: limit)
    return try close()
  }

  /// Closes the clients, then the server.
  public mutating func close() throws(Errno) -> EchoServer.Counters {
    clients = []
    return try server.finish()
  }

  /// On each loopback address that the host has; throws `.addressNotAvailable` where it has none.
  private static func server(_ options: EchoServer.Options) throws(Errno) -> EchoServer {
    let here = try LoopbackPair.families.map { SocketAddress(.loopback($0), 0) }
    return try EchoServer(at: here, options: options)
  }

  private static func connect(
    to address: SocketAddress, _ server: inout EchoServer
  ) throws(Errno) -> Connection {
    let start = MonotonicInstant.now()
    let before = server.totals.accepted
    let socket = try TCPSocket(address.family)
    try socket.finishConnecting(to: address)
    let client = try Connection(socket, handshake: start.elapsed)
    try server.turn(while: { $0.accepted == before })
    return client
  }

  private static func exchange(
    _ message: [UInt8], over client: Connection, _ server: inout EchoServer
  ) throws(Errno) -> Int {
    let wanted = min(message.count, 65536)
    var answer: [UInt8] = []
    let sent =
      wanted == 0 ? 0 : try client.socket.socket.send(message.span.extracting(first: wanted))
    let deadline = MonotonicInstant.now() + .seconds(5)
    while answer.count < sent {
      try server.turn(timeout: .milliseconds(10))
      do throws(Errno) {
        _ = try client.socket.socket.receive(appendingTo: &answer, atMost: sent - answer.count)
      } catch {
        if error != .wouldBlock { throw error }
      }
      if MonotonicInstant.now() > deadline { throw .timedOut }
    }
    return answer.count
  }
}

extension EchoServer {
  /// Turns until something has happened; throws `.timedOut` after a few seconds, and the error for
  /// which accepting was paused.
  mutating func turn(while isSo: (Counters) -> Bool) throws(Errno) {
    let deadline = MonotonicInstant.now() + .seconds(5)
    while isSo(totals) {
      var paused: Errno?
      try turn(timeout: .milliseconds(100)) { event in
        if case .pausedAccepting(let error) = event { paused = error }
      }
      if let paused { throw paused }
      if MonotonicInstant.now() > deadline { throw .timedOut }
    }
  }

  /// So many descriptors that have no use of their own, or as many as there are left.
  fileprivate func duplicates(_ count: Int) throws(Errno) -> [Scenario.HeldDescriptor] {
    var held: [Scenario.HeldDescriptor] = []
    guard let listener = listeners.first else { return held }
    do throws(Errno) {
      for _ in 0..<count {
        held.append(Scenario.HeldDescriptor(try listener.socket.socket.duplicate()))
      }
    } catch {
      if error != .tooManyFiles && error != .tooManyFilesOnHost { throw error }
    }
    return held
  }

  /// Takes in and lets go of the client that went when it could not be served, so that no row of it
  /// is left.
  fileprivate mutating func drain(allBut count: Int) throws(Errno) {
    let accepted = totals.accepted + (acceptAgain == nil ? 0 : 1)
    let deadline = MonotonicInstant.now() + .seconds(5)
    while totals.accepted < accepted || clientCount > count, .now() < deadline {
      try turn(timeout: .milliseconds(100))
    }
  }

  /// The rows of this server: its listeners and its clients' connections.
  public func expectedRows() throws(Errno) -> [ExpectedSocket] {
    var rows: [ExpectedSocket] = []
    for listener in listeners {
      let address = listener.address.endpoint
      rows.append(
        ExpectedSocket(
          kind: .tcp, local: address, remote: .unspecified(address.address.family),
          state: .listening, inode: try listener.socket.socket.inode(),
          descriptors: [listener.socket.rawValue], role: "listener"))
    }
    for client in clients.values.sorted(by: { $0.id < $1.id }) {
      rows.append(
        ExpectedSocket(
          kind: .tcp, local: client.report.local.endpoint,
          remote: client.report.remote.endpoint, state: .established,
          inode: try client.socket.socket.inode(), descriptors: [client.socket.rawValue],
          role: "server"))
    }
    return rows
  }
}
