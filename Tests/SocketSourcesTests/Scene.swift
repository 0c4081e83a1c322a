import Glibc
import SocketModel
import Testing
import TestSupport

@testable import SocketSources

/// A few sockets of this process in as many kinds and states as a test can hold still.
final class Scene {
  let listener: SceneSocket
  let dualStack: SceneSocket
  let v6Only: SceneSocket
  /// Its accept queue has room for one connection.
  let full: SceneSocket
  /// Its connections stay requests until they send something.
  let deferring: SceneSocket
  let bound: SceneSocket
  let udp: SceneSocket
  let udp6: SceneSocket
  private var others: [SceneSocket] = []
  private var connections: Set<Connection> = []

  /// The rows that the scene comes to.
  static let states: [TCPState: Int] = [
    .listening: 5, .bound: 1, .established: 11, .finWait2: 1, .closeWait: 1, .timeWait: 1,
    .synSent: 1, .synReceived: 1,
  ]
  static let udpRows = 4

  init() throws {
    listener = try .listener(backlog: 7)
    dualStack = try .listener(.ipv6, at: .unspecified(.ipv6))
    v6Only = try .listener(.ipv6, v6Only: true)
    full = try .listener(backlog: 0)
    deferring = try .listener()
    bound = try SceneSocket()
    udp = try SceneSocket(.udp)
    udp6 = try SceneSocket(.udp, .ipv6)
    try bound.bind(IPEndpoint(.loopback(.ipv4), 0))
    let dualPort = dualStack.local.port
    try connect(to: listener.local, through: listener)
    try connect(to: IPEndpoint(.loopback(.ipv4), dualPort), through: dualStack)
    try connect(to: IPEndpoint(.loopback(.ipv6), dualPort), through: dualStack)
    try connect(to: v6Only.local, through: v6Only)

    // Bytes that nobody read, and an end that said it is done.
    let (client, server) = try connect(to: listener.local, through: listener)
    try server.send(1000)
    try client.shutDownSending()

    try leaveTimeWait()

    // One connection that nobody accepted, and one whose SYN finds no room.
    for _ in 0..<2 {
      let waiting = try SceneSocket()
      try waiting.startConnecting(full.local)
      note(waiting, full.local)
      others.append(waiting)
    }

    // A connection request: the other end is connected, this one waits for data.
    try deferring.set(Int32(IPPROTO_TCP), TCP_DEFER_ACCEPT, 60)
    let silent = try SceneSocket()
    try silent.connect(deferring.local)
    note(silent, deferring.local)
    others.append(silent)

    try udp.bind(IPEndpoint(.loopback(.ipv4), 0))
    try udp6.bind(IPEndpoint(.unspecified(.ipv6), 0))
    for target in [udp.local, IPEndpoint(.loopback(.ipv6), udp6.local.port)] {
      let sender = try SceneSocket(.udp, target.address.family)
      try sender.connect(target)
      note(sender, target, .udp)
      try sender.send(10)
      others.append(sender)
    }
  }

  @discardableResult
  private func connect(
    to endpoint: IPEndpoint, through listener: SceneSocket
  ) throws -> (SceneSocket, SceneSocket) {
    let client = try SceneSocket(.tcp, endpoint.address.family)
    try client.connect(endpoint)
    note(client, endpoint)
    let server = try listener.accept()
    others += [client, server]
    return (client, server)
  }

  private func note(
    _ client: SceneSocket, _ target: IPEndpoint, _ kind: SocketKind = .tcp
  ) {
    connections.insert(Connection(kind, client.local, target))
  }

  private func leaveTimeWait() throws {
    let client = try SceneSocket()
    try client.connect(listener.local)
    note(client, listener.local)
    let server = try listener.accept()
    try client.shutDownSending()
    try server.shutDownSending()
  }

  /// The scene's rows among all of the host's, known by inode or by both ends: a port alone may have
  /// another run's TIME_WAIT behind it.
  func rows(of table: SocketTable) -> [Socket] {
    let open = [listener, dualStack, v6Only, full, deferring, bound, udp, udp6]
    let inodes = Set(open.map(\.inode))
    return table.sockets.filter { socket in
      inodes.contains(socket.inode)
        || socket.local.ip.map { local in
          socket.remote.ip.map { connections.contains(Connection(socket.kind, local, $0)) } ?? false
        } ?? false
    }
  }

  /// Two ends, whichever is asked first.
  private struct Connection: Hashable {
    let kind: SocketKind
    let ends: Set<IPEndpoint>

    init(_ kind: SocketKind, _ a: IPEndpoint, _ b: IPEndpoint) {
      self.kind = kind
      ends = Set([a, b].map { IPEndpoint($0.address.unmapped, $0.port) })
    }
  }

  /// All TCP rows, once they have come to rest.
  func settledRows() throws -> [Socket] {
    var rows: [Socket] = []
    let settled = try eventually {
      rows = self.rows(of: try DiagSource().read(Query()))
      return Dictionary(grouping: rows, by: \.state).mapValues(\.count) == Self.states
    }
    #expect(settled, "\(rows.map { "\($0.local) \($0.remote) \($0.state)" })")
    return rows
  }
}
