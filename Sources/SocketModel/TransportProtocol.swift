/// A transport protocol by its IP protocol number (RFC 5237 registry).
public enum TransportProtocol: UInt8, Sendable, CaseIterable {
  case tcp = 6
  case udp = 17

  /// `tcp` or `udp`, as in JSON.
  public var name: String { self == .tcp ? "tcp" : "udp" }
}

/// A set of protocols.
public struct ProtocolSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let tcp = ProtocolSet(rawValue: 1)
  public static let udp = ProtocolSet(rawValue: 2)
  public static let all: ProtocolSet = [.tcp, .udp]

  public init(_ member: TransportProtocol) { self = member == .tcp ? .tcp : .udp }

  public func contains(_ member: TransportProtocol) -> Bool { contains(ProtocolSet(member)) }
}

/// A set of address families. What carries IPv4 packets in an IPv6 socket belongs to both.
public struct FamilySet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let ipv4 = FamilySet(rawValue: 1)
  public static let ipv6 = FamilySet(rawValue: 2)
  public static let all: FamilySet = [.ipv4, .ipv6]

  public init(_ member: IPAddress.Family) { self = member == .ipv4 ? .ipv4 : .ipv6 }

  public func contains(_ member: IPAddress.Family) -> Bool { contains(FamilySet(member)) }
}
