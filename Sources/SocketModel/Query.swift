/// What is asked: which rows may be left out, and what must be known of the others.
///
/// Made once, from the filter, the columns and the sort order, before the first byte is read. It is
/// all that a source learns of them.
public struct Query: Hashable, Sendable {
  public var protocols: SocketKindSet = .tcp
  public var families: FamilySet = .all
  public var states: StateSet = .all
  /// `-l`. States alone can't say it: the state in which a UDP socket takes datagrams from anybody is
  /// that of a closed TCP socket.
  public var onlyListening = false
  public var pushdown = Pushdown.everything
  public var needs: Projection = []
  public var namespaces = NamespaceScope.own
  /// Whether it must be known if the kernel leaves out sockets that are bound and no more: that takes
  /// a socket of our own, for as long as the table is read.
  public var checksBound = false
  /// Whether rows are to be as the kernel tells them: no state and no other end is concluded from other
  /// rows.
  public var isVerbatim = false
  /// Which listening sockets must be known, also where they are not asked for: other rows are judged or
  /// grouped by them. See `Snapshot.listeners`.
  public var listeners = Pushdown.nothing

  public init(
    protocols: SocketKindSet = .tcp, families: FamilySet = .all, states: StateSet = .all,
    onlyListening: Bool = false, pushdown: Pushdown = .everything, needs: Projection = []
  ) {
    self.protocols = protocols
    self.families = families
    self.states = onlyListening ? states.intersection(.listening) : states
    self.onlyListening = onlyListening
    self.pushdown = pushdown
    self.needs = needs
  }

  /// Whether the row's protocol, family and state are asked for. `pushdown` is no part of it: there
  /// the filter decides.
  public func admits(_ socket: Socket) -> Bool {
    protocols.contains(socket.kind) && states.contains(socket.state)
      && (!onlyListening || socket.isListening) && socket.isOf(families)
  }

  /// Whether it asks for sockets that are bound and no more, and for nothing else: /proc has none.
  public var isOfBoundAlone: Bool { states == StateSet(.bound) }

  /// Whether a socket that is bound and no more may be among the rows. Only TCP has such.
  public var admitsBound: Bool {
    protocols.contains(.tcp) && states.contains(.bound) && !families.isEmpty
      && pushdown.admitsUnconnected
  }
}

/// What must be known of a row beyond the row itself. What is not needed is not fetched.
public struct Projection: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Who holds it, by pid and descriptor.
  public static let owners = Projection(rawValue: 1 << 0)
  /// The names of those processes (implies owners).
  public static let processNames = Projection(rawValue: 1 << 1)
  /// Their command lines as well (implies process names).
  public static let commands = Projection(rawValue: 1 << 2)
  public static let userNames = Projection(rawValue: 1 << 3)
  public static let hostNames = Projection(rawValue: 1 << 4)
  /// Byte counts, round trip and retransmits of each connection: `SocketTraffic`.
  public static let traffic = Projection(rawValue: 1 << 5)

  /// The interface's index, and its name. What this, `cookies` and `v6only` ask for is part of every
  /// row that netlink gives, and unknown to /proc.
  public static let interfaces = Projection(rawValue: 1 << 6)
  public static let cookies = Projection(rawValue: 1 << 7)
  public static let v6only = Projection(rawValue: 1 << 8)

  /// The id of each row's cgroup alone, for what the owners' column says of it. `cgroups` has it as well.
  public static let cgroupIDs = Projection(rawValue: 1 << 9)

  /// Whether the programs of those processes are there still (implies process names).
  public static let executables = Projection(rawValue: 1 << 10)
  /// The network namespace's number, cookie and name.
  public static let namespace = Projection(rawValue: 1 << 11)
  /// The other ends on this host. Of unix sockets netlink gives them with every row, and /proc has none.
  public static let peers = Projection(rawValue: 1 << 12)
  /// Whether a listener took the connection.
  public static let directions = Projection(rawValue: 1 << 13)

  /// The same and whether the other end is on this host, as far as rows that are read in any case and the
  /// host's addresses tell.
  public static let joining = Projection(rawValue: 1 << 16)

  /// What is the matter with each connection: the kernel is asked twice.
  public static let verdicts = Projection(rawValue: 1 << 20)

  /// How long each row has been seen, where somebody watches.
  public static let ages = Projection(rawValue: 1 << 21)

  // Each of netlink's attributes has a bit of its own, by its kind.
  public static let tcpInfo = Projection(.tcpInfo)
  public static let memory = Projection(.memory)
  public static let congestion = Projection(.congestion)
  /// Type of service and traffic class.
  public static let tos: Projection = [Projection(.tos), Projection(.trafficClass)]
  public static let shutdown = Projection(.shutdown)
  public static let cgroups = Projection(.cgroup)
  public static let marks = Projection(.mark)
  /// Which files the names of unix sockets are, and which clients wait at them.
  public static let unixFiles: Projection = [Projection(.unixFile), Projection(.unixClients)]
  public static let unixReferences = Projection(.unixReferences)
  /// The kernel tells it with `tcp_info` alone.
  public static let upperLayers: Projection = [Projection(.upperLayer), .tcpInfo]

  /// Every attribute that netlink may add to a row.
  public static let details = Projection(rawValue: ~0 << attributeShift)

  private static let attributeShift: UInt64 = 32

  /// An attribute of a kind below 32.
  public init(_ attribute: SocketAttribute) {
    rawValue = 1 << (Self.attributeShift + UInt64(attribute.rawValue))
  }

  /// The attributes that are asked for: bit n is kind n.
  public var attributes: UInt32 { UInt32(truncatingIfNeeded: rawValue >> Self.attributeShift) }
}
