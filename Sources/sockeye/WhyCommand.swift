import Arguments
import Display
import LinuxSystem
import Peers
import SocketModel
import SocketSources
import Sockeye

/// `sockeye why`: whether a port can be had, what stands in the way, and who reaches what has it.
///
/// Rows come first and explain nearly all; bind(2) is asked once, where they do not decide
/// (`PortDiagnosis.wantsTrial`).
struct WhyCommand {
  let options: WhyOptions
  /// Those of the command that a hint suggests.
  let arguments: [String]

  /// Of the network namespace that it is in by now.
  private let clientPorts = LocalPortSettings.forClients() ?? PortsForClients()

  func run() throws -> ExitCode {
    let port = try options.target.portNumbers(allowingZero: true)[0]
    let addresses = try addresses(port)
    let question = PortQuestion(options.kind, port, at: addresses.map { PortPlace($0) })
    var collector = Collector()
    var rows = try read(question, &collector)
    var facts = facts(question, rows)
    var diagnosis = PortDiagnosis(question, in: rows, facts)
    var trial: BindOutcome?
    if diagnosis.wantsTrial {
      trial = self.trial(question.kind, port, at: addresses)
    } else if question.kind == .udp {
      facts.addressProblem = addressProblem(addresses)
    }
    if case .notLocal(let address)? = trial ?? facts.addressProblem {
      facts.portsUsedTowards = try portsUsed(towards: IPEndpoint(address, port), &collector)
    }
    if trial == .inUse {
      // What has it may have come since.
      rows = try read(question, &collector)
      facts.hiddenOwners = hiddenOwners(rows)
    }
    diagnosis = PortDiagnosis(question, in: rows, facts)
    var answer = diagnosis.answer(trial)
    let elsewhere = options.isQuiet ? nil : try elsewhere(question)
    if let elsewhere, !elsewhere.isEmpty {
      answer.add(.otherNamespaces(elsewhere.map { PortSocket($0) }))
    }
    var report = PortReport(
      answer, host: Host.name, time: rows.snapshot.time, uid: Accounts.effectiveUID)
    report.user = try? Accounts.name(uid: Accounts.effectiveUID)
    report.looksElsewhere = elsewhere != nil || port == 0
    if !options.isQuiet { try write(report) }
    switch answer.verdict {
    case .free: return .answered
    case .taken: return .noMatch
    case .cannotTell: return .cannotTell
    }
  }

  private func write(_ report: PortReport) throws {
    if options.printsJSON { return try Output.write(report.json.span) }
    let width = TerminalSize(of: 1).map { min($0.columns, Self.widest) } ?? .max
    try Output.write(report.text(width: width, Palette(options.color)).span)
  }

  /// Prose is not read well on longer lines.
  private static let widest = 80

  /// None means all. Of a name that has addresses of this host these alone count: `localhost` is ::1 as
  /// well, also where there is no IPv6.
  private func addresses(_ port: UInt16) throws -> [SocketAddress] {
    if options.target.host == nil || options.target.host == "*" { return [] }
    let found = try options.target.addresses(port, within: .seconds(5))
    guard found.count > 1, let own = Host.addresses else { return found }
    let here = found.filter { own.contains(SocketAddress($0.endpoint.address, 0)) }
    return here.isEmpty ? found : here
  }
}

// MARK: Rows

extension WhyCommand {
  /// All rows that have the port, of both protocols, with all that is known of them; for port 0 those of
  /// all ports that clients get, and no more than the rows.
  private func read(_ question: PortQuestion, _ collector: inout Collector) throws -> Listing {
    let isAny = question.port == 0
    let ports = isAny ? clientPorts.range : question.port...question.port
    var query = Query(
      protocols: isAny ? kinds : [.tcp, .udp], pushdown: .port(.local, ports))
    query.checksBound = true
    var snapshot = try collector.collect(query)
    // A look at descriptors holds each for a moment, which may delay its end: where nobody is to be named
    // nobody is looked for.
    if !isAny, !options.isQuiet, !snapshot.isEmpty {
      let needs: Projection = [.owners, .processNames, .tcpInfo, .memory, .cgroups, .v6only]
      query.needs = needs
      snapshot = try collector.collect(query)
      snapshot = try collector.name(
        nil, of: snapshot, needs: needs.union([.userNames, .interfaces]), services: .none)
    }
    let rows = (0..<UInt32(snapshot.count)).filter {
      ports.contains(snapshot[$0].socket.local.port)
    }
    return Listing(snapshot, rows: rows)
  }

  private var kinds: SocketKindSet { options.kind == .udp ? .udp : .tcp }

  private func facts(_ question: PortQuestion, _ rows: Listing) -> PortFacts {
    var facts = PortFacts()
    facts.uid = Accounts.effectiveUID
    facts.addresses = (Host.addresses ?? []).map(\.endpoint.address)
    facts.lowestUnprivileged = LocalPortSettings.lowestUnprivileged()
    facts.mayBindPrivileged = Capabilities.effective().contains(.netBindService)
    facts.clientPorts = clientPorts
    let listening = rows.rows.filter { rows.snapshot[$0].socket.isListening }
    facts.stopped = ProcessReader().stopped(among: rows.snapshot.owningProcesses(listening))
    facts.hiddenOwners = hiddenOwners(rows)
    return facts
  }

  private func hiddenOwners(_ rows: Listing) -> String? {
    if rows.hiddenOwners == 0 { return nil }
    // Only a list takes --owners, which is a hint for root.
    let list =
      (options.namespace.map { ["-N", $0] } ?? []) + ["lport=\(rows[0].socket.local.port)"]
    return HiddenOwners.sentence(
      rows.hiddenOwners, inPart: rows.partialOwners, cause: rows.snapshot.hiddenCause,
      arguments: Accounts.effectiveUID == 0 ? list : arguments)
  }

  /// How many local ports have connections to another end.
  private func portsUsed(
    towards end: IPEndpoint, _ collector: inout Collector
  ) throws -> Int {
    if options.kind == .udp || end.port == 0 { return 0 }
    let snapshot = try collector.collect(
      Query(protocols: .tcp, pushdown: .port(.remote, end.port...end.port)))
    let clients = clientPorts
    let ports = (0..<snapshot.count).lazy.map { snapshot[$0].socket }
      .filter { $0.remote.unmapped == Endpoint(end).unmapped }.map(\.local.port)
    return Set(ports).count(where: clients.contains)
  }

  /// What listens in other network namespaces; nil where nobody may look there.
  private func elsewhere(_ question: PortQuestion) throws -> Listing? {
    guard Accounts.effectiveUID == 0, question.port != 0 else { return nil }
    var asked = SocketQuery(
      ["lport=\(question.port)"], needs: [.owners, .processNames, .userNames, .cgroups])
    asked.protocols = kinds
    return try? QueryRunner(asked).listeningElsewhere()
  }
}

// MARK: bind(2)

extension WhyCommand {
  private func trial(
    _ kind: SocketKind, _ port: UInt16, at addresses: [SocketAddress]
  ) -> BindOutcome {
    if addresses.isEmpty {
      return BindOutcome(BindTrial.run(kind, port: port, at: []), at: nil)
    }
    for address in addresses {
      let outcome = BindOutcome(BindTrial.run(kind, port: port, at: [address]), at: address)
      if outcome != .bound { return outcome }
    }
    return .bound
  }

  /// What is wrong with an address, by a TCP socket: a UDP socket would take what comes in.
  private func addressProblem(_ addresses: [SocketAddress]) -> BindOutcome? {
    let own = Host.addresses ?? []
    for address in addresses {
      let place = SocketAddress(address.endpoint.address, 0, interface: address.interface)
      if own.contains(place) { continue }
      let outcome = BindOutcome(BindTrial.run(.tcp, port: 0, at: [place]), at: place)
      switch outcome {
      case .notLocal, .noFamily, .zoneMissing: return outcome
      case .bound, .inUse, .notPermitted, .failed: continue
      }
    }
    return nil
  }
}

extension BindOutcome {
  /// No address is the wildcard of both families.
  fileprivate init(_ error: Errno?, at address: SocketAddress?) {
    let place = address?.endpoint.address ?? .unspecified(.ipv4)
    let lacksZone = place.isLinkLocal && address?.interface == 0
    self =
      switch error {
      case nil: .bound
      case .addressInUse: .inUse
      case .accessDenied?, .notPermitted?: .notPermitted(error.map { "\($0)" } ?? "")
      case .addressNotAvailable: .notLocal(place)
      case .familyNotSupported: .noFamily(place.family)
      case .invalidArgument where lacksZone: .zoneMissing(place)
      case let error?: .failed(explained(error))
      }
  }
}
