/// How many sockets there are by protocol, family and state. What has none counts zero.
public struct Totals: Sendable {
  /// One protocol in one address family. A v4-mapped row is IPv6, as in the kernel's tables.
  public struct Part: Hashable, Sendable {
    public let transport: TransportProtocol
    public let family: IPAddress.Family

    public init(transport: TransportProtocol, family: IPAddress.Family) {
      self.transport = transport
      self.family = family
    }
  }

  /// What was counted, TCP first.
  public let parts: [Part]
  private var counts: [Part: [Int]] = [:]

  /// Counts the rows that are shown; protocols and families that were not asked are left out.
  public init(
    _ listing: Listing, protocols: ProtocolSet = .all, families: FamilySet = .all
  ) {
    parts = TransportProtocol.allCases.flatMap { transport in
      IPAddress.Family.allCases.map { Part(transport: transport, family: $0) }
    }.filter { part in
      protocols.contains(part.transport)
        && (families.contains(part.family)
          || listing.rows.contains { listing.snapshot.sockets[Int($0)].family == part.family })
    }
    for part in parts { counts[part] = Array(repeating: 0, count: 256) }
    for row in listing.rows {
      let socket = listing.snapshot.sockets[Int(row)]
      let part = Part(transport: socket.transport, family: socket.family)
      // Two numbers of the kernel's that mean one state.
      let state = socket.state == .newSynReceived ? .synReceived : socket.state
      counts[part]?[Int(state.rawValue)] += 1
    }
  }

  public subscript(part: Part, state: TCPState) -> Int {
    counts[part]?[Int(state.rawValue)] ?? 0
  }

  public func total(_ part: Part) -> Int { counts[part]?.reduce(0, +) ?? 0 }

  public var total: Int { parts.reduce(0) { $0 + total($1) } }

  /// The states that a protocol's sockets can have, in the order of a connection's life, and those
  /// without a name that were seen.
  public func states(of transport: TransportProtocol) -> [TCPState] {
    let named: [TCPState] = transport == .tcp ? TCPState.named : [.closed, .established]
    let others = (UInt8.min...UInt8.max).map { TCPState(rawValue: $0) }.filter { state in
      !named.contains(state)
        && parts.contains { $0.transport == transport && self[$0, state] > 0 }
    }
    return named + others
  }
}
