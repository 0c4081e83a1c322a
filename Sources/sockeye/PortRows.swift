import LinuxSystem
import SocketFilter
import SocketModel
import SocketSources

/// The rows of one local port of this host, as `wait` looks at them.
struct PortRows {
  let port: UInt16
  /// The addresses of this host that are meant; none means all of them.
  let addresses: [SocketAddress]
  let filter: Filter

  init(_ port: UInt16, _ addresses: [SocketAddress], _ filter: Filter) {
    self.port = port
    self.addresses = addresses
    self.filter = filter
  }

  var protocols: SocketKindSet { filter.protocols ?? .tcp }

  /// Whether terms say no more than which protocol is meant.
  static func isProtocol(_ terms: [String]) -> Bool {
    terms.allSatisfy { ["tcp", "udp"].contains($0.lowercased()) }
  }

  /// The rows in these states that have the port at one of the addresses. Owners, which take long to
  /// look up, only where they are asked for and there is a row at all.
  func read(_ states: StateSet, withOwners: Bool = false) throws -> Listing {
    var collector = Collector()
    var query = query(states)
    // Who asks for owners looks once: a socket that the kernel does not tell of may be the one.
    query.checksBound = withOwners
    let listing = try rows(of: query, &collector)
    guard withOwners || !filter.needs.isEmpty, !listing.rows.isEmpty else { return listing }
    query.needs = filter.needs
    if withOwners { query.needs.formUnion([.owners, .processNames]) }
    var named = try rows(of: query, &collector)
    // A pattern (user=ro*) is held against names.
    named.snapshot = try collector.name(
      named.rows, of: named.snapshot, needs: filter.needs.intersection([.userNames, .cgroups]),
      services: .none)
    return named
  }

  private func query(_ states: StateSet) -> Query {
    Query(
      protocols: protocols, states: states, onlyListening: states == .listening,
      pushdown: .port(.local, port...port))
  }

  private func rows(of query: Query, _ collector: inout Collector) throws -> Listing {
    let snapshot = try collector.collect(query)
    // A narrowed answer may hold more than was asked for.
    let rows = (0..<UInt32(snapshot.count)).filter {
      let socket = snapshot[$0].socket
      return query.admits(socket) && socket.local.port == port && isMeant(socket)
    }
    return Listing(snapshot, rows: rows)
  }

  /// Whether a socket takes one of the addresses, or keeps another one from taking it; also where nobody
  /// can tell.
  private func isMeant(_ socket: Socket) -> Bool {
    socket.local.address != nil
      && (addresses.isEmpty
        || addresses.contains { PortPlace($0).overlaps(socket) != .no })
  }

  /// The rows that have the port, of all states; nil where the source may leave out one that is bound
  /// and no more. Seldom, since a socket of our own finds that out.
  func readComplete() throws -> Listing? {
    var collector = Collector()
    var query = query(.all)
    query.checksBound = true
    let found = try rows(of: query, &collector)
    return found.undecided == nil ? nil : found
  }
}

extension PortPlace {
  init(_ address: SocketAddress) {
    self.init(address.endpoint.address, interface: address.interface)
  }
}
