/// What a host says of ports beside its sockets, and who asks.
public struct PortFacts: Hashable, Sendable {
  public var uid: UInt32 = 0
  /// The addresses of its interfaces.
  public var addresses: [IPAddress] = []
  /// Ports below this one take a right (net.ipv4.ip_unprivileged_port_start).
  public var lowestUnprivileged = 1024
  /// Whether we have that right (CAP_NET_BIND_SERVICE).
  public var mayBindPrivileged = false
  public var clientPorts = PortsForClients()
  /// Processes that are stopped.
  public var stopped: Set<Int32> = []
  /// What is wrong with an address, whatever the port; nil for nothing. Only UDP, which is not tried where
  /// no row has the port, needs it.
  public var addressProblem: BindOutcome?
  /// How many local ports are in use towards the address asked about, where that is another host's.
  public var portsUsedTowards = 0
  /// The sentence about owners that are hidden; nil where none is.
  public var hiddenOwners: String?

  public init() {}
}

/// What came of bind(2).
public enum BindOutcome: Hashable, Sendable {
  case bound
  case inUse
  /// EACCES or EPERM, in the kernel's words.
  case notPermitted(String)
  case notLocal(IPAddress)
  case noFamily(IPAddress.Family)
  case zoneMissing(IPAddress)
  /// In the kernel's words.
  case failed(String)
}

/// Whether a port can be had, and what is known of it.
public struct PortAnswer: Sendable {
  public enum Verdict: String, Sendable {
    case free, taken
    case cannotTell = "cannot-tell"
  }

  public let question: PortQuestion
  public let verdict: Verdict
  /// The worst first.
  public private(set) var findings: [PortFinding]

  public init(_ question: PortQuestion, _ verdict: Verdict, _ findings: [PortFinding]) {
    self.question = question
    self.verdict = verdict
    self.findings = findings
  }

  public mutating func add(_ finding: PortFinding) { findings.append(finding) }
}
