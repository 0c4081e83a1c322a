public import LinuxSystem
internal import SocketModel

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
  /// Nobody listens there (a reset, or an ICMP message that says the port is unreachable).
  case refused
  /// No answer.
  case timedOut
  /// There is no way there, or somebody on the way forbids it: `EHOSTUNREACH`, `ENETUNREACH`, ….
  case unreachable(Errno)
  /// Another attempt was faster, or the caller gave up.
  case abandoned
  case failed(Errno)

  init(_ error: Errno) {
    self =
      switch error {
      case .connectionRefused: .refused
      case .timedOut: .timedOut
      case .hostUnreachable, .networkUnreachable, .notPermitted, .accessDenied,
        .addressNotAvailable, .familyNotSupported:
        .unreachable(error)
      default: .failed(error)
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

  /// The outcome that says most: refused before unreachable before no answer.
  public var outcome: ConnectOutcome {
    func weight(_ outcome: ConnectOutcome) -> Int {
      switch outcome {
      case .refused: 0
      case .failed: 1
      case .unreachable: 2
      case .timedOut: 3
      case .abandoned: 4
      }
    }
    if wasStopped { return .abandoned }
    return attempts.map(\.outcome).min { weight($0) < weight($1) } ?? .abandoned
  }
}
