import SocketModel

/// Which end of a connection is looked at.
enum Ends: Hashable, Sendable {
  case local, remote, either

  var all: [Pushdown.End] {
    switch self {
    case .local: [.local]
    case .remote: [.remote]
    case .either: [.local, .remote]
    }
  }
}

/// An address, a block or a host's addresses, with or without a port; what is nil is not looked at.
struct EndpointPattern: Hashable, Sendable {
  var prefixes: [IPPrefix]?
  var ports: NumberSet?
  /// The zone: `fe80::1%eth0`.
  var interface: UInt32?
  /// What came first: `inet:`, `inet6:`.
  var families: FamilySet?

  /// `lo` is the first interface of every network namespace (drivers/net/loopback.c).
  private static let loopbackInterface: UInt32 = 1

  func matches(_ end: Pushdown.End, of socket: Socket) -> Bool {
    let endpoint = socket[end]
    if let ports, !ports.contains(UInt64(endpoint.port)) { return false }
    if let prefixes, !prefixes.contains(where: { $0.contains(endpoint) }) { return false }
    if let interface, !socket.isBound(to: interface) { return false }
    if let families, !socket.isOf(families) { return false }
    return true
  }

  /// Whether a socket that listens would be handed what comes for this address. A wildcard of
  /// IPv6 takes IPv4 as well unless it is v6only, which may be unknown. What is bound to an interface takes what
  /// comes in there alone (socket(7), SO_BINDTODEVICE).
  func isReached(by socket: Socket) -> Answer {
    guard socket.isListening, let local = socket.local.address else { return .no }
    if let ports, !ports.contains(UInt64(socket.local.port)) { return .no }
    if let interface, socket.interface != 0, !socket.isBound(to: interface) { return .no }
    guard let prefixes else { return .yes }
    return prefixes.reduce(.no) { answer, prefix in
      max(answer, Self.isReached(prefix.address.unmapped, by: socket, at: local))
    }
  }

  private static func isReached(
    _ wanted: IPAddress, by socket: Socket, at local: IPAddress
  ) -> Answer {
    if wanted.isLoopback, ![0, loopbackInterface].contains(socket.interface) { return .no }
    if local.unmapped == wanted { return .yes }
    guard local.unmapped.isUnspecified else { return .no }
    if local.unmapped.family == wanted.family { return .yes }
    guard wanted.family == .ipv4 else { return .no }
    switch socket.v6Only {
    case .no: return .yes
    case .unknown: return .cantTell
    case .yes: return .no
    }
  }
}
