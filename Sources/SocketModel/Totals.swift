/// How many sockets there are by protocol, family and state. What has none counts zero.
public struct Totals: Sendable {
  /// One protocol, of those with addresses in one family. A v4-mapped row is IPv6, as in the kernel's
  /// tables.
  public struct Part: Hashable, Sendable {
    public let kind: SocketKind
    /// Nil for what has no addresses.
    public let family: IPAddress.Family?

    public init(kind: SocketKind, family: IPAddress.Family? = nil) {
      self.kind = kind
      self.family = family
    }

    /// As in JSON.
    public var familyName: ShortText {
      switch kind.domain {
      case .internet: (family ?? .ipv4).name
      case .unix: Socket.unixFamily
      case .link: Socket.linkFamily
      case .netlink: Socket.netlinkFamily
      }
    }
  }

  /// What was counted, TCP first.
  public let parts: [Part]
  private var counts: [Part: [Int]] = [:]
  /// Whether sockets that are bound and no more could not be counted.
  private let lacksBound: Bool
  /// Whether a file holds less than is asked.
  private let lacksRows: Bool

  /// Counts the rows that are shown; protocols and families that were not asked are left out.
  public init(
    _ listing: Listing, protocols: SocketKindSet = .all, families: FamilySet = .all
  ) {
    parts = protocols.kinds.flatMap { kind in
      kind.isInternet
        ? IPAddress.Family.allCases.map { Part(kind: kind, family: $0) } : [Part(kind: kind)]
    }.filter { part in
      part.family.map(families.contains) ?? true
        || listing.rows.contains { listing.snapshot[$0].socket.family == part.family }
    }
    lacksBound = listing.snapshot.boundGap != nil
    if case .recording = listing.snapshot.gap { lacksRows = true } else { lacksRows = false }
    for part in parts { counts[part] = Array(repeating: 0, count: 256) }
    for row in listing.rows {
      let socket = listing.snapshot[row].socket
      let part = Part(kind: socket.kind, family: socket.family)
      // Two numbers of the kernel's that mean one state.
      let state = socket.state == .newSynReceived ? .synReceived : socket.state
      counts[part]?[Int(state.rawValue)] += 1
    }
  }

  /// Nil where the source does not tell how many there are.
  public subscript(part: Part, state: TCPState) -> Int? {
    if lacksBound && part.kind == .tcp && state == .bound { return nil }
    let count = counts[part]?[Int(state.rawValue)] ?? 0
    return lacksRows && count == 0 ? nil : count
  }

  public func total(_ part: Part) -> Int { counts[part]?.reduce(0, +) ?? 0 }

  public var total: Int { parts.reduce(0) { $0 + total($1) } }

  /// The states that a protocol's sockets can have, in the order of a connection's life, and those
  /// without a name that were seen.
  public func states(of kind: SocketKind) -> [TCPState] {
    let named: [TCPState] =
      switch kind {
      case .tcp: TCPState.named
      case .mptcp: TCPState.named.filter { $0 != .bound }
      case .unixStream, .unixSeqpacket: [.listening, .closed, .established]
      case .udp, .udpLite, .raw, .ping, .unixDatagram, .packetRaw, .packetDatagram, .netlink:
        [.closed, .established]
      }
    let others = (UInt8.min...UInt8.max).map { TCPState(rawValue: $0) }.filter { state in
      !named.contains(state)
        && parts.contains { $0.kind == kind && self[$0, state] ?? 0 > 0 }
    }
    return named + others
  }
}
