internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// Asks netlink for TCP sockets one by one, where it is known which there are. A dump walks the kernel's
/// table of connections, which all network namespaces share: 5 to 16 ms in each of them, against 4 µs a
/// socket.
struct DiagLookup: ~Copyable {
  private let socket: NetlinkSocket
  private var rows: DiagRows
  private let extensions: UInt8
  private var sequence: UInt32 = 0
  private var buffer = [UInt8](repeating: 0, count: 1 << 13)

  /// How many are asked for at a time: as many answers fit into the socket's buffer, whatever its size.
  private static let batch = 16

  init(_ query: Query, over socket: consuming NetlinkSocket) {
    var query = query
    query.checksBound = false
    self.socket = socket
    rows = DiagRows(query)
    extensions = InetDiagRequest.extensions(for: query.needs)
    let states = query.states.subtracting(StateSet(.bound))
    rows.begin(InetDiagRequest(.byFamily(.tcp, .ipv4), states: states))
  }

  /// Takes the rows of these sockets that the query asks for; false where one is gone, or another is
  /// found in its place.
  mutating func read(_ sockets: [Socket]) throws(SourceError) -> Bool {
    for start in stride(from: 0, to: sockets.count, by: Self.batch) {
      let end = min(start + Self.batch, sockets.count)
      if try !read(sockets[start..<end]) { return false }
    }
    return true
  }

  private mutating func read(_ sockets: ArraySlice<Socket>) throws(SourceError) -> Bool {
    var message: [UInt8] = []
    for (number, socket) in zip(sequence..., sockets) {
      InetDiagLookup(socket, extensions: extensions).append(to: &message, sequence: number)
    }
    var isComplete = true
    do throws(Errno) {
      try socket.send(message.span)
      // The kernel has answered all when the call returns.
      for (number, socket) in zip(sequence..., sockets) {
        isComplete = try receive(socket, number) && isComplete
      }
    } catch {
      throw .refused(error)
    }
    sequence += UInt32(sockets.count)
    return isComplete
  }

  /// Takes the next answer, which must be this socket's row.
  private mutating func receive(_ expected: Socket, _ number: UInt32) throws(Errno) -> Bool {
    let datagram = try socket.receive(into: &buffer, waiting: false)
    let buffer = buffer
    let bytes = buffer.span.extracting(0..<datagram.count)
    var walk = NetlinkWalk()
    guard datagram.sender == 0, !datagram.isTruncated,
      let message = try? walk.next(in: bytes), message.sequence == number,
      message.kind == .socketsByFamily,
      let socket = try? InetDiagMessage.socket(
        .tcp, in: bytes, at: message.payload, boundAsked: false),
      socket.inode == expected.inode
    else { return false }
    _ = rows.take(message, in: bytes)
    return true
  }

  consuming func finish() -> SocketTable { rows.finish("an answer of netlink") }
}

extension DiagSource {
  /// Whether it takes a dump of the kernel's table of connections.
  static func walksConnections(_ query: Query) -> Bool {
    query.protocols.contains(.tcp) && !query.families.isEmpty && query.pushdown != .nothing
      && !query.states.subtracting(StateSet(.listening, .closed, .bound)).isEmpty
  }

  /// The rows of this thread's network namespace without such a dump: those of the sockets that processes
  /// hold there, where the kernel's counts show that there are no others. Nil where there are (waiting to
  /// be accepted, closed and not yet at their end), or where one that was held is gone.
  ///
  /// The counts come after what is held and before the rows: a socket that has a row was in them.
  func read(
    _ query: Query, of held: BPFHeldSockets.Namespace
  ) throws(SourceError) -> SocketTable? {
    guard Self.walksConnections(query), !held.hasRequests, let counts = TCPCounts.ofThread(),
      counts.inUse == held.sockets.count, counts.timeWait == 0
    else { return nil }
    var connections = DiagLookup(query, over: try open())
    guard try connections.read(held.sockets.filter { !$0.isListening }),
      let listening = try readListening(query, of: held.sockets.filter(\.isListening))
    else { return nil }
    var table = connections.finish()
    table.append(listening)
    var others = query
    // Their table is no faster. Where every socket is held, and none is bound and no more, it has none.
    if query.admitsBound, held.hasBound || counts.used != held.count {
      others.protocols = .tcp
      others.states = StateSet(.bound)
      table.append(try read(others))
    }
    others = query
    others.protocols = query.protocols.subtracting(.tcp)
    if !others.protocols.isEmpty { table.append(try read(others)) }
    return table
  }

  /// Those that share a port can't be looked up one by one.
  private func readListening(
    _ query: Query, of held: [Socket]
  ) throws(SourceError) -> SocketTable? {
    var lookup = DiagLookup(query, over: try open())
    if try lookup.read(held) { return lookup.finish() }
    let all = Query(protocols: .tcp, states: StateSet(.listening))
    guard Set(try read(all).sockets.map(\.inode)).isSuperset(of: held.map(\.inode)) else {
      return nil
    }
    var wanted = query
    wanted.protocols = .tcp
    wanted.states = query.states.intersection(StateSet(.listening))
    wanted.checksBound = false
    return try read(wanted)
  }
}
