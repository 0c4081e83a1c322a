/// A socket's state by the kernel's number (include/net/tcp_states.h). A struct and not an enum, so
/// that a state which the kernel adds later is shown as its number.
public struct TCPState: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt8

  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let established = TCPState(rawValue: 1)
  public static let synSent = TCPState(rawValue: 2)
  public static let synReceived = TCPState(rawValue: 3)
  public static let finWait1 = TCPState(rawValue: 4)
  public static let finWait2 = TCPState(rawValue: 5)
  public static let timeWait = TCPState(rawValue: 6)
  /// For what is neither TCP nor MPTCP: not connected.
  public static let closed = TCPState(rawValue: 7)
  public static let closeWait = TCPState(rawValue: 8)
  public static let lastAck = TCPState(rawValue: 9)
  /// Every member of every row is compared with it, for which a stored one costs a call.
  @inlinable public static var listening: TCPState { TCPState(rawValue: 10) }
  public static let closing = TCPState(rawValue: 11)
  /// A connection request in the making. /proc and netlink report it as `synReceived`: as a number of
  /// its own nobody has seen it.
  public static let newSynReceived = TCPState(rawValue: 12)
  /// Bound to a port, neither listening nor connected. Netlink is asked for it by this number and
  /// reports it as `closed`.
  public static let bound = TCPState(rawValue: 13)

  /// The states that have a name, in the order of a connection's life.
  public static let named: [TCPState] = [
    .listening, .bound, .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait,
    .closing, .lastAck, .timeWait, .closed,
  ]

  /// The name in the table and in JSON; nil for a number without a name.
  public func name(_ kind: SocketKind = .tcp) -> ShortText? {
    if self == .closed && kind != .tcp && kind != .mptcp { return Self.unconnected }
    return Int(rawValue) < Self.names.count ? Self.names[Int(rawValue)] : nil
  }

  private static let unconnected: ShortText = "UNCONNECTED"

  /// In the order of the kernel's numbers.
  private static let names: [ShortText?] = [
    nil, "ESTABLISHED", "SYN_SENT", "SYN_RECEIVED", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT",
    "CLOSED", "CLOSE_WAIT", "LAST_ACK", "LISTENING", "CLOSING", nil, "BOUND",
  ]
}

/// A set of states as the kernel's mask (`idiag_states`): bit n is state n.
public struct StateSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// A state beyond the mask's 32 bits is in no set but `all`.
  public init(_ states: TCPState...) {
    rawValue = states.reduce(0) { $0 | ($1.rawValue < 32 ? 1 << UInt32($1.rawValue) : 0) }
  }

  public static let all = StateSet(rawValue: .max)
  /// What `-l` shows: listening TCP sockets and UDP sockets that are not connected.
  public static let listening = StateSet(.listening, .closed)

  public func contains(_ state: TCPState) -> Bool {
    state.rawValue < 32 ? rawValue & 1 << UInt32(state.rawValue) != 0 : self == .all
  }
}

extension SocketKindSet {
  /// The states in which one of them listens.
  public var listening: StateSet {
    (isSubset(of: .datagrams) ? [] : StateSet(.listening))
      .union(isDisjoint(with: .datagrams) ? [] : StateSet(.closed))
  }
}
