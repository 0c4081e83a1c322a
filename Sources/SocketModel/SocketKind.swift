/// What a socket speaks. A kind of our own and not the IP protocol number: MPTCP's is 262, and
/// sockets that are not of the internet have none.
public enum SocketKind: UInt8, Sendable, CaseIterable {
  case tcp, udp
  case unixStream, unixDatagram, unixSeqpacket

  /// Those that have addresses and ports.
  public static let internet: [SocketKind] = [.tcp, .udp]

  /// As in JSON; those of unix sockets are ss's, which scripts know.
  @inlinable public var name: ShortText {
    switch self {
    case .tcp: Self.tcpName
    case .udp: Self.udpName
    case .unixStream: Self.unixStreamName
    case .unixDatagram: Self.unixDatagramName
    case .unixSeqpacket: Self.unixSeqpacketName
    }
  }

  @usableFromInline static let tcpName: ShortText = "tcp"
  @usableFromInline static let udpName: ShortText = "udp"
  @usableFromInline static let unixStreamName: ShortText = "u_str"
  @usableFromInline static let unixDatagramName: ShortText = "u_dgr"
  @usableFromInline static let unixSeqpacketName: ShortText = "u_seq"

  /// The IP protocol number (RFC 5237 registry, include/uapi/linux/in.h); nil for what is not of the
  /// internet.
  public var ipProtocol: UInt8? {
    switch self {
    case .tcp: 6
    case .udp: 17
    case .unixStream, .unixDatagram, .unixSeqpacket: nil
    }
  }

  /// Whether it has no connections: then nobody listens, and who is not connected takes datagrams from
  /// anybody.
  @inlinable public var isDatagram: Bool {
    switch self {
    case .tcp, .unixStream, .unixSeqpacket: false
    case .udp, .unixDatagram: true
    }
  }

  @inlinable public var isUnix: Bool {
    switch self {
    case .tcp, .udp: false
    case .unixStream, .unixDatagram, .unixSeqpacket: true
    }
  }

  /// Nil for a protocol that is not listed.
  public init?(ipProtocol: UInt8) {
    guard let kind = Self.allCases.first(where: { $0.ipProtocol == ipProtocol }) else { return nil }
    self = kind
  }
}

/// A set of kinds.
public struct SocketKindSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public init(_ member: SocketKind) { rawValue = 1 << UInt32(member.rawValue) }

  public static let tcp = SocketKindSet(SocketKind.tcp)
  public static let udp = SocketKindSet(SocketKind.udp)
  /// TCP and UDP: all that is asked for where nobody names others.
  public static let all = SocketKindSet(SocketKind.internet)
  public static let unixStream = SocketKindSet(SocketKind.unixStream)
  public static let unixDatagram = SocketKindSet(SocketKind.unixDatagram)
  public static let unix = SocketKindSet(SocketKind.allCases.filter(\.isUnix))
  /// Every kind that there is.
  public static let every = SocketKindSet(SocketKind.allCases)
  public static let datagrams = SocketKindSet(SocketKind.allCases.filter(\.isDatagram))

  private init(_ members: [SocketKind]) { self = members.reduce(into: []) { $0.insert(Self($1)) } }

  public func contains(_ member: SocketKind) -> Bool { contains(SocketKindSet(member)) }
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
