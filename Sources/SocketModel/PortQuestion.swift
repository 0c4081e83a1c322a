/// An address that a server would bind.
public struct PortPlace: Hashable, Sendable {
  public let address: IPAddress
  /// The interface index of a link-local address's zone; 0 for none.
  public let interface: UInt32
  /// Whether an IPv6 wildcard would refuse IPv4.
  public let isV6Only: Bool

  public init(_ address: IPAddress, interface: UInt32 = 0, isV6Only: Bool = false) {
    self.address = address
    self.interface = interface
    self.isV6Only = isV6Only
  }

  /// Whether a socket has an address that overlaps with this one, so that both can't have one port
  /// without an option that says so (`inet_rcv_saddr_equal`, net/ipv4/inet_connection_sock.c). Nobody can
  /// tell where the source does not say whether an IPv6 wildcard takes IPv4.
  public func overlaps(_ socket: Socket) -> Answer {
    if interface != 0, socket.interface != 0, interface != socket.interface { return .no }
    guard let other = socket.local.address?.unmapped else { return .no }
    let own = address.unmapped
    if own.family == other.family {
      return Answer(own == other || own.isUnspecified || other.isUnspecified)
    }
    if own.family == .ipv6 { return Answer(own.isUnspecified && !isV6Only) }
    if !other.isUnspecified { return .no }
    switch socket.v6Only {
    case .no: return .yes
    case .unknown: return .cantTell
    case .yes: return .no
    }
  }
}

/// A port that somebody wants to have.
public struct PortQuestion: Hashable, Sendable {
  /// TCP or UDP.
  public let kind: SocketKind
  /// 0 for any port that the kernel hands out.
  public let port: UInt16
  /// Each is wanted; none means all addresses of both families.
  public let places: [PortPlace]

  public init(_ kind: SocketKind, _ port: UInt16, at places: [PortPlace] = []) {
    self.kind = kind
    self.port = port
    self.places = places
  }

  /// Whether a socket has one of the addresses, whatever its port.
  public func overlaps(_ socket: Socket) -> Answer {
    places.isEmpty ? .yes : places.map { $0.overlaps(socket) }.max() ?? .no
  }

  /// `TCP port 80`
  public var name: String {
    let kind = "\(kind.name)".uppercased()
    return port == 0 ? "a \(kind) port of the kernel's choice" : "\(kind) port \(port)"
  }
}
