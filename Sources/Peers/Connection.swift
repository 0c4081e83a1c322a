public import LinuxSystem
public import SocketModel

/// An established connection of the test client, closed with its last reference.
public final class Connection: Sendable {
  public let socket: TCPSocket
  public let local: SocketAddress
  public let remote: SocketAddress
  /// How long the handshake took.
  public let handshake: Duration

  init(_ socket: consuming TCPSocket, handshake: Duration) throws(Errno) {
    local = try socket.socket.localAddress()
    remote = try socket.socket.remoteAddress()
    self.socket = socket
    self.handshake = handshake
  }
}

/// How one attempt to connect ended, by what the caller can do about it.
public enum ConnectOutcome: Hashable, Sendable {
  /// A reset: nobody listens there.
  case refused
  /// No answer, or that of a firewall or a router.
  case filtered(ProbeResult.Reason)
  /// This host could not even try.
  case failed(ProbeResult.Failure)
  /// Another attempt was faster, or the caller gave up.
  case abandoned

  public static let timedOut = ConnectOutcome.filtered(.noAnswer)

  init(_ finding: ProbeResult.Finding) {
    self =
      switch finding {
      case .open: .abandoned
      case .closed: .refused
      case .filtered(let reason): .filtered(reason)
      case .failed(let failure): .failed(failure)
      }
  }
}

/// Why no address could be connected to.
public struct ConnectError: Error, Hashable, Sendable {
  public struct Attempt: Hashable, Sendable {
    public let address: SocketAddress
    public let outcome: ConnectOutcome
    public let duration: Duration
  }

  /// All attempts, in the order in which they were begun.
  public let attempts: [Attempt]
  /// The caller's stop descriptor became readable.
  public let wasStopped: Bool
}
