internal import KernelFormats
public import LinuxSystem
internal import SocketModel

/// Where a recording goes: called with each request and then with its answers, as netlink messages.
public typealias DiagRecorder = @Sendable (Span<UInt8>) throws(Errno) -> Void

/// One query to netlink sock_diag (sock_diag(7)) as a machine that takes a datagram a step.
struct DiagDump: ~Copyable {
  private let socket: NetlinkSocket
  private let recorder: DiagRecorder?
  private var rows: DiagRows
  /// What is yet to be asked, the request under way first.
  private var requests: [InetDiagRequest]
  private var sequence: UInt32 = 1
  private var attempts = 1
  /// The kernel fills at most 32 KiB a datagram.
  private var buffer = [UInt8](repeating: 0, count: 1 << 15)

  /// How often an interrupted dump is read.
  static let maximumAttempts = 3

  /// Asks over a socket that is open: in tests one with a fake kernel. `spent` is a table that nobody
  /// needs any more: its memory is used again. Room is made for so many rows. `DiagRows` says what the
  /// canary is.
  init(
    _ query: Query, recorder: DiagRecorder? = nil,
    reusing spent: consuming SocketTable = SocketTable(), expecting rows: Int = 0,
    canary: Endpoint? = nil, over socket: consuming NetlinkSocket
  ) throws(SourceError) {
    let requests = DiagPlan.requests(for: query)
    var rows = DiagRows(query, reusing: consume spent, expecting: rows, canary: canary)
    if let first = requests.first {
      rows.begin(first)
      try Self.send(first, sequence: 1, to: socket, recorder)
    }
    self.socket = socket
    self.recorder = recorder
    self.rows = rows
    self.requests = requests
  }

  /// The kernel's socket; `.refused` where there is none to be had.
  @Sendable static func open() throws(SourceError) -> NetlinkSocket {
    do throws(Errno) {
      return try NetlinkSocket.sockDiag()
    } catch {
      throw .refused(error)
    }
  }

  /// All is answered.
  var isDone: Bool { requests.isEmpty }

  /// Waits for a datagram and takes it; true when all is answered.
  mutating func step() throws(SourceError) -> Bool {
    guard !isDone, let datagram = try receive(), datagram.sender == 0 else { return isDone }
    if datagram.isTruncated {
      throw .malformed(at: "a netlink datagram", "it is longer than \(buffer.count) bytes")
    }
    let bytes = buffer
    let datagramBytes = bytes.span.extracting(0..<datagram.count)
    try Self.record(datagramBytes, recorder)
    let ended = try Self.take(datagramBytes, answering: sequence, into: &rows)
    if let ended { try dumpEnded(ended) }
    return isDone
  }

  /// Reads up to the first row that does not listen: what listens comes first, and may take many
  /// datagrams.
  mutating func readListeners() throws(SourceError) {
    while rows.sockets.last?.isListening ?? true, try !step() {}
  }

  /// The rows that came so far.
  var rowsSoFar: [Socket] { rows.sockets }

  /// Waits for all that is left; the table.
  consuming func readRest() throws(SourceError) -> SocketTable {
    while try !step() {}
    return finish()
  }

  /// The table, once all is answered.
  consuming func finish() -> SocketTable { rows.finish("a netlink datagram") }

  /// Nil where something was lost.
  private mutating func receive() throws(SourceError) -> NetlinkSocket.Datagram? {
    do throws(Errno) {
      return try socket.receive(into: &buffer, waiting: true)
    } catch {
      guard error == .noBufferSpace else { throw .refused(error) }
      rows.markInterrupted()
      return nil
    }
  }

  /// The number with which the dump ended; nil where it goes on.
  private static func take(
    _ bytes: Span<UInt8>, answering sequence: UInt32, into rows: inout DiagRows
  ) throws(SourceError) -> Int32? {
    var messages = NetlinkWalk()
    do throws(MalformedMessage) {
      while let message = try messages.next(in: bytes) {
        guard message.sequence == sequence else { continue }
        if case .ended(let number) = rows.take(message, in: bytes) { return number }
      }
    } catch {
      throw .malformed(at: "byte \(error.offset) of a netlink datagram", "\(error.problem)")
    }
    return nil
  }

  private mutating func dumpEnded(_ number: Int32) throws(SourceError) {
    let request = requests.removeFirst()
    if number != 0 {
      rows.discard()
      let instead = DiagPlan.instead(of: request)
      if instead.isEmpty { throw .refused(Errno(rawValue: number)) }
      requests.insert(contentsOf: instead, at: 0)
      attempts = 0
    } else if rows.isInterrupted && attempts < Self.maximumAttempts {
      rows.discard()
      requests.insert(request, at: 0)
    } else {
      rows.accept()
      attempts = 0
    }
    try ask()
  }

  /// Sends the first request that is left.
  private mutating func ask() throws(SourceError) {
    guard let request = requests.first else { return }
    sequence &+= 1
    attempts += 1
    rows.begin(request)
    try Self.send(request, sequence: sequence, to: socket, recorder)
  }

  private static func send(
    _ request: InetDiagRequest, sequence: UInt32, to socket: borrowing NetlinkSocket,
    _ recorder: DiagRecorder?
  ) throws(SourceError) {
    let message = request.message(sequence: sequence)
    try record(message.span, recorder)
    do throws(Errno) {
      try socket.send(message.span)
    } catch {
      throw .refused(error)
    }
  }

  private static func record(
    _ bytes: Span<UInt8>, _ recorder: DiagRecorder?
  ) throws(SourceError) {
    do throws(Errno) {
      try recorder?(bytes)
    } catch {
      throw .unrecorded(error)
    }
  }
}
