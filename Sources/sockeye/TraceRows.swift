import LinuxSystem
import SocketFilter
import SocketModel
import SocketSources

/// Which events are told: rows are made of them, with all names, and the filter judges both ends of each.
struct TraceRows {
  private let filter: Filter
  private let query: Query
  private var collector: Collector
  private let namespaces: TracedNamespaces
  private let scope: NamespaceScope
  private let identity = HostIdentity.ofThisHost()
  private let isFollowing: Bool
  private var pairing = EventPairing()
  private var listeners = ListenerOwners()
  private var listenersReadAt: MonotonicInstant?
  private var commands: [Int32: (name: [UInt8], command: [UInt8]?)] = [:]
  private var addresses: Set<IPAddress> = []
  private var addressesReadAt: MonotonicInstant?
  /// Events that something unknown leaves open: who owns them.
  private(set) var undecided = 0

  init(
    _ filter: Filter, _ query: Query, _ collector: Collector, namespaces: TracedNamespaces,
    scope: NamespaceScope, isFollowing: Bool
  ) {
    self.filter = filter
    self.query = query
    self.collector = collector
    self.namespaces = namespaces
    self.scope = scope
    self.isFollowing = isFollowing
  }

  /// Whether some event waits for its other end.
  var isWaiting: Bool { !pairing.isEmpty }

  mutating func add(_ events: [ConnectionEvent]) {
    if events.isEmpty { return }
    // Interfaces come and go.
    if addressesReadAt.map({ $0.elapsed > .seconds(10) }) ?? true {
      addressesReadAt = .now()
      addresses = Set((Host.addresses ?? []).map(\.endpoint.address.unmapped))
    }
    for var event in events {
      if event.isPolled && event.role == nil {
        event = named(event)
        if event.listener != nil { event.role = .accepted }
      }
      if event.kind == .listening {
        if let process = event.opener {
          listeners.note(event.socket.local, in: event.namespace, process)
        }
        continue
      }
      let remote = event.socket.remote.address?.unmapped
      let isHere = remote.map { $0.isLoopback || addresses.contains($0) } ?? false
      pairing.add(event, mayHavePeer: isHere || scope != .own)
    }
  }

  /// What is to be told by now (nil: of all that there is), the rows of a listing in their order.
  mutating func take(at now: MonotonicInstant?) throws -> Listing {
    let pairs = pairing.take(at: now.map { UInt64(clamping: $0.nanoseconds) })
    if pairs.isEmpty { return Listing(.empty, rows: []) }
    var events: [ConnectionEvent] = []
    var peers: [Int?] = []
    var places: [(first: Int, second: Int?)] = []
    for pair in pairs {
      let first = events.count
      events.append(named(pair.event))
      if let peer = pair.peer {
        events.append(named(peer))
        peers += [first + 1, first]
        places.append((first, first + 1))
      } else {
        peers.append(nil)
        places.append((first, nil))
      }
    }
    var builder = SnapshotBuilder(
      time: .now(), host: Host.name, events: events, peers: peers, namespaces: namespaces.own,
      names: namespaces.names)
    builder.identity = identity
    if filter.needs.contains(.commands) { addCommands(&builder.names) }
    var snapshot = builder.frozen()
    snapshot = try collector.name(
      nil, of: snapshot, needs: [.cgroups, .userNames], services: .none)
    let selection = filter.select(from: snapshot, for: query)
    let (chosen, open) = (Set(selection.rows), Set(selection.undecided))
    var rows: [UInt32] = []
    for (first, second) in places {
      let both = [first, second].compactMap { $0 }
      let admitted = both.filter { !isFollowing || events[$0].isFollowed }
      if let row = admitted.first(where: { chosen.contains(UInt32($0)) }) {
        rows.append(UInt32(row))
      } else if admitted.contains(where: { open.contains(UInt32($0)) }) {
        undecided += 1
      }
    }
    return Listing(snapshot, rows: rows)
  }

  /// Where nobody is known to own what was accepted here it is who listens.
  private mutating func named(_ event: ConnectionEvent) -> ConnectionEvent {
    guard event.role != .connected, event.owner == nil else { return event }
    var event = event
    if let owner = listeners.owner(of: event) {
      event.listener = owner
    } else if listenersReadAt.map({ $0.elapsed > .seconds(1) }) ?? true {
      readListeners()
      event.listener = listeners.owner(of: event)
    }
    return event
  }

  private mutating func readListeners() {
    listenersReadAt = .now()
    var query = Query(
      states: .listening, onlyListening: true, needs: [.owners, .processNames, .namespace])
    query.namespaces = scope
    guard let snapshot = try? collector.collect(query) else { return }
    listeners.note(snapshot)
  }

  /// The command lines of those that still run.
  private mutating func addCommands(_ names: inout Names) {
    if commands.count > 4096 { commands = [:] }
    for (pid, process) in names.processes {
      if commands[pid]?.name != process.name {
        let command = try? FileDescriptor.contents(of: "/proc/\(pid)/cmdline", chunk: 4096)
        commands[pid] = (process.name, command)
      }
      names.processes[pid]?.command = commands[pid]?.command
    }
  }
}
