/// One end of a socket: an IP address and port, the name of a unix socket, or an interface. 20 bytes
/// without references, because every row holds two.
///
/// An IP end that is not connected is the unspecified address and port 0.
public struct Endpoint: Hashable, Sendable {
  public enum Kind: UInt8, Sendable {
    /// Nothing: a unix socket without a name, or without a peer.
    case none
    case ipv4, ipv6
    /// A unix socket's name in the file system, and one in the abstract namespace.
    case path, abstract
    /// A network interface, or any; the port is the Ethernet protocol.
    case link
    /// A netlink port, 0 for the kernel's.
    case netlink
  }

  /// An IPv6 address's leading 64 bits. Of a unix socket's other end, that socket's inode.
  @usableFromInline let high: UInt64
  /// The rest of an IP address, the number of a name, the index of an interface or a netlink port.
  @usableFromInline let low: UInt64
  public let kind: Kind
  /// 0 for what has no port.
  public let port: UInt16

  @inlinable
  init(_ kind: Kind, high: UInt64, low: UInt64, port: UInt16) {
    self.high = high
    self.low = low
    self.kind = kind
    self.port = port
  }

  @inlinable
  public init(_ address: IPAddress, _ port: UInt16) {
    self.init(
      address.family == .ipv4 ? .ipv4 : .ipv6, high: address.high, low: address.low, port: port)
  }

  public init(_ end: IPEndpoint) { self.init(end.address, end.port) }

  /// The end of a unix socket. The same name has the same number in every snapshot of one collector:
  /// changes are found by comparing ends.
  public static func name(_ number: UInt64, isAbstract: Bool) -> Endpoint {
    Endpoint(isAbstract ? .abstract : .path, high: 0, low: number, port: 0)
  }

  /// The end of a unix socket as another one is connected to it.
  public func asPeer(inode: UInt64) -> Endpoint {
    Endpoint(kind, high: inode, low: low, port: port)
  }

  /// The end of a packet socket: an interface, 0 for all, and the Ethernet protocol that it gets.
  public static func link(interface: UInt32, etherType: UInt16 = 0) -> Endpoint {
    Endpoint(.link, high: 0, low: UInt64(interface), port: etherType)
  }

  /// The end of a netlink socket.
  public static func netlink(port: UInt32) -> Endpoint {
    Endpoint(.netlink, high: 0, low: UInt64(port), port: 0)
  }

  public static let none = Endpoint(.none, high: 0, low: 0, port: 0)

  public static func unspecified(_ family: IPAddress.Family) -> Endpoint {
    Endpoint(.unspecified(family), 0)
  }
}

extension Endpoint {
  /// Nil for an end that is not an IP address.
  @inlinable public var address: IPAddress? {
    switch kind {
    case .ipv4: IPAddress(v4: UInt32(truncatingIfNeeded: low))
    case .ipv6: IPAddress(high: high, low: low)
    case .none, .path, .abstract, .link, .netlink: nil
    }
  }

  /// An IPv4 address as a number; nil for every other kind.
  @inlinable public var v4: UInt32? { kind == .ipv4 ? UInt32(truncatingIfNeeded: low) : nil }

  /// Nil for an end that is not an IP address.
  @inlinable public var ip: IPEndpoint? { address.map { IPEndpoint($0, port) } }

  /// Nil for an end that is not an IP address.
  @inlinable public var family: IPAddress.Family? {
    switch kind {
    case .ipv4: .ipv4
    case .ipv6: .ipv6
    case .none, .path, .abstract, .link, .netlink: nil
    }
  }

  /// The number of a unix socket's name, an interface's index or a netlink port; nil for every other kind.
  public var number: UInt64? {
    switch kind {
    case .path, .abstract, .link, .netlink: low
    case .none, .ipv4, .ipv6: nil
    }
  }

  /// No address, or any.
  @inlinable public var isUnspecified: Bool { high | low == 0 }

  /// A v4-mapped address as the IPv4 address that it stands for.
  @inlinable public var unmapped: Endpoint {
    kind == .ipv6 && high == 0 && low >> 32 == 0xffff
      ? Endpoint(.ipv4, high: 0, low: low & 0xffff_ffff, port: port) : self
  }

  /// The address without the port.
  @usableFromInline var addressOnly: Endpoint { Endpoint(kind, high: high, low: low, port: 0) }
}

extension Endpoint: Comparable {
  /// By kind, then by address, then by port.
  @inlinable
  public static func < (a: Endpoint, b: Endpoint) -> Bool {
    if a.kind != b.kind { return a.kind.rawValue < b.kind.rawValue }
    if a.high != b.high { return a.high < b.high }
    return a.low != b.low ? a.low < b.low : a.port < b.port
  }
}

extension Endpoint: CustomStringConvertible {
  /// `10.0.0.5:443` or `[::1]:443`; for other kinds the number.
  public var description: String { ip.map { "\($0)" } ?? "\(kind) \(low)" }
}
