import Arguments
import Display
import LinuxSystem
import SocketFilter
import SocketModel
import SocketSources
import Sockeye

/// `sockeye trace`: a line for each TCP connection that ends, by the kernel's own events.
struct TraceCommand {
  let options: TraceOptions

  func run() throws -> ExitCode {
    let scope = options.request.reading.namespacesFromInside
    let filter = try Filter(
      parsing: options.request.terms, names: HostFilterNames(spansNamespaces: scope != .own))
    let query = try query(filter)
    let user = try identity()
    let namespaces = try TracedNamespaces(scope)
    let collector = try Collector(options.request.reading)
    // Before anything is attached: whoever waits for the first line may send a signal at once.
    let signals = try SignalDescriptor([.interrupt, .terminate, .hangUp])
    let judge = TraceRows(
      filter, query, collector, namespaces: namespaces, scope: scope,
      isFollowing: !options.command.isEmpty)
    let output = try TraceOutput(options, namespaces)
    let source: TraceSource
    do throws(TraceUnavailable) {
      source = TraceSource(try tracer(query, namespaces))
    } catch {
      source = try fallback(error, collector, namespaces, scope)
    }
    var loop = TraceLoop(
      source: source, rows: judge, output: output, signals: signals, options: options)
    return try loop.run(as: user)
  }

  /// What the filter leaves of all events; of this the ports are tested in the kernel.
  private func query(_ filter: Filter) throws(ExitError) -> Query {
    if let asked = filter.protocols, !asked.contains(.tcp) {
      throw ExitError(
        .wrongCommandLine, "trace: '\(filter)' leaves out TCP, which alone has events")
    }
    var query = Query(families: options.request.scope.families)
    filter.narrow(&query)
    let states = options.tellsOpenings ? StateSet(.closed, .established) : StateSet(.closed)
    if query.states.isDisjoint(with: states) {
      throw ExitError(
        .wrongCommandLine,
        "trace: '\(filter)' asks for a state, and a connection that has ended is in none; "
          + "try event=closed or reason=refused")
    }
    query.states = .all
    return query
  }

  /// Whom the command is run as; nil for ourselves. With sudo it was asked for a trace, and not for a root
  /// shell.
  private func identity() throws(ExitError) -> Accounts.Identity? {
    if options.command.isEmpty {
      if options.user != nil { throw ExitError(.wrongCommandLine, "--as: there is no -- COMMAND") }
      return nil
    }
    if Executable.raisesRights {
      throw ExitError(
        .wrongCommandLine,
        "trace: \(options.command[0]) is not run with the rights that sockeye's own file gives; "
          + "type: sudo sockeye trace --as USER -- COMMAND")
    }
    guard let name = options.user else {
      if Accounts.effectiveUID == 0, let user = Environment["SUDO_USER"], user != "root" {
        throw ExitError(
          .wrongCommandLine,
          "trace: \(options.command[0]) would run as root; --as \(user) or --as root says as whom")
      }
      return nil
    }
    let found: Accounts.Identity?
    do throws(Errno) {
      found = try Accounts.identity(name: name)
    } catch {
      throw ExitError(.unreadable, "--as \(name): \(explained(error))")
    }
    guard let found else { throw ExitError(.wrongCommandLine, "--as: no user '\(name)'") }
    return found.uid == Accounts.effectiveUID ? nil : found
  }

  private func tracer(
    _ query: Query, _ namespaces: TracedNamespaces
  ) throws(TraceUnavailable) -> ConnectionTracer {
    var choice = ConnectionEventChoice()
    choice.namespaces = (namespaces.inodes ?? []).map { UInt32(truncatingIfNeeded: $0) }
    choice.tellsOpenings =
      options.tellsOpenings || options.interval != nil || !options.command.isEmpty
    choice.ports = query.pushdown
    // A ring's size is a power of two.
    var size = 1 << 12
    while size < options.buffer { size <<= 1 }
    return try ConnectionTracer(
      choice, ringSize: size, follows: !options.command.isEmpty)
  }

  /// What there is without the kernel's events, where that will do.
  private func fallback(
    _ reason: TraceUnavailable, _ collector: Collector, _ namespaces: TracedNamespaces,
    _ scope: NamespaceScope
  ) throws -> TraceSource {
    if !options.command.isEmpty {
      throw ExitError(.unreadable, "trace: a command can't be followed: \(reason)")
    }
    if scope != .own {
      throw ExitError(
        .unreadable, "trace: other network namespaces can't be seen: \(reason)")
    }
    Output.say(
      "\(reason); without that ends are told by the kernel's notices, with neither reason nor duration, "
        + "and owners as far as a look four times a second sees them")
    return TraceSource(
      try PolledEvents(
        collector, own: namespaces.own,
        tellsOpenings: options.tellsOpenings || options.interval != nil))
  }
}

/// Where events come from: one of the two.
struct TraceSource: ~Copyable {
  private var tracer: ConnectionTracer?
  private var polled: PolledEvents?

  init(_ tracer: consuming ConnectionTracer) {
    self.tracer = consume tracer
    isPolled = false
  }

  init(_ polled: consuming PolledEvents) {
    self.polled = consume polled
    isPolled = true
  }

  /// For poll(2).
  var descriptor: Int32 {
    mutating get { tracer?.descriptor ?? polled?.descriptor ?? -1 }
  }

  /// Whether it must be looked at now and then.
  let isPolled: Bool

  /// Appends what waits. False where there is more.
  mutating func read(into events: inout [ConnectionEvent]) throws(SourceError) -> Bool {
    try polled?.read(into: &events)
    return tracer?.read(into: &events) ?? true
  }

  mutating func look(into events: inout [ConnectionEvent]) throws(SourceError) {
    try polled?.look(into: &events)
  }

  /// How many events are lost; of notices the kernel does not count them.
  var lost: UInt64 {
    mutating get { tracer?.lost ?? (polled?.hasLost ?? false ? 1 : 0) }
  }

  mutating func follow(_ pid: Int32) { tracer?.follow(pid) }

  mutating func leave(_ pid: Int32) { tracer?.leave(pid) }

  /// What `-v` says of it.
  mutating func remark() -> String {
    if isPolled { return "events are from netlink's destroy notices and a look every 250 ms" }
    return
      "events are from BPF programs at inet_sock_set_state; who has an accepted connection is known "
      + (tracer?.tellsAccepters ?? false
        ? "from accept(2)" : "from who closes it, else it is the listener's owner")
      + "; a connect(2) that finds no route is not told"
  }
}
