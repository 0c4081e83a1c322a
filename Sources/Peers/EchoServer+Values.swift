public import LinuxSystem

extension EchoServer {
  /// What is done with what a client sends.
  public enum Mode: Sendable {
    /// It comes back (RFC 862).
    case echo
    /// It is read and forgotten (RFC 863).
    case discard
    /// It is forgotten, and lines of characters are sent without end (RFC 864).
    case chargen
  }

  public struct Options: Sendable {
    public var mode = Mode.echo
    /// Bytes a second and client: received for echo and discard, sent for chargen.
    public var rate: Int?
    /// One client more is accepted and closed at once.
    public var maximumConnections = 1024
    /// A client that neither sends nor takes anything for so long is closed.
    public var idleTimeout: Duration?
    /// How long what is in flight may take to finish after the stop.
    public var grace = Duration.seconds(5)
    /// Bytes kept for a client that does not read; reading from it pauses meanwhile.
    public var bufferSize = 65536

    public init() {}
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

  /// Why a connection ended.
  public enum End: Hashable, Sendable {
    /// The client closed its side, and all was answered.
    case finished
    case idle
    /// A reset, or another error of the connection.
    case failed(Errno)
    /// The grace after the stop was over.
    case cutOff
  }

  public enum Event: Hashable, Sendable {
    case opened(ClientReport)
    case closed(ClientReport, End)
    /// More clients than allowed.
    case turnedAway(SocketAddress)
    /// No descriptor or memory is left: accepting goes on when a client leaves, or soon.
    case pausedAccepting(Errno)
    /// Accepting ended, with so many clients open.
    case stopping(Int)
  }

  /// What there was, for the last line.
  public struct Totals: Hashable, Sendable {
    public var accepted = 0
    public var turnedAway = 0
    public var received: UInt64 = 0
    public var sent: UInt64 = 0
    /// Connections that were reset or failed otherwise.
    public var failed = 0
    public var idle = 0
    /// Connections that were still open when the grace ended.
    public var cutOff = 0
    /// Bytes that were received and not answered: cut off, failed, or sent after the stop.
    public var unanswered: UInt64 = 0
    /// How often accepting paused, as no descriptor or memory was left.
    public var pauses = 0

    public init() {}
  }
}
