import Glibc
import LinuxSystem
import SocketModel
import TestSupport
import Testing

@testable import SocketSources

/// What processes hold of a network namespace, and the rows that netlink gives for it one by one. Each test
/// has a namespace of its own: what others do can't be seen there.
@Suite(
  .enabled(
    if: IsolatedNetwork.isAvailable && canWalk, "\(IsolatedNetwork.neededFor), and BPF iterators"))
struct BPFHeldSocketsTests {
  private static let everything: Projection = [.details, .traffic]

  /// What is held of this thread's namespace.
  private static func held() throws -> BPFHeldSockets.Namespace {
    try #require(
      try BPFHeldSockets.read().namespaces[try FileStatus(of: NetworkNamespaces.own).inode])
  }

  /// The rows by both ways; nil where those of the sockets that are held are not all.
  private static func rows(
    _ query: Query, of held: BPFHeldSockets.Namespace
  ) throws -> (dump: [Socket], held: [Socket]?) {
    let source = DiagSource()
    let table = try source.read(query, of: held)
    func sorted(_ rows: [Socket]) -> [Socket] { rows.sorted { $0.cookie < $1.cookie } }
    return (sorted(try source.read(query).sockets), table.map { sorted($0.sockets) })
  }

  private final class Sockets {
    var all: [SceneSocket] = []

    @discardableResult
    func connect(to listener: SceneSocket, at endpoint: IPEndpoint? = nil) throws -> SceneSocket {
      let endpoint = endpoint ?? listener.local
      let client = try SceneSocket(.tcp, endpoint.address.family)
      try client.connect(endpoint)
      let server = try listener.accept()
      all += [client, server, listener]
      return client
    }
  }

  /// Listeners, connections and others in every form that a process can hold, and still.
  private static func hold() throws -> Sockets {
    let sockets = Sockets()
    let v4 = try SceneSocket.listener()
    try sockets.connect(to: v4).send(100)
    try sockets.connect(to: v4).shutDownSending()
    try sockets.connect(to: try .listener(.ipv6, v6Only: true))
    let dual = try SceneSocket.listener(.ipv6, at: .unspecified(.ipv6))
    try sockets.connect(to: dual, at: IPEndpoint(.loopback(.ipv4), dual.local.port))
    let bound = try SceneSocket()
    try bound.bind(IPEndpoint(.loopback(.ipv4), 0))
    let udp = try SceneSocket(.udp)
    try udp.bind(IPEndpoint(.loopback(.ipv4), 0))
    sockets.all += [bound, udp, try SceneSocket()]
    return sockets
  }

  // Each dump of the table of connections walks those of all namespaces.
  @Test func rowsAreTheSameWithoutADump() throws {
    try onThreadOfItsOwn {
      _ = try IsolatedNetwork.enterNew()
      let sockets = try Self.hold()
      defer { withExtendedLifetime(sockets) {} }
      let port = sockets.all[0].local.port
      let held = try Self.held()
      for query in [
        Query(protocols: .all, needs: Self.everything), Query(),
        Query(families: .ipv4), Query(families: .ipv6), Query(states: StateSet(.established)),
        Query(states: StateSet(.listening, .closeWait), needs: Self.everything),
        Query(pushdown: .port(.local, port...port)),
      ] {
        let (dump, rows) = try Self.rows(query, of: held)
        #expect(rows == dump && !dump.isEmpty, "\(query)")
      }
    }
  }

  @Test func listenersThatShareAPortAreAllThere() throws {
    try onThreadOfItsOwn {
      _ = try IsolatedNetwork.enterNew()
      var twins: [SceneSocket] = []
      var end = IPEndpoint(.loopback(.ipv4), 0)
      for _ in 0..<5 {
        let twin = try SceneSocket()
        try twin.set(SOL_SOCKET, SO_REUSEPORT, 1)
        try twin.bind(end)
        try twin.listen()
        end = twin.local
        twins.append(twin)
      }
      let (dump, rows) = try Self.rows(Query(), of: try Self.held())
      #expect(rows == dump && dump.count == 5)
      withExtendedLifetime(twins) {}
    }
  }

  // A bound socket is in no count of TCP's; on its way to another process nobody holds it.
  @Test func aBoundSocketOnItsWayIsThere() throws {
    try onThreadOfItsOwn {
      _ = try IsolatedNetwork.enterNew()
      var bound = [try SceneSocket()]
      try bound[0].bind(IPEndpoint(.loopback(.ipv4), 0))
      let sent = try PostedDescriptor(posting: bound[0].descriptor)
      bound = []
      let (dump, rows) = try Self.rows(Query(), of: try Self.held())
      #expect(rows == dump && dump.count == 1)
      withExtendedLifetime(sent) {}
    }
  }

  // Rows that no process holds are seen by a dump alone.
  @Test(arguments: [TCPState.established, .synReceived, .timeWait, .finWait1])
  func whatNobodyHoldsTakesADump(kind: TCPState) throws {
    try onThreadOfItsOwn {
      _ = try IsolatedNetwork.enterNew()
      let held = try Self.hold()
      let listener = try SceneSocket.listener()
      var clients = [try SceneSocket()]
      if kind == .synReceived { try listener.set(Int32(IPPROTO_TCP), TCP_DEFER_ACCEPT, 60) }
      if kind == .finWait1 { try listener.set(SOL_SOCKET, SO_RCVBUF, 2048) }
      try clients[0].connect(listener.local)
      switch kind {
      case .timeWait:
        let server = try listener.accept()
        try clients[0].shutDownSending()
        try server.shutDownSending()
      case .finWait1:
        // Closed with more bytes than the other end has room for.
        held.all.append(try listener.accept())
        try clients[0].set(SOL_SOCKET, SO_SNDBUF, 1 << 18)
        try clients[0].send(100_000)
        clients = []
      default: break
      }
      let isThere = try eventually {
        try DiagSource().read(Query()).sockets.contains { $0.state == kind && $0.inode == 0 }
      }
      let (dump, rows) = try Self.rows(Query(), of: try Self.held())
      #expect(isThere && rows == nil, "\(dump)")
      withExtendedLifetime((held, listener, clients)) {}
    }
  }

  // Neither a name nor a process leads to it.
  @Test func aNamespaceThatOnlyASocketHoldsIsFound() throws {
    let socket = try onThreadOfItsOwn {
      _ = try IsolatedNetwork.enterNew()
      return Held(try SceneSocket.listener(), try FileStatus(of: NetworkNamespaces.own).inode)
    }
    var collector = Collector()
    var query = Query(needs: [.namespace, .owners])
    query.namespaces = .everywhere
    let snapshot = try collector.collect(query)
    let row = try #require(snapshot.rows.first { $0.socket.inode == socket.listener.inode })
    #expect(snapshot.namespaces[Int(row.socket.namespace)].inode == socket.namespace)
    #expect(snapshot.gap == nil)
    #expect(try BPFHeldSockets.read().namespaces[socket.namespace]?.sockets.count == 1)
  }

  /// Out of the thread that made it.
  private struct Held: @unchecked Sendable {
    let listener: SceneSocket
    let namespace: UInt64

    init(_ listener: SceneSocket, _ namespace: UInt64) {
      self.listener = listener
      self.namespace = namespace
    }
  }
}

private let canWalk = (try? BPFHeldSockets.read()) != nil
