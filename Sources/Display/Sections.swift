public import SocketModel

/// What is shown of a socket beyond the basics: the options `-o -e -i -m`, and in JSON whatever the
/// columns ask for.
public struct Sections: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `timer`, `timer_expires`, `timer_retransmits`.
  public static let timer = Sections(rawValue: 1 << 0)
  /// `cookie`, `v6only`.
  public static let identity = Sections(rawValue: 1 << 1)
  public static let cgroup = Sections(rawValue: 1 << 2)
  public static let mark = Sections(rawValue: 1 << 3)
  /// `tos`, `tclass`.
  public static let tos = Sections(rawValue: 1 << 4)
  public static let shutdown = Sections(rawValue: 1 << 5)
  public static let congestion = Sections(rawValue: 1 << 6)
  /// `tx_bytes`, `rx_bytes`, `tcp_info`.
  public static let tcpInfo = Sections(rawValue: 1 << 7)
  public static let memory = Sections(rawValue: 1 << 8)
  /// Each owner's command line.
  public static let commands = Sections(rawValue: 1 << 9)

  /// What `-e` shows.
  public static let extended: Sections = [.identity, .cgroup, .mark, .tos, .shutdown]
  /// What `-i` shows.
  public static let internals: Sections = [.congestion, .tcpInfo]

  /// The sections that a field stands in; none for the basics.
  public init(_ field: Field) {
    switch field {
    case .timer, .timerExpires, .timerRetransmits: self = .timer
    case .cookie, .v6only: self = .identity
    case .cgroup: self = .cgroup
    case .mark: self = .mark
    case .tos, .trafficClass: self = .tos
    case .shutdown: self = .shutdown
    case .congestion: self = .congestion
    case .txBytes, .rxBytes, .tcpInfo: self = .tcpInfo
    case .memory: self = .memory
    case .command: self = .commands
    case .proto, .family, .localAddress, .localPort, .remoteAddress, .remotePort, .interface,
      .state, .receiveQueue, .sendQueue, .uid, .user, .inode, .ownerStatus, .pid, .process, .fds:
      self = []
    }
  }

  /// What a Question must ask for so that the sections are there.
  public var needs: Needs {
    Field.all.reduce(into: []) { needs, field in
      let section = Sections(field)
      if !section.isEmpty && isSuperset(of: section) { needs.formUnion(field.needs) }
    }
  }
}
