/// The ports that the kernel gives to clients, and to who asks for port 0.
public struct PortsForClients: Hashable, Sendable {
  /// net.ipv4.ip_local_port_range
  public var range: ClosedRange<UInt16>
  /// net.ipv4.ip_local_reserved_ports: those that it gives to nobody.
  public var reserved: [ClosedRange<UInt16>]

  public init(_ range: ClosedRange<UInt16> = 32768...60999, reserved: [ClosedRange<UInt16>] = []) {
    self.range = range
    self.reserved = reserved
  }

  public func isReserved(_ port: UInt16) -> Bool { reserved.contains { $0.contains(port) } }

  public func contains(_ port: UInt16) -> Bool { range.contains(port) && !isReserved(port) }

  public var count: Int { range.count(where: contains) }
}
