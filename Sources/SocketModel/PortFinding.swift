/// One thing that is known of a port, with its evidence. The names are for scripts and stay.
public enum PortFinding: Hashable, Sendable {
  // What has the port.

  /// Sockets of one owner that listen.
  case listener([PortSocket])
  /// Sockets that listen on the same address together, and the user who asks.
  case sharedListeners([PortSocket], asking: UInt32)
  /// Sockets that are bound and no more.
  case bound([PortSocket])
  /// UDP sockets of one owner.
  case datagramSocket([PortSocket])
  /// systemd listens for a service.
  case systemdSocket(unit: String, [PortSocket])
  /// No process has a descriptor of them.
  case unheld([PortSocket])
  /// What is left of connections; `canBeBound` says that bind(2) with `SO_REUSEADDR` worked beside them.
  case timeWait(PortConnections, canBeBound: Bool)
  /// Connections at a port of which nobody listens any more.
  case connection(PortConnections, canBeBound: Bool)
  /// Connections whose port the kernel chose from those that it hands out.
  case clientPort(PortConnections, canBeBound: Bool, PortsForClients)
  /// bind(2) says that it is in use, and no row has it. Whether bound sockets may be missing in the table.
  case unseenSocket(showsBound: Bool)
  /// All ports that the kernel hands out are in use: at these addresses, or towards one other end.
  case portsUsedUp(used: Int, PortsForClients, to: IPEndpoint?)

  // What else keeps one from it.

  /// It takes a right to bind ports below this one.
  case privilegedPort(lowest: Int)
  /// The kernel does not permit it, in its words.
  case policy(String)
  case addressNotLocal(IPAddress)
  case noFamily(IPAddress.Family)
  case zoneMissing(IPAddress)
  /// It could not be tried, in the kernel's words.
  case notTried(String)
  /// Rows may be missing, and why.
  case tableIncomplete(String)

  // Who reaches what listens.

  case loopbackOnly([PortSocket])
  case deviceOnly([PortSocket])
  case v6Only([PortSocket])
  case otherHosts([PortSocket])
  /// Their addresses are of no interface.
  case addressGone([PortSocket])
  case queueFull(PortSocket)
  /// It rejected connections, or lost datagrams, and has room now.
  case dropped(PortSocket)
  /// A connection waits to be accepted for at least so many milliseconds.
  case notAccepted(PortSocket, milliseconds: UInt64)
  /// Every process that holds it is stopped.
  case stopped(PortSocket)

  // What is not in the way.

  /// Addresses of this host at which nothing has the port.
  case freeAddresses([PortPlace])
  case otherAddress([PortSocket])
  case otherProtocol([PortSocket])
  case otherNamespaces([PortSocket])
  case reservedPort(UInt16)
  /// Owners could not be seen: why, and what helps.
  case hiddenOwners(String)
}

/// Connections, of which a few are named.
public struct PortConnections: Hashable, Sendable {
  public let sockets: [PortSocket]
  public let count: Int

  static let few = 3

  init(_ rows: [Row]) {
    sockets = rows.prefix(Self.few).map { PortSocket($0) }
    count = rows.count
  }
}

extension PortFinding {
  /// What it says of the port.
  public enum Role: String, Sendable {
    /// Keeps one from having it.
    case obstacle
    /// It can be had, but not by everybody.
    case condition
    /// Who can reach what listens, and whether it answers.
    case reach
    /// Is not in the way.
    case innocent
    /// Says how far the answer goes.
    case note
  }

  public var role: Role {
    switch self {
    case .listener, .sharedListeners, .bound, .datagramSocket, .systemdSocket, .unheld,
      .unseenSocket, .portsUsedUp, .privilegedPort, .policy, .addressNotLocal, .noFamily,
      .zoneMissing:
      .obstacle
    case .timeWait(_, let canBeBound), .connection(_, let canBeBound),
      .clientPort(_, let canBeBound, _):
      canBeBound ? .condition : .obstacle
    case .loopbackOnly, .deviceOnly, .v6Only, .otherHosts, .addressGone, .queueFull, .dropped,
      .notAccepted, .stopped:
      .reach
    case .freeAddresses, .otherAddress, .otherProtocol, .otherNamespaces, .reservedPort:
      .innocent
    case .notTried, .tableIncomplete, .hiddenOwners: .note
    }
  }

  /// As in JSON.
  public var name: String {
    switch self {
    case .listener: "listener"
    case .sharedListeners: "shared-listeners"
    case .bound: "bound"
    case .datagramSocket: "udp-socket"
    case .systemdSocket: "systemd-socket"
    case .unheld: "unheld"
    case .timeWait: "time-wait"
    case .connection: "connection"
    case .clientPort: "client-port"
    case .unseenSocket: "unseen-socket"
    case .portsUsedUp: "ports-used-up"
    case .privilegedPort: "privileged-port"
    case .policy: "policy"
    case .addressNotLocal: "address-not-local"
    case .noFamily: "no-family"
    case .zoneMissing: "zone-missing"
    case .notTried: "not-tried"
    case .tableIncomplete: "table-incomplete"
    case .loopbackOnly: "loopback-only"
    case .deviceOnly: "device-only"
    case .v6Only: "v6only"
    case .otherHosts: "other-hosts"
    case .addressGone: "address-gone"
    case .queueFull: "queue-full"
    case .dropped: "dropped"
    case .notAccepted: "not-accepted"
    case .stopped: "stopped"
    case .freeAddresses: "free-addresses"
    case .otherAddress: "other-address"
    case .otherProtocol: "other-protocol"
    case .otherNamespaces: "other-namespace"
    case .reservedPort: "reserved-port"
    case .hiddenOwners: "hidden-owners"
    }
  }

  /// The sockets that it is about; of many connections a few.
  public var sockets: [PortSocket] {
    switch self {
    case .listener(let sockets), .sharedListeners(let sockets, _), .bound(let sockets),
      .datagramSocket(let sockets), .systemdSocket(_, let sockets), .unheld(let sockets),
      .loopbackOnly(let sockets), .deviceOnly(let sockets), .v6Only(let sockets),
      .otherHosts(let sockets), .addressGone(let sockets), .otherAddress(let sockets),
      .otherProtocol(let sockets), .otherNamespaces(let sockets):
      sockets
    case .timeWait(let connections, _), .connection(let connections, _),
      .clientPort(let connections, _, _):
      connections.sockets
    case .queueFull(let socket), .dropped(let socket), .notAccepted(let socket, _),
      .stopped(let socket):
      [socket]
    case .unseenSocket, .portsUsedUp, .privilegedPort, .policy, .addressNotLocal, .noFamily,
      .zoneMissing, .notTried, .tableIncomplete, .freeAddresses, .reservedPort, .hiddenOwners:
      []
    }
  }

  /// How many sockets it is about.
  public var count: Int {
    switch self {
    case .timeWait(let connections, _), .connection(let connections, _),
      .clientPort(let connections, _, _):
      connections.count
    case .portsUsedUp(let used, _, _): used
    case .listener, .sharedListeners, .bound, .datagramSocket, .systemdSocket, .unheld,
      .unseenSocket, .privilegedPort, .policy, .addressNotLocal, .noFamily, .zoneMissing, .notTried,
      .tableIncomplete, .loopbackOnly, .deviceOnly, .v6Only, .otherHosts, .addressGone, .queueFull,
      .dropped, .notAccepted, .stopped, .freeAddresses, .otherAddress, .otherProtocol,
      .otherNamespaces, .reservedPort, .hiddenOwners:
      sockets.count
    }
  }
}
