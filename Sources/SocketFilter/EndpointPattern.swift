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

  func answer(_ end: Pushdown.End, of socket: Socket) -> Answer {
    let endpoint = socket[end]
    if !socket.kind.isInternet { return Answer(self == EndpointPattern()) }
    if let ports, !ports.contains(UInt64(endpoint.port)) { return .no }
    if let prefixes, !prefixes.contains(where: { $0.contains(endpoint) }) { return .no }
    if let interface, !socket.isBound(to: interface) { return .no }
    return families.map { socket.answer(isOf: $0) } ?? .yes
  }
}
