internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// All unix sockets of a network namespace over netlink (`AF_UNIX` in sock_diag(7)), each with the other
/// end's name. What the query does not ask for is read as well: it may be an end that is.
struct UnixDump {
  private let query: Query
  private let open: @Sendable () throws(SourceError) -> NetlinkSocket

  init(_ query: Query, over open: @escaping @Sendable () throws(SourceError) -> NetlinkSocket) {
    self.query = query
    self.open = open
  }

  /// Throws `.refused` where the kernel has no dump of them, or none for us.
  func read() throws(SourceError) -> SocketTable {
    var reading = Reading()
    for attempt in 1...DiagDump.maximumAttempts {
      reading = try dump(sequence: UInt32(attempt))
      if !reading.isInterrupted { break }
    }
    return reading.table(for: query)
  }

  private func dump(sequence: UInt32) throws(SourceError) -> Reading {
    let socket = try open()
    let request = UnixDiagRequest(
      asksMemory: query.needs.contains(.memory), asksFiles: query.needs.contains(.unixFiles))
    let message = request.message(sequence: sequence)
    var reading = Reading()
    reading.keepsMemory = request.asksMemory
    reading.keepsFiles = request.asksFiles
    var buffer = [UInt8](repeating: 0, count: 1 << 15)
    do throws(Errno) {
      try socket.send(message.span)
    } catch {
      throw .refused(error)
    }
    while true {
      let datagram: NetlinkSocket.Datagram
      do throws(Errno) {
        datagram = try socket.receive(into: &buffer, waiting: true)
      } catch {
        guard error == .noBufferSpace else { throw .refused(error) }
        reading.isInterrupted = true
        continue
      }
      guard datagram.sender == 0 else { continue }
      if datagram.isTruncated {
        throw .malformed(at: "a netlink datagram", "it is longer than \(buffer.count) bytes")
      }
      let bytes = buffer
      let end = try reading.take(bytes.span.extracting(0..<datagram.count), answering: sequence)
      if let end {
        if end != 0 { throw .refused(Errno(rawValue: end)) }
        return reading
      }
    }
  }
}

extension UnixDump {
  /// What came of a dump so far.
  struct Reading {
    var isInterrupted = false
    var keepsMemory = false
    private var sockets: [UnixDiagMessage] = []
    var keepsFiles = false
    private var memory: [[UInt8]] = []
    private var files: [(file: [UInt8]?, clients: [UInt8]?)] = []
    private var seen: Set<UInt64> = []
    private var malformedCount = 0
    private var firstMalformed: MalformedMessage?

    /// The number with which the dump ended; nil where it goes on. A row that can't be read costs itself
    /// alone.
    mutating func take(
      _ bytes: Span<UInt8>, answering sequence: UInt32
    ) throws(SourceError) -> Int32? {
      var messages = NetlinkWalk()
      do throws(MalformedMessage) {
        while let message = try messages.next(in: bytes) {
          guard message.sequence == sequence else { continue }
          if message.flags.contains(.dumpInterrupted) { isInterrupted = true }
          switch message.kind {
          case .socketsByFamily: append(message.payload, in: bytes)
          case .done: return message.errorNumber(in: bytes)
          case .error:
            let number = message.errorNumber(in: bytes)
            if number != 0 { return number }
          case .overrun: isInterrupted = true
          default: break
          }
        }
      } catch {
        throw .malformed(at: "byte \(error.offset) of a netlink datagram", "\(error.problem)")
      }
      return nil
    }

    private mutating func append(_ payload: Range<Int>, in bytes: Span<UInt8>) {
      do throws(MalformedMessage) {
        let socket = try UnixDiagMessage(in: bytes, at: payload)
        // One that was bound meanwhile is in another bucket, and comes again.
        guard socket.cookie == 0 || seen.insert(socket.cookie).inserted else { return }
        sockets.append(socket)
        func value(_ range: Range<Int>?) -> [UInt8]? { range.map { $0.map { bytes[$0] } } }
        if keepsMemory { memory.append(value(socket.memory) ?? []) }
        if keepsFiles { files.append((value(socket.file), value(socket.clients))) }
      } catch {
        malformedCount += 1
        if firstMalformed == nil { firstMalformed = error }
      }
    }

    /// The rows that the query admits.
    consuming func table(for query: Query) -> SocketTable {
      var table = SocketTable()
      var names: [UInt64: String] = [:]
      var ends: [UInt32: Endpoint] = [:]
      // A client that waits to be accepted is told of by the listener alone.
      var listeners: [UInt32: UInt32] = [:]
      ends.reserveCapacity(sockets.count)
      for socket in sockets {
        if let name = socket.name {
          let end = name.endpoint
          if let number = end.number { names[number] = name.text }
          ends[socket.inode] = end
        }
        for client in socket.waiting { listeners[client] = socket.inode }
      }
      for (index, socket) in sockets.enumerated() {
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
          row, for: query, shutdown: socket.shutdown, memory: keepsMemory ? memory[index] : [],
          file: keepsFiles ? files[index].file : nil,
          clients: keepsFiles ? files[index].clients : nil)
      }
      table.unixNames = names
      table.unread = malformedCount
      if isInterrupted {
        table.gap = .changing
        table.notices.append(
          .warning(
            "the table of unix sockets kept changing while it was read: the result may be incomplete"
          ))
      }
      if let firstMalformed {
        table.notices.append(
          .warning(
            "\(malformedCount) of the kernel's messages of unix sockets can't be read; the first: "
              + "\(firstMalformed)"))
      }
      return table
    }
  }
}

extension SocketTable {
  /// Appends a unix socket with what the query wants of each row.
  mutating func append(
    _ socket: Socket, for query: Query, shutdown: UInt8? = nil, memory: [UInt8] = [],
    file: [UInt8]? = nil, clients: [UInt8]? = nil,
    references: [UInt32] = []
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
      let bytes = [UInt8](capacity: 12) { out in for word in references { out.append(native: word) }
      }
      attributes.append(.unixReferences, bytes)
    }
    append(socket, attributes: attributes.bytes.span, traffic: traffic)
  }
}

/// Sockets of the internet, and after them those of unix.
final class UnixReading: SocketReading {
  private let others: any SocketReading
  private let dump: UnixDump

  init(_ others: any SocketReading, _ dump: UnixDump) {
    self.others = others
    self.dump = dump
  }

  var rows: [Socket] { others.rows }

  func finish() throws(SourceError) -> SocketTable {
    var all = try others.finish()
    all.append(try dump.read())
    return all
  }
}
