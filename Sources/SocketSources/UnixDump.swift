internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// All unix sockets of a network namespace over netlink (`AF_UNIX` in sock_diag(7)), each with the other
/// end's name. What the query does not ask for is read as well: it may be an end that is.
struct UnixDump {
  private let query: Query
  private let dump: SockDiagDump<UnixDiagMessage>

  init(_ query: Query, over open: @escaping @Sendable () throws(SourceError) -> NetlinkSocket) {
    self.query = query
    let asksMemory = query.needs.contains(.memory)
    dump = SockDiagDump(
      request: .unix(asksMemory: asksMemory, asksFiles: query.needs.contains(.unixFiles)),
      keepsMemory: asksMemory, open: open)
  }

  /// Throws `.refused` where the kernel has no dump of them, or none for us.
  func read() throws(SourceError) -> SocketTable {
    let gathered = try dump.read()
    var table = SocketTable()
    var names: [UInt64: String] = [:]
    var ends: [UInt32: Endpoint] = [:]
    // A client that waits to be accepted is told of by the listener alone.
    var listeners: [UInt32: UInt32] = [:]
    ends.reserveCapacity(gathered.messages.count)
    for socket in gathered.messages {
      if let name = socket.name {
        let end = name.endpoint
        if let number = end.number { names[number] = name.text }
        ends[socket.inode] = end
      }
      for client in socket.waiting { listeners[client] = socket.inode }
    }
    for (index, socket) in gathered.messages.enumerated() {
      let peer = socket.peer ?? (query.isVerbatim ? nil : listeners[socket.inode])
      // To the kernel a datagram socket that another one is connected to is connected as well.
      let isConnected = socket.state == .established && (peer != nil || !socket.kind.isDatagram)
      let isConcluded = socket.state == .established && !isConnected && !query.isVerbatim
      let state = isConcluded ? .closed : socket.state
      let row = Socket(
        socket.kind, local: ends[socket.inode] ?? .none,
        remote: peer.map { (ends[$0] ?? .none).asPeer(inode: UInt64($0)) } ?? .none,
        state: state, receiveQueue: socket.receiveQueue, sendQueue: socket.sendQueue,
        rawUID: socket.uid ?? .max, inode: UInt64(socket.inode), cookie: socket.cookie)
      guard query.admits(row), query.pushdown.admits(row) else { continue }
      table.append(
        row, for: query, shutdown: socket.shutdown,
        memory: dump.keepsMemory ? gathered.memory[index] : [], file: socket.file,
        clients: query.needs.contains(.unixFiles) ? socket.clients : nil)
    }
    table.unixNames = names
    gathered.note(of: "unix sockets", in: &table)
    return table
  }
}

extension SocketTable {
  /// Appends a socket that is not of the internet with what the query wants of each row.
  mutating func append(
    _ socket: Socket, for query: Query, shutdown: UInt8? = nil, memory: [UInt8] = [],
    file: [UInt8]? = nil, clients: [UInt8]? = nil, references: [UInt32] = []
  ) {
    let traffic: SocketTraffic? = query.needs.contains(.traffic) ? SocketTraffic() : nil
    if query.needs.isDisjoint(with: .details) {
      if let traffic { append(socket, traffic: traffic) } else { append(socket) }
      if query.needs.contains(.cgroupIDs) { append(cgroup: 0) }
      return
    }
    var attributes = AttributeWriter()
    if !memory.isEmpty { attributes.append(.memory, memory) }
    if let shutdown { attributes.append(.shutdown, [shutdown]) }
    if let file { attributes.append(.unixFile, file) }
    if let clients { attributes.append(.unixClients, clients) }
    if !references.isEmpty {
      let bytes = [UInt8](capacity: 12) { out in
        for word in references { out.append(native: word) }
      }
      attributes.append(.unixReferences, bytes)
    }
    append(socket, attributes: attributes.bytes.span, traffic: traffic)
  }
}
