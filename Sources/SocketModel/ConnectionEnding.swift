/// How a TCP connection ended, or why none came of it.
public struct ConnectionEnding: Hashable, Sendable {
  /// Who ended it.
  public enum Side: String, CaseIterable, Sendable {
    case here, peer
    /// Neither program: the kernel, or somebody who had the kernel do it.
    case aborted
  }

  public enum Reason: String, CaseIterable, Sendable {
    /// Both ends sent what they had, and a FIN.
    case closed
    case reset, refused
    case timedOut = "timed_out"
    case unreachable
    /// By `sockeye close` or `ss -K`.
    case destroyed
    /// The program did not wait for the answer.
    case cancelled
    /// No local port was free.
    case noPort = "no_port"
    case error
  }

  /// Who sent the first FIN.
  public enum FirstFIN: Sendable { case here, there }

  /// Nil where that is not known.
  public var closedBy: Side?
  /// Nil where that is not known.
  public var reason: Reason?
  /// What the program was told, or would have been (`sk_err`); 0 for nothing.
  public var error: Int32
  /// Whether it never was a connection.
  public var hasFailed: Bool

  public init(closedBy: Side?, reason: Reason?, error: Int32 = 0, hasFailed: Bool) {
    self.closedBy = closedBy
    self.reason = reason
    self.error = error
    self.hasFailed = hasFailed
  }

  /// From the state that the socket left for CLOSED, and the error that it had by then
  /// (net/ipv4/tcp_input.c, `tcp_reset`; tcp_timer.c, `tcp_write_err`; tcp.c, `tcp_abort`).
  public init(
    from state: TCPState, error: Int32, firstFIN: FirstFIN?, wasGivenUp: Bool, hasPort: Bool = true
  ) {
    let hasFailed = state == .synSent || state == .synReceived
    let first: Side? =
      switch firstFIN {
      case .here: .here
      case .there: .peer
      case nil: Self.firstFIN(in: state)
      }
    let reason = Self.reason(error, hasFailed: hasFailed, wasGivenUp: wasGivenUp, hasPort: hasPort)
    let side: Side? =
      switch reason {
      case .refused: .peer
      case .reset: first ?? (wasGivenUp ? .here : .peer)
      case .timedOut, .unreachable, .destroyed, .error: first ?? .aborted
      case .cancelled, .noPort: .here
      case .closed: first ?? (wasGivenUp ? .here : nil)
      }
    self.init(closedBy: side, reason: reason, error: error, hasFailed: hasFailed)
  }

  /// What a state says where nobody saw how the socket came to it.
  private static func firstFIN(in state: TCPState) -> Side? {
    switch state {
    case .finWait1, .finWait2: .here
    case .closeWait, .lastAck: .peer
    default: nil
    }
  }

  private static func reason(
    _ error: Int32, hasFailed: Bool, wasGivenUp: Bool, hasPort: Bool
  ) -> Reason {
    switch ErrorName(rawValue: error) {
    case .none where hasFailed: hasPort ? .cancelled : .noPort
    // What closes with something unread sends a reset in place of a FIN.
    case .none: wasGivenUp ? .reset : .closed
    case .connectionRefused: .refused
    case .connectionReset, .brokenPipe: .reset
    case .timedOut: .timedOut
    case .connectionAborted: .destroyed
    case .hostUnreachable, .networkUnreachable, .hostDown, .noProtocol, .accessDenied,
      .notPermitted:
      .unreachable
    default: .error
    }
  }

  /// The error's name, such as ECONNREFUSED; nil for none, and for one that TCP never has.
  public var errorName: ShortText? { ErrorName(rawValue: error).text }

  /// Those that there are, in order.
  public static let errorNames = ErrorName.names.sorted { $0.key.rawValue < $1.key.rawValue }
    .map(\.value)
}

/// Errors that the kernel gives TCP sockets, by Linux's numbers (asm-generic/errno.h).
private struct ErrorName: RawRepresentable, Hashable {
  let rawValue: Int32

  static let none = ErrorName(rawValue: 0)
  static let notPermitted = ErrorName(rawValue: 1)
  static let accessDenied = ErrorName(rawValue: 13)
  static let brokenPipe = ErrorName(rawValue: 32)
  static let noProtocol = ErrorName(rawValue: 92)
  static let networkUnreachable = ErrorName(rawValue: 101)
  static let connectionAborted = ErrorName(rawValue: 103)
  static let connectionReset = ErrorName(rawValue: 104)
  static let timedOut = ErrorName(rawValue: 110)
  static let connectionRefused = ErrorName(rawValue: 111)
  static let hostDown = ErrorName(rawValue: 112)
  static let hostUnreachable = ErrorName(rawValue: 113)

  static let names: [ErrorName: ShortText] = [
    .notPermitted: "EPERM", .accessDenied: "EACCES", .brokenPipe: "EPIPE",
    .noProtocol: "ENOPROTOOPT", .networkUnreachable: "ENETUNREACH",
    .connectionAborted: "ECONNABORTED", .connectionReset: "ECONNRESET", .timedOut: "ETIMEDOUT",
    .connectionRefused: "ECONNREFUSED", .hostDown: "EHOSTDOWN", .hostUnreachable: "EHOSTUNREACH",
    ErrorName(rawValue: 71): "EPROTO", ErrorName(rawValue: 90): "EMSGSIZE",
    ErrorName(rawValue: 95): "EOPNOTSUPP",
  ]

  var text: ShortText? { Self.names[self] }
}
