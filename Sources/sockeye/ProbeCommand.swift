import Arguments
import Display
import LinuxSystem
import Peers
import SocketFilter
import Sockeye
import SocketModel
import SocketSources

/// `sockeye probe`: whether ports are open, closed or filtered, and why.
struct ProbeCommand {
  let options: ProbeOptions

  func run() throws -> ExitCode {
    let numbers = try options.target.portNumbers()
    // A bare port may be served on either loopback address, and a name may have many.
    let hosts = try options.target.reachable(1, within: options.timeout)
    let stop = try SignalDescriptor([.interrupt, .terminate])
    let time = Timestamp.now()
    var probe = PortProbe()
    probe.timeout = options.timeout
    probe.rate = options.rate
    probe.stop = stop.rawValue
    let targets = numbers.flatMap { port in
      hosts.map { SocketAddress($0.endpoint.address, port, interface: $0.interface) }
    }
    let results: [ProbeResult]
    do throws(Errno) {
      results = try probe.run(targets)
    } catch {
      throw ExitError(.unreadable, "cannot probe: \(explained(error))")
    }
    guard results.count == targets.count else { return .interrupted }
    let own = OwnAddresses()
    let isLocal = Dictionary(zip(hosts.map(\.endpoint.address), hosts.map { own.contains($0) })) {
      $0 || $1
    }
    var report = ProbeReport(
      target: options.target.host ?? "this host", host: Host.name, time: time,
      ports: described(results) { isLocal[$0.endpoint.address] ?? false })
    report.isThisHost = hosts.allSatisfy { own.contains($0) }
    if !options.isQuiet {
      try Output.write(
        (options.printsJSON ? report.json : report.text(Palette(options.color))).span)
    }
    let open = Set(results.filter { $0.finding == .open }.map(\.endpoint.port))
    return numbers.allSatisfy(open.contains) ? .answered : .noMatch
  }

  /// The results with the services' names and, for ports of this host, who listens.
  private func described(
    _ results: [ProbeResult], isLocal: (ProbeResult) -> Bool
  ) -> [ProbeReport.Port] {
    let services = Services.names(of: Set(results.map(\.endpoint.port)), .tcp)
    let ports = results.map {
      ProbeReport.Port($0, service: services.name($0.endpoint.port, .tcp))
    }
    guard results.contains(where: isLocal) else { return ports }
    do {
      let listeners = try listeners()
      return try ports.map { port in
        var port = port
        if let here = listeners[port.result.endpoint.port], isLocal(port.result) {
          try addListener(to: &port, from: here)
        }
        return port
      }
    } catch {
      // What was probed is said all the same.
      let words = (error as? SourceError).map { explained($0) } ?? "\(error)"
      Output.say("no owners: \(words)")
      return ports
    }
  }

  /// This host's listeners, those of each port by themselves: a probe asks of many ports, most of
  /// them nobody's.
  private func listeners() throws -> [UInt16: Listing] {
    var collector = Collector()
    let needs: Projection = [.owners, .processNames]
    var snapshot = try collector.collect(Query(states: StateSet(.listening), needs: needs))
    snapshot = try collector.name(nil, of: snapshot, needs: needs, services: .none)
    return Dictionary(grouping: 0..<UInt32(snapshot.count)) { snapshot[$0].socket.local.port }
      .mapValues { Listing(snapshot, rows: $0) }
  }

  private func addListener(to port: inout ProbeReport.Port, from listeners: Listing) throws {
    let reaches = try Filter(
      parsing: ["reaches=\(port.result.endpoint)"], names: HostFilterNames())
    let rows = listeners.rows.filter {
      reaches.matches(listeners.snapshot[$0]) == .yes
    }
    guard !rows.isEmpty else { return }
    let cells = Cells(Listing(listeners.snapshot, rows: rows), ColumnSet([.process]))
    let names = rows.indices.map {
      String(decoding: cells.cell(.process, row: $0).text, as: UTF8.self)
    }
    port.owner = Set(names).sorted().joined(separator: ", ")
    let full = rows.map { listeners.snapshot[$0].socket }.first(where: \.isQueueFull)
    port.fullQueue = full.map { ($0.receiveQueue, $0.sendQueue) }
  }
}
