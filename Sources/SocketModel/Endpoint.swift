/// One end of a connection: an address and a port in host order. An end that is not connected is
/// the unspecified address and port 0.
public struct Endpoint: Hashable, Sendable {
  public let address: IPAddress
  public let port: UInt16

  @inlinable
  public init(_ address: IPAddress, _ port: UInt16) {
    self.address = address
    self.port = port
  }

  public static func unspecified(_ family: IPAddress.Family) -> Endpoint {
    Endpoint(.unspecified(family), 0)
  }
}

extension Endpoint: Comparable {
  @inlinable
  public static func < (a: Endpoint, b: Endpoint) -> Bool {
    a.address != b.address ? a.address < b.address : a.port < b.port
  }
}

extension Endpoint: CustomStringConvertible {
  /// `10.0.0.5:443` or `[::1]:443`.
  public var description: String {
    address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}
