public import SocketModel

/// `sockeye check`
public struct CheckOptions: Hashable, Sendable {
  /// Between the two looks.
  public var time: Duration = .seconds(5)
  /// What is not looked for.
  public var without: Set<FindingKind> = []
  /// From which number on it is a finding, where that is not the usual one.
  public var limits: [FindingKind: Int] = [:]
  public var printsJSON = false
  public var color = ColorChoice.auto
}

/// `sockeye metrics`
public struct MetricsOptions: Hashable, Sendable {
  /// Without terms: all TCP and UDP sockets.
  public var request = ListRequest()
  public var presentation = Presentation()
  /// The file that gets them instead of standard output.
  public var textfile: String?
  /// One HTTP request is read from standard input and answered on standard output.
  public var answersHTTP = false
  public var remotePorts: Set<UInt16> = []
  /// How many groups of processes are told apart.
  public var top = 50
  /// Whether connections are judged, which takes a second look at them.
  public var countsVerdicts = false
}

/// `sockeye serve [ADDRESS:]PORT`
public struct ServeOptions: Hashable, Sendable {
  /// Without a host: the loopback address of `families`.
  public var target: Target
  /// `-4`, `-6`; nil where neither was typed: 127.0.0.1, and for an IPv6 wildcard dual-stack.
  public var families: FamilySet?
  public var maxConnections = 1024
  public var idleTimeout: Duration?
  /// How long what is in flight may take after SIGINT or SIGTERM.
  public var grace: Duration = .seconds(5)
  /// A line for each client that comes and goes.
  public var logsClients = false
  public var mode = ServeMode.echo
  /// Bytes a second and client; nil is as fast as it goes.
  public var rate: Int?
}

public enum ServeMode: String, CaseIterable, Sendable {
  case echo, discard, chargen
}

/// How long something that is done stays open.
public enum Hold: Hashable, Sendable {
  case untilInterrupted
  case duration(Duration)
}

/// `sockeye connect [HOST:]PORT`
public struct ConnectOptions: Hashable, Sendable {
  /// Without a host: this host, over IPv4 and IPv6.
  public var target: Target
  public var timeout: Duration = .seconds(10)
  /// What is sent instead of standard input.
  public var message: String?
  public var connections = 1
  public var hold: Hold?
}

/// `sockeye probe [HOST:]PORTS`
public struct ProbeOptions: Hashable, Sendable {
  public var target: Target
  public var timeout: Duration = .seconds(1)
  /// New connections a second; nil is without a limit.
  public var rate: Int?
  public var printsJSON = false
  public var color = ColorChoice.auto
  public var isQuiet = false
}

/// `sockeye wait [HOST:]PORT… [FILTER…] [-- COMMAND…]`
public struct WaitOptions: Hashable, Sendable {
  /// At least one, each with one port. Without a host it is looked for in the kernel's table.
  public var targets: [Target]
  /// What else must hold of a local listener.
  public var terms: [String] = []
  /// Until nothing listens.
  public var untilFree = false
  /// By connecting, also to this host.
  public var connects = false
  public var timeout: Duration = .seconds(60)
  public var isQuiet = false
  /// What to become then; empty for nothing.
  public var command: [String] = []
}

/// `sockeye why [ADDRESS:]PORT [udp]`
public struct WhyOptions: Hashable, Sendable {
  /// The network namespace that it is in, for the commands that it says; nil for our own.
  public var namespace: String?
  /// One port. Without a host it is about all addresses.
  public var target: Target
  /// TCP or UDP.
  public var kind = SocketKind.tcp
  public var printsJSON = false
  public var color = ColorChoice.auto
  public var isQuiet = false
}

/// `sockeye demo`
public struct DemoOptions: Hashable, Sendable {
  /// Without terms: where the facts come from.
  public var request = ListRequest()
  public var presentation = Presentation()
  public var connections = 3
  /// One socket in every state that can be held still.
  public var showsStates = false
  public var hold: Hold?
  /// The live view of these connections.
  public var watch: Pace?
}
