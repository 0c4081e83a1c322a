/// An IP address and a port in host order: what a socket is bound or connected to, and what a client
/// connects to.
public struct IPEndpoint: Hashable, Sendable {
  public let address: IPAddress
  public let port: UInt16

  @inlinable
  public init(_ address: IPAddress, _ port: UInt16) {
    self.address = address
    self.port = port
  }
}

extension IPEndpoint {
  public static func unspecified(_ family: IPAddress.Family) -> IPEndpoint {
    IPEndpoint(.unspecified(family), 0)
  }
}

extension IPEndpoint: CustomStringConvertible {
  /// `10.0.0.5:443` or `[::1]:443`.
  public var description: String {
    address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}
