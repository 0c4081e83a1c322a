/// What changed between two listings of one question: listeners by their address, and connections
/// counted by who has them and with whom.
///
/// Who holds a listener is no part of what it is: where a service was started again it is the same
/// listener under another pid. The port that the kernel chose for a client is no part of a
/// connection's place for the same reason.
public struct ListingDifference: Sendable {
  public private(set) var changes: [Change] = []

  public var isEmpty: Bool { changes.isEmpty }

  /// Whether there is a change even if all that the listings lack was there.
  public private(set) var isProven = false

  /// With `onlyListening` connections are left out.
  public init(from older: Listing, to newer: Listing, onlyListening: Bool) {
    let hasNamespaces = older.tellsNamespaces && newer.tellsNamespaces
    var before = Places(older, hasNamespaces: hasNamespaces, ports: newer.listeningPorts)
    var after = Places(newer, hasNamespaces: hasNamespaces, ports: older.listeningPorts)
    let disputed = before.owners(disputedBy: after)
    before.merge(disputed)
    after.merge(disputed)
    if onlyListening {
      before.listeners = before.listeners.filter { $0.key.side == .listener }
      after.listeners = after.listeners.filter { $0.key.side == .listener }
    }
    compareListeners(before.listeners, after.listeners)
    if !onlyListening { compareConnections(before.connections, after.connections) }
    isProven = changes.contains { change in
      switch change.kind {
      case .opened, .grown: !older.isIncomplete
      case .closed, .shrunk: !newer.isIncomplete
      case .changed, .moved, .exposed: !older.isIncomplete && !newer.isIncomplete
      }
    }
  }

  /// Where connections are counted together, or listeners are.
  public struct Place: Hashable, Sendable {
    /// The network namespace by its name or number; nil where not both listings tell.
    public var namespace: String?
    public var kind: SocketKind
    public var side: Side
    /// A listener's own end, else the other end: as far as it is no port that the kernel chose.
    public var end: Endpoint
    /// What a unix socket's end is called.
    public var path: String?
    /// The port of this end, where a listener took the connections.
    public var localPort: UInt16 = 0
    /// The process, by its name, or in its place the unit; nil for a listener, and where it is not known.
    public var owner: String?

    public enum Side: Hashable, Sendable {
      case listener
      /// Taken by a listener of this side.
      case incoming
      case outgoing
      /// Datagram sockets at ports that the kernel chose.
      case unconnected
      /// Bound and no more.
      case bound
    }
  }

  /// What there is at a place.
  public struct Count: Hashable, Sendable {
    public var sockets = 0
    /// Those of them that their program has yet to close.
    public var closeWait = 0
    /// Ascending, each once.
    public var pids: [Int32] = []
    /// The name of the first of them.
    public var process: String?
    public var user: UInt32?
    /// Whether all owners were seen.
    public var knowsOwners = true
    /// Of a listener at `::`, whether all refuse IPv4; nil where that is not told.
    public var refusesIPv4: Bool?
    /// Of a listener, the interface from which alone all take what comes in; nil for any.
    public var interface: String?
    var knowsInterface = true
  }

  public struct Change: Hashable, Sendable {
    public let kind: Kind
    /// More than one where the owner alone is another: all that it holds.
    public var places: [Place]
    /// Before the change; none where it opened.
    public var before: Count?
    public var after: Count?
    /// The place that a listener had before.
    public var formerPlace: Place?

    public enum Kind: String, CaseIterable, Sendable {
      case opened, closed, changed, grown, shrunk, moved, exposed
    }
  }
}

// MARK: What there is

extension Listing {
  fileprivate var tellsNamespaces: Bool {
    isEmpty || contains { $0.namespace.inode != nil }
  }

  /// The ports at which something of the listing listens.
  fileprivate var listeningPorts: Set<UInt16> {
    Set(lazy.map(\.socket).filter { $0.isListener && $0.local.isIP }.map(\.local.port))
  }
}

private struct Places {
  var listeners: [ListingDifference.Place: ListingDifference.Count] = [:]
  var connections: [ListingDifference.Place: ListingDifference.Count] = [:]
  /// How many of these have an owner who is not known, by their place without one.
  private var unknown: [ListingDifference.Place: Int] = [:]

  /// Where the ports begin that the kernel chooses on most hosts (ip_local_port_range): a file does not say
  /// those of its host.
  private static let firstChosenPort: UInt16 = 32_768

  init(_ listing: Listing, hasNamespaces: Bool, ports others: Set<UInt16>) {
    let ports = listing.listeningPorts.union(others)
    for row in listing {
      let socket = row.socket
      let isOfNobody = socket.kind == .tcp && socket.inode == 0
      if isOfNobody && !socket.isListening { continue }
      guard let place = Self.place(row, hasNamespaces, ports) else { continue }
      if place.side == .listener || place.side == .bound {
        Self.add(row, to: &listeners[place, default: .init()])
      } else {
        Self.add(row, to: &connections[place, default: .init()])
        if place.owner == nil, row.hasUnknownOwner { unknown[place, default: 0] += 1 }
      }
    }
  }

  private static func place(
    _ row: Row, _ hasNamespaces: Bool, _ ports: Set<UInt16>
  ) -> ListingDifference.Place? {
    let socket = row.socket
    var place = ListingDifference.Place(
      namespace: nil, kind: socket.kind, side: .listener, end: socket.local.unmapped)
    if hasNamespaces {
      place.namespace = row.namespace.name ?? row.namespace.inode.map { "\($0)" }
    }
    let names = row.snapshot.names
    func path(_ end: Endpoint) -> String? {
      if case .unix(let number)? = end.unixName { names.unix[number] } else { nil }
    }
    if socket.isListening && !socket.isConnected {
      let isChosen = socket.kind.isDatagram && socket.local.port >= firstChosenPort
      if socket.kind.isInternet && isChosen {
        place.side = .unconnected
        place.end = .none
        place.owner = owner(row)
      }
      place.path = path(socket.local)
      return place
    }
    if socket.state == .bound && socket.local.port < firstChosenPort {
      place.side = .bound
      return place
    }
    guard socket.isConnected, socket.state != .timeWait else { return nil }
    place.owner = owner(row)
    if socket.kind.isUnix {
      let own = path(socket.local)
      place.side = own == nil ? .outgoing : .incoming
      place.path = own ?? path(socket.remote)
      place.end = .none
      return place.path == nil ? nil : place
    }
    let (local, remote) = (socket.local.port, socket.remote.port)
    let isIncoming =
      ports.contains(local) || row.direction == Direction.incoming
      || !ports.contains(remote) && local < firstChosenPort && remote >= firstChosenPort
    let other = socket.remote.unmapped
    place.side = isIncoming ? .incoming : .outgoing
    place.end = isIncoming ? other.addressOnly : other
    if isIncoming { place.localPort = local }
    return place
  }

  private static func owner(_ row: Row) -> String? {
    let names = row.snapshot.names
    if let process = row.firstProcess, let name = names.process(process)?.name {
      return String(raw: name)
    }
    return row.cgroupName?.unit
  }

  private static func add(_ row: Row, to count: inout ListingDifference.Count) {
    let socket = row.socket
    let refusal: Bool? =
      switch socket.v6Only {
      case .yes: true
      case .no: false
      case .unknown: nil
      }
    let interface = socket.interfaceKey.map { row.snapshot.names.interfaces[$0] ?? "\($0.index)" }
    if count.sockets == 0 {
      count.refusesIPv4 = refusal
      count.interface = interface
    } else {
      count.refusesIPv4 = count.refusesIPv4.flatMap { one in refusal.map { one && $0 } }
      if count.interface != interface { count.interface = nil }
    }
    if row.snapshot.unknown.contains(.interfaces) { count.knowsInterface = false }
    count.sockets += 1
    if row.socket.state == .closeWait { count.closeWait += 1 }
    count.user = row.socket.uid ?? count.user
    if row.ownerStatus.mayHaveOthers || row.ownerStatus == .notAsked { count.knowsOwners = false }
    if count.process == nil { count.process = owner(row) }
    for owner in row.owners where !count.pids.contains(owner.pid) { count.pids.append(owner.pid) }
    count.pids.sort()
  }
}

extension Row {
  /// Whether somebody has it, and nobody can tell who.
  fileprivate var hasUnknownOwner: Bool {
    ownerStatus.mayHaveOthers || ownerStatus == .notAsked || firstPID != nil
  }
}

// MARK: Owners that one of the two does not tell

extension Places {
  /// The places without their owners where one table lacks owners that the other tells, and the owner if it
  /// is the only one there.
  func owners(disputedBy other: Places) -> [ListingDifference.Place: String?] {
    var owners: [ListingDifference.Place: Set<String>] = [:]
    for place in [unknown, other.unknown].flatMap(\.keys)
    where unknown[place] != other.unknown[place] {
      owners[place] = []
    }
    if owners.isEmpty { return [:] }
    for place in [connections, other.connections].flatMap(\.keys) {
      if let owner = place.owner { owners[place.ofAnybody]?.insert(owner) }
    }
    return owners.mapValues { $0.count == 1 ? $0.first : nil }
  }

  /// Counts what is at such a place together, whoever has it.
  mutating func merge(_ owners: [ListingDifference.Place: String?]) {
    if owners.isEmpty { return }
    connections = connections.reduce(into: [:]) { merged, entry in
      var place = entry.key.ofAnybody
      place.owner = owners[place] ?? entry.key.owner
      merged[place, default: .init()].add(entry.value)
    }
  }
}

extension ListingDifference.Place {
  fileprivate var ofAnybody: Self {
    var place = self
    place.owner = nil
    return place
  }
}

extension ListingDifference.Count {
  fileprivate mutating func add(_ other: Self) {
    sockets += other.sockets
    closeWait += other.closeWait
    pids = Set(pids + other.pids).sorted()
    process = [process, other.process].compactMap(\.self).min()
    user = user ?? other.user
    knowsOwners = knowsOwners && other.knowsOwners
  }
}

// MARK: Comparing

extension ListingDifference {
  private mutating func compareListeners(_ before: [Place: Count], _ after: [Place: Count]) {
    var opened = after.filter { before[$0.key] == nil }
    var closed = before.filter { after[$0.key] == nil }
    var found: [Change] = []
    // What closed at one address and opened at another one of the same port has moved there.
    for (former, count) in closed where former.end.isIP && former.end.port != 0 {
      let others = opened.filter { former.isSamePort(as: $0.key) }
      let rivals = closed.filter { former.isSamePort(as: $0.key) }
      guard others.count == 1, rivals.count == 1, let (place, now) = others.first else { continue }
      let isExposed = former.side == .listener && former.isLoopback && !place.isLoopback
      found.append(
        Change(
          kind: isExposed ? .exposed : .moved, places: [place], before: count, after: now,
          formerPlace: former))
      opened[place] = nil
      closed[former] = nil
    }
    found += opened.map { Change(kind: .opened, places: [$0], before: nil, after: $1) }
    found += closed.map { Change(kind: .closed, places: [$0], before: $1, after: nil) }
    var owned: [Change] = []
    for (place, now) in after {
      guard let then = before[place] else { continue }
      if let kind = place.changeOfReach(then, now) {
        found.append(Change(kind: kind, places: [place], before: then, after: now))
      } else if then.sockets != now.sockets {
        let kind: Change.Kind = then.sockets < now.sockets ? .grown : .shrunk
        found.append(Change(kind: kind, places: [place], before: then, after: now))
      } else if then.isHeldOtherwise(than: now) {
        owned.append(Change(kind: .changed, places: [place], before: then, after: now))
      }
    }
    // One process that was started again is one change, whatever it listens at.
    let groups = Dictionary(grouping: owned) { change in
      [change.before, change.after].map { [$0?.process ?? ""] + ($0?.pids ?? []).map { "\($0)" } }
    }
    for group in groups.values {
      guard var change = group.first else { continue }
      change.places = group.flatMap(\.places).sorted()
      found.append(change)
    }
    changes += found.sorted { $0.places[0] < $1.places[0] }
  }

  private mutating func compareConnections(_ before: [Place: Count], _ after: [Place: Count]) {
    var found: [Change] = []
    for (place, now) in after {
      guard let then = before[place] else {
        found.append(Change(kind: .opened, places: [place], before: nil, after: now))
        continue
      }
      let isSame = then.sockets == now.sockets && then.closeWait == now.closeWait
      if isSame { continue }
      let isGrown =
        then.sockets == now.sockets
        ? then.closeWait < now.closeWait : then.sockets < now.sockets
      found.append(
        Change(kind: isGrown ? .grown : .shrunk, places: [place], before: then, after: now))
    }
    for (place, then) in before where after[place] == nil {
      found.append(Change(kind: .closed, places: [place], before: then, after: nil))
    }
    changes += found.sorted { $0.places[0] < $1.places[0] }
  }
}

extension ListingDifference.Count {
  /// Whether it is known to have other holders. Fields that only one side has are not compared: a user over
  /// /proc, the name of a process that could not be read.
  fileprivate func isHeldOtherwise(than other: Self) -> Bool {
    if let user, let former = other.user, user != former { return true }
    guard knowsOwners, other.knowsOwners else { return false }
    return pids != other.pids || knowsName && other.knowsName && process != other.process
  }

  /// Whether nobody holds it, or it is known what the first of them is called.
  public var knowsName: Bool { process != nil || pids.isEmpty }
}

extension ListingDifference.Place {
  public var isLoopback: Bool { end.address?.isLoopback ?? false }

  /// Exposed where it takes more than before at the same address, changed where it takes less; nil where
  /// neither is known.
  fileprivate func changeOfReach(
    _ then: ListingDifference.Count, _ now: ListingDifference.Count
  ) -> ListingDifference.Change.Kind? {
    guard side == .listener, end.isIP else { return nil }
    if then.knowsInterface && now.knowsInterface && then.interface != now.interface {
      return now.interface == nil ? .exposed : .changed
    }
    guard end.isUnspecified, let before = then.refusesIPv4, let after = now.refusesIPv4 else {
      return nil
    }
    return before == after ? nil : after ? .changed : .exposed
  }

  fileprivate func isSamePort(as other: Self) -> Bool {
    namespace == other.namespace && kind == other.kind && side == other.side
      && other.end.isIP && end.port == other.end.port
  }
}

extension ListingDifference.Place: Comparable {
  /// Listeners first, then by protocol, end and owner.
  public static func < (a: Self, b: Self) -> Bool {
    func key(_ place: Self) -> (Int, UInt8, UInt16) {
      let side =
        switch place.side {
        case .listener: 0
        case .bound: 1
        case .incoming: 2
        case .outgoing: 3
        case .unconnected: 4
        }
      return (side, place.kind.rawValue, place.localPort)
    }
    if key(a) != key(b) { return key(a) < key(b) }
    if a.end != b.end { return a.end < b.end }
    return [a.namespace, a.path, a.owner].map { $0 ?? "" }
      .lexicographicallyPrecedes([b.namespace, b.path, b.owner].map { $0 ?? "" })
  }
}
