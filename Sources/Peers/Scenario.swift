public import LinuxSystem
internal import SocketModel

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
