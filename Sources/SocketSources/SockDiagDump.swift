internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// All sockets of a family that is not the internet's, over netlink (sock_diag(7)).
struct SockDiagDump<Message: SockDiagMessage> {
  let request: SockDiagRequest
  /// Whether each socket's memory is kept.
  let keepsMemory: Bool
  let open: @Sendable () throws(SourceError) -> NetlinkSocket

  /// Throws `.refused` where the kernel has no dump of them, or none for us.
  func read() throws(SourceError) -> Gathered {
    var gathered = Gathered(keepsMemory: keepsMemory)
    for attempt in 1...DiagDump.maximumAttempts {
      gathered = try dump(sequence: UInt32(attempt))
      if !gathered.isInterrupted { break }
    }
    return gathered
  }

  private func dump(sequence: UInt32) throws(SourceError) -> Gathered {
    let socket = try open()
    let message = request.message(sequence: sequence)
    var gathered = Gathered(keepsMemory: keepsMemory)
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
        gathered.isInterrupted = true
        continue
      }
      guard datagram.sender == 0 else { continue }
      if datagram.isTruncated {
        throw .malformed(at: "a netlink datagram", "it is longer than \(buffer.count) bytes")
      }
      let bytes = buffer
      let end = try gathered.take(bytes.span.extracting(0..<datagram.count), answering: sequence)
      if let end {
        if end != 0 { throw .refused(Errno(rawValue: end)) }
        return gathered
      }
    }
  }
}

extension SockDiagDump {
  /// What came of a dump so far.
  struct Gathered {
    var isInterrupted = false
    let keepsMemory: Bool
    private(set) var messages: [Message] = []
    /// The port of the socket that asked; 0 where nothing came.
    private(set) var port: UInt32 = 0
    /// Of each message, where it is kept.
    private(set) var memory: [[UInt8]] = []
    private var seen: Set<UInt64> = []
    private var malformedCount = 0
    private var firstMalformed: MalformedMessage?

    init(keepsMemory: Bool) { self.keepsMemory = keepsMemory }

    /// The number with which the dump ended; nil where it goes on. A row that can't be read costs itself
    /// alone.
    mutating func take(
      _ bytes: Span<UInt8>, answering sequence: UInt32
    ) throws(SourceError) -> Int32? {
      var walk = NetlinkWalk()
      do throws(MalformedMessage) {
        while let message = try walk.next(in: bytes) {
          guard message.sequence == sequence else { continue }
          if message.flags.contains(.dumpInterrupted) { isInterrupted = true }
          port = message.port
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
        let message = try Message(in: bytes, at: payload)
        // One that was bound meanwhile is in another bucket, and comes again.
        guard message.cookie == 0 || seen.insert(message.cookie).inserted else { return }
        messages.append(message)
        if keepsMemory { memory.append(message.memory.map { $0.map { bytes[$0] } } ?? []) }
      } catch {
        malformedCount += 1
        if firstMalformed == nil { firstMalformed = error }
      }
    }

    /// Says in the table what is missing of `kinds`: `unix sockets`.
    func note(of kinds: String, in table: inout SocketTable) {
      table.unread += malformedCount
      if isInterrupted {
        table.gap = .changing
        table.notices.append(
          .warning(
            "the table of \(kinds) kept changing while it was read: the result may be incomplete"))
      }
      if let firstMalformed {
        table.notices.append(
          .warning(
            "\(malformedCount) of the kernel's messages of \(kinds) can't be read; the first: "
              + "\(firstMalformed)"))
      }
    }

    /// The rows that the query admits, as they are; nil is none.
    func table(for query: Query, of kinds: String, _ row: (Message) -> Socket?) -> SocketTable {
      var table = SocketTable()
      for (index, message) in messages.enumerated() {
        guard let socket = row(message), query.admits(socket) else { continue }
        table.append(socket, for: query, memory: keepsMemory ? memory[index] : [])
      }
      note(of: kinds, in: &table)
      return table
    }
  }
}
