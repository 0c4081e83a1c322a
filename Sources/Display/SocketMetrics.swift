public import SocketModel

/// What `sockeye metrics` measures of a listing of all TCP and UDP sockets.
///
/// No label is a pid, a remote address or a port that the kernel chose: each of these would make a new
/// series again and again.
public struct SocketMetrics: Sendable {
  /// So many groups of processes are told apart, those with the most sockets.
  public var top = 50
  /// Ports of other ends that are told apart.
  public var remotePorts: Set<UInt16> = []
  /// The ports that the kernel chooses from; nil where they are not known.
  public var clientPorts: PortsForClients?
  /// Whether they are those of the namespace that is the first in the snapshot.
  public var countsClientPorts = true
  /// Whether connections were judged.
  public var countsVerdicts = false
  /// Whether rows are of several network namespaces.
  public var namesNamespaces = false

  public init() {}

  /// All measurements together are no more than this: 20 namespaces and 20 remote ports with all
  /// states, the processes that `top` may be, and what of listeners then has room.
  static let seriesLimit = 2000
  private static let namespacesLimit = 20

  /// What the namespaces are called that are told apart.
  private var namespaceNames: [UInt16: String] = [:]

  public func families(_ listing: Listing) -> [MetricFamily] {
    var metrics = self
    if namesNamespaces { metrics.namespaceNames = largestNamespaces(listing) }
    return metrics.measurements(listing)
  }

  private func measurements(_ listing: Listing) -> [MetricFamily] {
    let others =
      [states(listing), hiddenOwners(listing), incomplete(listing)] + usedClientPorts(listing)
      + [verdicts(listing), atRemotePorts(listing), processes(listing)]
    let used = others.reduce(0) { $0 + $1.samples.count }
    return others + listeners(listing, limit: max(1, (Self.seriesLimit - used) / 3))
  }

  private typealias Label = MetricFamily.Label

  /// The caller's own has no name here.
  private func largestNamespaces(_ listing: Listing) -> [UInt16: String] {
    var counts: [UInt16: Int] = [:]
    for row in listing { counts[row.socket.namespace, default: 0] += 1 }
    let namespaces = listing.snapshot.namespaces
    var names: [UInt16: String] = [:]
    let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    for (index, _) in ranked.prefix(Self.namespacesLimit) {
      let name = Int(index) < namespaces.count ? namespaces[Int(index)].name : nil
      names[index] = name ?? "unnamed"
    }
    if countsClientPorts { names[0] = "" }
    return names
  }

  private func namespace(_ index: UInt16) -> Label {
    Label("netns", namesNamespaces ? namespaceNames[index] ?? "other" : "")
  }

  private func stateName(_ state: TCPState, _ kind: SocketKind) -> String {
    state.name(kind).map { "\($0)" } ?? "\(state.rawValue)"
  }
}

// MARK: All sockets

extension SocketMetrics {
  private func states(_ listing: Listing) -> MetricFamily {
    var family = MetricFamily(
      "sockeye_sockets", help: "Sockets by protocol, address family and state.")
    func add(_ part: Totals.Part, _ state: TCPState, _ count: Int, _ netns: Label) {
      family.add(
        Double(count),
        [
          Label("protocol", "\(part.kind.name)"), Label("family", "\(part.familyName)"),
          Label("state", stateName(state, part.kind)), netns,
        ])
    }
    if !namesNamespaces {
      let totals = Totals(listing)
      for part in totals.parts {
        for state in totals.states(of: part.kind) {
          if let count = totals[part, state] { add(part, state, count, Label("netns", "")) }
        }
      }
      return family
    }
    struct Place: Hashable { let part: Totals.Part, state: TCPState, namespace: UInt16 }
    var counts: [Place: Int] = [:]
    for row in listing.rows {
      let socket = listing.snapshot[row].socket
      guard let of = socket.family else { continue }
      let part = Totals.Part(kind: socket.kind, family: of)
      counts[Place(part: part, state: socket.state, namespace: socket.namespace), default: 0] += 1
    }
    for (place, count) in counts {
      add(place.part, place.state, count, namespace(place.namespace))
    }
    return family
  }

  private func hiddenOwners(_ listing: Listing) -> MetricFamily {
    var family = MetricFamily(
      "sockeye_hidden_owners", help: "Sockets whose owners could not all be seen.")
    if listing.snapshot.asksOwners { family.add(Double(listing.hiddenOwners)) }
    return family
  }

  private func incomplete(_ listing: Listing) -> MetricFamily {
    var family = MetricFamily(
      "sockeye_incomplete", help: "Whether sockets may be missing from the other numbers.")
    family.add(listing.isIncomplete ? 1 : 0)
    return family
  }

  private func usedClientPorts(_ listing: Listing) -> [MetricFamily] {
    guard let clientPorts, countsClientPorts else { return [] }
    var used = MetricFamily(
      "sockeye_ephemeral_ports_used",
      help: "Ports of ip_local_port_range in use; TCP can share one among several peers."
    )
    var limit = MetricFamily(
      "sockeye_ephemeral_ports_limit", help: "Ports in ip_local_port_range that are not reserved.")
    for kind in SocketKind.internet {
      var isUsed = [Bool](repeating: false, count: 1 << 16)
      for row in listing.rows {
        let socket = listing.snapshot[row].socket
        if socket.kind == kind, socket.namespace == 0 { isUsed[Int(socket.local.port)] = true }
      }
      let label = [Label("protocol", "\(kind.name)")]
      used.add(
        Double(clientPorts.range.count { isUsed[Int($0)] && clientPorts.contains($0) }), label)
      limit.add(Double(clientPorts.count), label)
    }
    return [used, limit]
  }

  /// Of all namespaces together, those that no connection has as well.
  private func verdicts(_ listing: Listing) -> MetricFamily {
    var family = MetricFamily(
      "sockeye_verdicts", help: "TCP connections by what keeps them from moving.")
    if !countsVerdicts { return family }
    for verdict in Verdict.allCases { family.add(0, [Label("verdict", verdict.name)]) }
    for row in listing {
      if let verdict = row.verdict { family.add(1, [Label("verdict", verdict.name)]) }
    }
    return family
  }

  private func atRemotePorts(_ listing: Listing) -> MetricFamily {
    var family = MetricFamily(
      "sockeye_remote_port_sockets", help: "Sockets whose other end has this port, by state.")
    if remotePorts.isEmpty { return family }
    for row in listing.rows {
      let socket = listing.snapshot[row].socket
      if !remotePorts.contains(socket.remote.port) { continue }
      family.add(
        1,
        [
          Label("protocol", "\(socket.kind.name)"), Label("port", "\(socket.remote.port)"),
          Label("state", stateName(socket.state, socket.kind)),
          namespace(socket.namespace),
        ])
    }
    return family
  }
}

// MARK: Processes

extension SocketMetrics {
  /// The rows of one process, or of one of the other answers to whose they are.
  private struct Holder: Hashable {
    let status: OwnerStatus
    let process: ProcessKey?
    let cgroup: UInt64?
    let namespace: UInt16
  }

  /// As it is told apart in the end.
  private struct Group: Hashable {
    let process: String
    let unit: String
    let netns: Label
  }

  private func processes(_ listing: Listing) -> MetricFamily {
    var family = MetricFamily(
      "sockeye_process_sockets",
      help: "Sockets by the first of their processes, by name and unit; ? is hidden, - nobody's.")
    if !listing.snapshot.asksOwners { return family }
    struct Place: Hashable { let holder: Holder, kind: SocketKind, state: TCPState }
    var counts: [Place: Int] = [:]
    for row in listing {
      let holder = Holder(
        status: row.ownerStatus, process: row.firstProcess, cgroup: row.cgroup,
        namespace: row.socket.namespace)
      let place = Place(holder: holder, kind: row.socket.kind, state: row.socket.state)
      counts[place, default: 0] += 1
    }
    var groups: [Group: [String: Int]] = [:]
    for (place, count) in counts {
      let group = group(place.holder, listing)
      groups[group, default: [:]][stateName(place.state, place.kind), default: 0] += count
    }
    let ranked = groups.map { ($0, $1, $1.values.reduce(0, +)) }.sorted {
      ($1.2, $0.0.process, $0.0.unit) < ($0.2, $1.0.process, $1.0.unit)
    }
    for (place, (group, states, _)) in ranked.enumerated() {
      let isToldApart = place < top
      for (state, count) in states.sorted(by: { $0.key < $1.key }) {
        family.add(
          Double(count),
          [
            Label("process", isToldApart ? group.process : "other"),
            Label("unit", isToldApart ? group.unit : ""), Label("state", state),
            isToldApart ? group.netns : Label("netns", ""),
          ])
      }
    }
    return family
  }

  private func group(_ holder: Holder, _ listing: Listing) -> Group {
    let names = listing.snapshot.names
    let process =
      switch holder.status {
      case .none, .notAsked: "-"
      case .unheld: "no descriptor"
      case .kernel: "kernel"
      case .hidden: "?"
      case .known, .partial, .queued:
        holder.process.flatMap { names.process($0) }.map { String(raw: $0.name) } ?? "?"
      }
    let unit = holder.cgroup.flatMap { names.cgroups[$0]?.unit }
    return Group(
      process: process, unit: unit.map(lastingUnit) ?? "",
      netns: namespace(holder.namespace))
  }
}

// MARK: Listeners

extension SocketMetrics {
  /// Where something listens; the ports that the kernel chose are one.
  private struct Listener: Hashable {
    let kind: SocketKind
    let address: String
    let port: String
    let unit: String
    let netns: Label

    var labels: [Label] {
      [
        Label("protocol", "\(kind.name)"), Label("address", address), Label("port", port),
        Label("unit", unit), netns,
      ]
    }

    var order: (Int, String, String, String, UInt8) {
      (Int(port) ?? .max, address, unit, netns.value, kind.rawValue)
    }
  }

  private struct Queue {
    var length = 0.0
    /// Nil where the source does not tell it of each.
    var limit: Double? = 0
    var drops: Double?
  }

  /// At most `limit` listeners, those with the lowest ports; the rest are one of each protocol.
  private func listeners(_ listing: Listing, limit: Int) -> [MetricFamily] {
    var queues: [Listener: Queue] = [:]
    for row in listing where row.socket.isListening {
      let socket = row.socket
      let listener = listener(row, listing)
      var queue = queues[listener] ?? Queue()
      if socket.isListener {
        queue.length += Double(socket.receiveQueue)
        let limit = socket.knowsQueueLimit ? Double(socket.sendQueue) : nil
        queue.limit = queue.limit.flatMap { sum in limit.map { sum + $0 } }
      }
      if let drops = row.number(.drops) { queue.drops = (queue.drops ?? 0) + Double(drops) }
      queues[listener] = queue
    }
    var length = MetricFamily(
      "sockeye_listener_queue", help: "Connections that wait to be accepted.")
    var most = MetricFamily(
      "sockeye_listener_queue_limit", help: "How many may wait: the backlog of listen(2).")
    var drops = MetricFamily(
      "sockeye_listener_dropped_segments_total", .counter,
      help: "Segments, of UDP datagrams, that a listener's socket dropped.")
    let sorted = queues.sorted { $0.key.order < $1.key.order }
    for (place, (listener, queue)) in sorted.enumerated() {
      let isToldApart = place < limit - SocketKind.internet.count || sorted.count <= limit
      let labels =
        isToldApart
        ? listener.labels
        : [
          Label("protocol", "\(listener.kind.name)"), Label("address", "other"),
          Label("port", "other"),
        ]
      if !listener.kind.isDatagram {
        length.add(queue.length, labels)
        if let limit = queue.limit { most.add(limit, labels) }
      }
      if let count = queue.drops { drops.add(count, labels) }
    }
    return [length, most, drops]
  }

  private func listener(_ row: Row, _ listing: Listing) -> Listener {
    let socket = row.socket
    let isChosen = clientPorts.map { $0.contains(socket.local.port) } ?? false
    let unit = row.cgroupName?.unit
    return Listener(
      kind: socket.kind,
      address: socket.local.address.map { "\($0)" } ?? "",
      port: isChosen ? "ephemeral" : "\(socket.local.port)",
      unit: unit.map(lastingUnit) ?? "", netns: namespace(socket.namespace))
  }
}
