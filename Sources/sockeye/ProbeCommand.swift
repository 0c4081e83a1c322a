import Arguments
import Display
import LinuxSystem
import Peers
import SocketFilter
import SocketModel
import SocketSources

/// `sockeye probe`: whether ports are open, closed or filtered, and why.
struct ProbeCommand {
  let options: ProbeOptions

  func run() throws -> ExitCode {
    let numbers = try options.target.portNumbers()
    let addresses = try options.target.addresses(1)
    // A bare port may be served on either loopback address; a name is probed at its first address.
    let hosts = options.target.host == nil ? addresses : Array(addresses.prefix(1))
    let stop = try SignalDescriptor([.interrupt, .terminate])
    let time = Timestamp.now()
    var probe = PortProbe()
    probe.timeout = options.timeout
    probe.rate = options.rate
    probe.stop = stop.rawValue
    var found: [[ProbeResult]] = []
    for host in hosts {
      found.append(
        try probe.run(
          numbers.map { SocketAddress(host.endpoint.address, $0, interface: host.interface) }))
    }
    guard found.allSatisfy({ $0.count == numbers.count }) else { return .interrupted }
    let best = numbers.indices.compactMap { port in
      found.map { $0[port] }.min { $0.finding.weight < $1.finding.weight }
    }
    let local = Set(best.map(\.endpoint.address)).filter(isOfThisHost)
    var report = ProbeReport(
      target: options.target.host ?? "this host", host: Host.name, time: time,
      ports: try described(best, local))
    report.isThisHost = best.allSatisfy { local.contains($0.endpoint.address) }
    if !options.isQuiet {
      try Output.write(
        (options.printsJSON ? report.json : report.text(Palette(options.color))).span)
    }
    return best.allSatisfy { $0.finding == .open } ? .answered : .noMatch
  }

  /// The results with the services' names and, for ports of this host, who listens.
  private func described(
    _ results: [ProbeResult], _ local: Set<IPAddress>
  ) throws -> [ProbeReport.Port] {
    let services = Services.names(of: Set(results.map(\.endpoint.port)), .tcp)
    let listeners = try local.isEmpty ? [:] : listeners()
    return try results.map { result in
      var port = ProbeReport.Port(result, service: services.name(result.endpoint.port, .tcp))
      if let here = listeners[result.endpoint.port], local.contains(result.endpoint.address) {
        try addListener(to: &port, from: here)
      }
      return port
    }
  }

  /// An address that can be bound is this host's.
  private func isOfThisHost(_ address: IPAddress) -> Bool {
    guard let socket = try? TCPSocket(address.family) else { return false }
    return (try? socket.socket.bind(to: SocketAddress(address, 0))) != nil
  }

  /// This host's listeners, those of each port by themselves: a probe asks of many ports, most of
  /// them nobody's.
  private func listeners() throws -> [UInt16: Listing] {
    let reader = SnapshotReader()
    let needs: Needs = [.owners, .processNames]
    let snapshot = try reader.read(Question(states: StateSet(.listening), needs: needs))
    var listing = Listing(snapshot, rows: Array(0..<UInt32(snapshot.sockets.count)))
    try reader.name(&listing, needs: needs, services: .none)
    return Dictionary(grouping: listing.rows) { listing.snapshot.sockets[Int($0)].local.port }
      .mapValues { Listing(listing.snapshot, rows: $0) }
  }

  private func addListener(to port: inout ProbeReport.Port, from listeners: Listing) throws {
    let reaches = try Filter(
      parsing: ["reaches=\(port.result.endpoint)"], names: HostFilterNames())
    let rows = listeners.rows.filter {
      reaches.matches(row: Int($0), of: listeners.snapshot) == .yes
    }
    guard !rows.isEmpty else { return }
    let cells = Cells(Listing(listeners.snapshot, rows: rows), ColumnSet([.process]))
    let names = rows.indices.map {
      String(decoding: cells.cell(.process, row: $0).text, as: UTF8.self)
    }
    port.owner = Set(names).sorted().joined(separator: ", ")
    // /proc writes 0 for every limit, and has no cookies.
    let full = rows.map { listeners.snapshot.sockets[Int($0)] }.first {
      $0.receiveQueue > $0.sendQueue && ($0.sendQueue != 0 || $0.cookie != 0)
    }
    port.fullQueue = full.map { ($0.receiveQueue, $0.sendQueue) }
  }
}

extension ProbeResult.Finding {
  /// The smaller, the more it says.
  fileprivate var weight: Int {
    switch self {
    case .open: 0
    case .filtered: 1
    case .closed: 2
    case .failed: 3
    }
  }
}
