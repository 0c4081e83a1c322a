public import LinuxSystem

/// One connection of the echo server: what is to go back, and how far it is.
final class ServedClient {
  let socket: TCPSocket
  let id: UInt64
  let opened: MonotonicInstant
  var report: ClientReport
  var lastActive: MonotonicInstant
  var limit: RateLimit?
  /// What was received and not yet sent, from `pendingStart` on. Empty for a client that reads:
  /// its answer goes out from the buffer that all share.
  private(set) var pending: [UInt8] = []
  private var pendingStart = 0
  /// The client has shut down its sending side.
  private(set) var hasEnded = false
  /// The server has shut down its own, after the stop.
  private(set) var isShutDown = false
  /// Nothing is awaited from it: the loop looks again in a moment, as the rate asks for.
  var isPaused = false
  var interest: Epoll.Events = []

  init(
    _ socket: consuming TCPSocket, id: UInt64, remote: SocketAddress, now: MonotonicInstant
  ) throws(Errno) {
    report = ClientReport(local: try socket.socket.localAddress(), remote: remote)
    self.socket = socket
    self.id = id
    opened = now
    lastActive = now
  }

  var pendingCount: Int { pending.count - pendingStart }

  /// Receives once, at most `count` bytes, into the shared buffer; false when nothing came.
  func receive(into shared: inout [UInt8], atMost count: Int) throws(Errno) -> Bool {
    shared.removeAll(keepingCapacity: true)
    let got: Int
    do throws(Errno) {
      got = try socket.socket.receive(appendingTo: &shared, atMost: count)
    } catch .wouldBlock {
      return false
    }
    if got == 0 { hasEnded = true }
    report.received += UInt64(got)
    return true
  }

  /// Sends bytes back after those that wait already; what the peer does not take now waits too.
  func answer(_ bytes: [UInt8]) throws(Errno) {
    var sent = 0
    if pendingCount == 0 { sent = try send(bytes, 0..<bytes.count) }
    if sent < bytes.count { pending += bytes[sent...] }
  }

  /// Sends what waits, as far as the peer takes it.
  func sendPending() throws(Errno) {
    guard pendingCount > 0 else { return }
    pendingStart += try send(pending, pendingStart..<pending.count)
    if pendingStart == pending.count {
      pending = []
      pendingStart = 0
    } else if pendingStart >= pending.count / 2 {
      pending.removeFirst(pendingStart)
      pendingStart = 0
    }
  }

  /// Sends once; how many bytes were taken, 0 when the peer does not read.
  func send(_ bytes: [UInt8], _ range: Range<Int>) throws(Errno) -> Int {
    do throws(Errno) {
      let sent = try socket.socket.send(bytes.span.extracting(range))
      report.sent += UInt64(sent)
      return sent
    } catch .wouldBlock {
      return 0
    }
  }

  func shutDown() throws(Errno) {
    isShutDown = true
    try socket.shutdown(.sending)
  }
}

/// A client as of the moment of an event.
public struct ClientReport: Hashable, Sendable {
  public let local: SocketAddress
  public let remote: SocketAddress
  /// Bytes from the client, and to it.
  public var received: UInt64 = 0
  public var sent: UInt64 = 0
  public var duration: Duration = .zero
}
