/// What is asked: which rows may be left out, and what must be known of the others.
///
/// Made once, from the filter, the columns and the sort order, before the first byte is read. It is
/// all that a source learns of them.
public struct Question: Hashable, Sendable {
  public var protocols: ProtocolSet = .tcp
  public var families: FamilySet = .all
  public var states: StateSet = .all
  public var narrowing = Narrowing.everything
  public var needs: Needs = []

  public init(
    protocols: ProtocolSet = .tcp, families: FamilySet = .all, states: StateSet = .all,
    narrowing: Narrowing = .everything, needs: Needs = []
  ) {
    self.protocols = protocols
    self.families = families
    self.states = states
    self.narrowing = narrowing
    self.needs = needs
  }

  /// Whether the row's protocol, family and state are asked for. What listens is no closed TCP
  /// socket. `narrowing` is no part of it: it is the filter's word that decides there.
  public func admits(_ socket: Socket) -> Bool {
    protocols.contains(socket.transport) && states.contains(socket.state)
      && (states != .listening || socket.isListening) && socket.isOf(families)
  }
}

/// What must be known of a row beyond the row itself. What is not needed is not fetched.
public struct Needs: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Who holds it, by pid and descriptor.
  public static let owners = Needs(rawValue: 1 << 0)
  /// The names of those processes (implies owners).
  public static let processNames = Needs(rawValue: 1 << 1)
  /// Their command lines as well (implies process names).
  public static let commands = Needs(rawValue: 1 << 2)
  public static let userNames = Needs(rawValue: 1 << 3)
  public static let hostNames = Needs(rawValue: 1 << 4)
  public static let tcpInfo = Needs(rawValue: 1 << 5)
  public static let memory = Needs(rawValue: 1 << 6)
  public static let congestion = Needs(rawValue: 1 << 7)
  /// Type of service and traffic class.
  public static let tos = Needs(rawValue: 1 << 8)
  public static let shutdown = Needs(rawValue: 1 << 9)
  public static let cgroups = Needs(rawValue: 1 << 10)
  public static let marks = Needs(rawValue: 1 << 11)
  /// Byte counts, round trip and retransmits of each connection: `SocketTraffic`.
  public static let traffic = Needs(rawValue: 1 << 12)

  /// The interface's index, and its name. What this, `cookies` and `v6only` ask for is part of every
  /// row that netlink gives, and unknown to /proc.
  public static let interfaces = Needs(rawValue: 1 << 13)
  public static let cookies = Needs(rawValue: 1 << 14)
  public static let v6only = Needs(rawValue: 1 << 15)

  /// Sockets that are bound and no more, and nothing else.
  public static let boundAlone = Needs(rawValue: 1 << 16)

  /// What stands in `SocketDetails` and is known to netlink alone.
  public static let details: Needs = [
    .tcpInfo, .memory, .congestion, .tos, .shutdown, .cgroups, .marks,
  ]
}
