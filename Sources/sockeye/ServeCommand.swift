import Arguments
import Display
import LinuxSystem
import Peers
import SocketModel

/// `sockeye serve`: the test server, until SIGINT or SIGTERM.
struct ServeCommand {
  let options: ServeOptions

  func run() throws -> ExitCode {
    let addresses = try addresses()
    FileLimit.raise()
    let stop = try SignalDescriptor([.interrupt, .terminate])
    defer { withExtendedLifetime(stop) {} }
    var server: EchoServer
    do throws(Errno) {
      server = try EchoServer(
        at: addresses, v6Only: options.families == .ipv6, options: serverOptions)
    } catch {
      let places = addresses.map { "\($0)" }.joined(separator: " and ")
      throw ExitError(.unreadable, "can't listen on \(places): \(reason(error, addresses))")
    }
    let places = server.addresses.map { "\($0)" }.joined(separator: " and ")
    var spoken = Spoken(output: ServeOutput(stop: stop.rawValue))
    try spoken.output.write("listening on \(places)")
    if !server.addresses.allSatisfy(\.endpoint.address.isLoopback) {
      Output.say("other hosts can reach this server")
    }
    try server.serve(until: stop.rawValue) { event in say(event, &spoken) }
    spoken.output.isStopping = true
    // The next one cuts off what is in flight.
    _ = try stop.next()
    let totals = try server.finish(orAt: stop.rawValue) { event in say(event, &spoken) }
    if spoken.output.dropped > 0 {
      let lines = plural(spoken.output.dropped, "line", "lines")
      Output.say("\(lines) of the log dropped: they were not read in time")
    }
    try spoken.output.write(sentence(totals))
    return .answered
  }

  private func reason(_ error: Errno, _ addresses: [SocketAddress]) -> String {
    let port = addresses.first?.endpoint.port ?? 0
    return switch error {
    case .addressInUse: "\(error); who has it: sockeye lport=\(port)"
    case .accessDenied where port < 1024:
      "\(error): ports below 1024 are root's (sysctl net.ipv4.ip_unprivileged_port_start)"
    default: explained(error, at: addresses)
    }
  }

  private func addresses() throws(ExitError) -> [SocketAddress] {
    let ports = try options.target.portNumbers(allowingZero: true)
    let port = ports.first ?? 0
    switch (options.target.host, options.families) {
    case (nil, let families):
      return try options.target.addresses(
        port, families: families ?? .ipv4, within: nil)
    case ("*", .ipv4): return [SocketAddress(.unspecified(.ipv4), port)]
    case ("*", _): return [SocketAddress(.unspecified(.ipv6), port)]
    case (_, let families):
      let found = try options.target.addresses(port, families: families ?? .all, within: nil)
      return Array(found.prefix(1))
    }
  }

  private var serverOptions: EchoServer.Options {
    var server = EchoServer.Options()
    server.mode =
      switch options.mode {
      case .echo: .echo
      case .discard: .discard
      case .chargen: .chargen
      }
    server.rate = options.rate
    server.maximumConnections = options.maxConnections
    server.idleTimeout = options.idleTimeout
    server.grace = options.grace
    return server
  }

  /// What need not be said again.
  private struct Spoken {
    var output: ServeOutput
    var hasPaused = false
    var hasReader = true
  }

  private func say(_ event: EchoServer.Event, _ spoken: inout Spoken) {
    switch event {
    case .opened(let client): log("+ \(client.remote)", &spoken)
    case .closed(let client, let end): log("- \(client.remote) \(words(client, end))", &spoken)
    case .rejected(let address): log("! \(address) rejected: \(clientLimit)", &spoken)
    case .pausedAccepting where spoken.hasPaused: break
    case .pausedAccepting(let error):
      spoken.hasPaused = true
      Output.say("accepting pauses until a client leaves: \(explained(error))")
    case .stopping(0): break
    case .stopping(let open):
      Output.say(
        "stopping; \(plural(open, "client is", "clients are")) still served, "
          + "for \(readable(options.grace)) at most or until the next Ctrl-C")
    }
  }

  private var clientLimit: String {
    "the limit is \(plural(options.maxConnections, "client", "clients")) (--max-connections)"
  }

  private func log(_ line: String, _ spoken: inout Spoken) {
    guard options.logsClients, spoken.hasReader else { return }
    do {
      try spoken.output.log(line)
    } catch {
      // Nobody reads it any more, or the disk is full: the end, as for any output.
      spoken.hasReader = false
      if !spoken.output.isStopping { Signal.terminate.raise() }
    }
  }

  private func words(_ client: ClientReport, _ end: EchoServer.End) -> String {
    let why =
      switch end {
      case .finished: ""
      case .idle: ", idle"
      case .failed(let error): ", \(explained(error))"
      case .cutOff: ", cut off"
      }
    return "received \(client.received) sent \(client.sent) in \(readable(client.duration))\(why)"
  }

  private func sentence(_ totals: EchoServer.Counters) -> String {
    var parts = [
      "served \(plural(totals.accepted, "client", "clients"))",
      "received \(plural(Int(clamping: totals.received), "byte", "bytes"))",
      "sent \(plural(Int(clamping: totals.sent), "byte", "bytes"))",
    ]
    if totals.rejected > 0 { parts.append("rejected \(grouped(totals.rejected))") }
    if totals.failed > 0 { parts.append("\(grouped(totals.failed)) failed") }
    if totals.idle > 0 { parts.append("\(grouped(totals.idle)) idle") }
    if totals.cutOff > 0 { parts.append("\(grouped(totals.cutOff)) cut off") }
    if totals.unanswered > 0 {
      parts.append("\(plural(Int(clamping: totals.unanswered), "byte", "bytes")) not answered")
    }
    if totals.pauses > 0 {
      parts.append("accepting paused \(plural(totals.pauses, "time", "times"))")
    }
    return parts.joined(separator: ", ")
  }
}
