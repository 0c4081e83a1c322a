/// What a socket speaks. A kind of our own and not the IP protocol number: sockets that are not of the
/// internet have none.
public enum SocketKind: UInt8, Sendable, CaseIterable {
  case tcp, udp
  case unixStream, unixDatagram, unixSeqpacket
  case mptcp, udpLite
  /// Raw IP (raw(7)), and ICMP's echo without rights (`IPPROTO_ICMP` in icmp(7)).
  case raw, ping
  /// Packets of a network interface (packet(7)): with their link layer header, and without.
  case packetRaw, packetDatagram
  case netlink

  /// Those that are listed where nobody asks for others.
  public static let internet: [SocketKind] = [.tcp, .udp]

  /// What its ends are.
  public enum Domain: UInt8, Sendable {
    /// Addresses, and ports where it has them.
    case internet
    case unix
    /// Network interfaces.
    case link
    case netlink
  }

  @inlinable public var domain: Domain {
    switch self {
    case .tcp, .udp, .mptcp, .udpLite, .raw, .ping: .internet
    case .unixStream, .unixDatagram, .unixSeqpacket: .unix
    case .packetRaw, .packetDatagram: .link
    case .netlink: .netlink
    }
  }

  /// As in JSON; ss's where it has one, since scripts know them.
  @inlinable public var name: ShortText {
    switch self {
    case .tcp: Self.tcpName
    case .udp: Self.udpName
    case .unixStream: Self.unixStreamName
    case .unixDatagram: Self.unixDatagramName
    case .unixSeqpacket: Self.unixSeqpacketName
    case .mptcp: Self.mptcpName
    case .udpLite: Self.udpLiteName
    case .raw: Self.rawName
    case .ping: Self.pingName
    case .packetRaw: Self.packetRawName
    case .packetDatagram: Self.packetDatagramName
    case .netlink: Self.netlinkName
    }
  }

  @usableFromInline static let tcpName: ShortText = "tcp"
  @usableFromInline static let udpName: ShortText = "udp"
  @usableFromInline static let unixStreamName: ShortText = "u_str"
  @usableFromInline static let unixDatagramName: ShortText = "u_dgr"
  @usableFromInline static let unixSeqpacketName: ShortText = "u_seq"
  @usableFromInline static let mptcpName: ShortText = "mptcp"
  @usableFromInline static let udpLiteName: ShortText = "udplite"
  @usableFromInline static let rawName: ShortText = "raw"
  @usableFromInline static let pingName: ShortText = "ping"
  @usableFromInline static let packetRawName: ShortText = "p_raw"
  @usableFromInline static let packetDatagramName: ShortText = "p_dgr"
  @usableFromInline static let netlinkName: ShortText = "nl"

  /// The number that netlink is asked for (RFC 5237 registry, include/uapi/linux/in.h); nil for what is
  /// not of the internet, and for what inet_diag has no handler for.
  public var ipProtocol: UInt16? {
    switch self {
    case .tcp: 6
    case .udp: 17
    case .udpLite: 136
    case .raw: 255
    case .mptcp: 262
    case .ping, .unixStream, .unixDatagram, .unixSeqpacket, .packetRaw, .packetDatagram, .netlink:
      nil
    }
  }

  /// Whether it has no connections: then nobody listens, and who is not connected takes datagrams from
  /// anybody.
  @inlinable public var isDatagram: Bool {
    switch self {
    case .tcp, .mptcp, .unixStream, .unixSeqpacket: false
    case .udp, .unixDatagram, .udpLite, .raw, .ping, .packetRaw, .packetDatagram, .netlink: true
    }
  }

  @inlinable public var isUnix: Bool { domain == .unix }

  @inlinable public var isInternet: Bool { domain == .internet }

  /// Whether its sockets of IPv6 may take and carry IPv4.
  public var hasIPv4InIPv6: Bool {
    switch self {
    case .tcp, .udp, .mptcp, .udpLite: true
    case .raw, .ping, .unixStream, .unixDatagram, .unixSeqpacket, .packetRaw, .packetDatagram,
      .netlink:
      false
    }
  }

  /// Whose ports have the names of services: those of MPTCP are TCP's, those of UDP-Lite UDP's.
  @inlinable public var serviceKind: SocketKind? {
    switch self {
    case .tcp, .mptcp: .tcp
    case .udp, .udpLite: .udp
    case .unixStream, .unixDatagram, .unixSeqpacket, .raw, .ping, .packetRaw, .packetDatagram,
      .netlink:
      nil
    }
  }

  /// Nil for a protocol that is not listed.
  public init?(ipProtocol: UInt16) {
    guard let kind = Self.allCases.first(where: { $0.ipProtocol == ipProtocol }) else { return nil }
    self = kind
  }
}

/// A set of kinds.
public struct SocketKindSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public init(_ member: SocketKind) { rawValue = 1 << UInt32(member.rawValue) }

  public init(_ members: [SocketKind]) { self = members.reduce(into: []) { $0.insert(Self($1)) } }

  public static let tcp = SocketKindSet(SocketKind.tcp)
  public static let udp = SocketKindSet(SocketKind.udp)
  /// TCP and UDP: all that is asked for where nobody names others.
  public static let all = SocketKindSet(SocketKind.internet)
  public static let unixStream = SocketKindSet(SocketKind.unixStream)
  public static let unixDatagram = SocketKindSet(SocketKind.unixDatagram)
  public static let unix = SocketKindSet(SocketKind.allCases.filter(\.isUnix))
  public static let mptcp = SocketKindSet(SocketKind.mptcp)
  public static let udpLite = SocketKindSet(SocketKind.udpLite)
  /// What `-w` lists.
  public static let raw = SocketKindSet([.raw, .ping])
  public static let packet = SocketKindSet(SocketKind.allCases.filter { $0.domain == .link })
  public static let netlink = SocketKindSet(SocketKind.netlink)
  /// Those with IP addresses.
  public static let withAddresses = SocketKindSet(SocketKind.allCases.filter(\.isInternet))
  /// Those of which it matters what is inside: see `Field.subprotocol`.
  public static let withSubprotocols: SocketKindSet = SocketKindSet(SocketKind.raw)
    .union(.packet).union(.netlink)
  /// Every kind that there is.
  public static let every = SocketKindSet(SocketKind.allCases)
  public static let datagrams = SocketKindSet(SocketKind.allCases.filter(\.isDatagram))

  public func contains(_ member: SocketKind) -> Bool { contains(SocketKindSet(member)) }

  /// Its kinds, in their order.
  public var kinds: [SocketKind] { SocketKind.allCases.filter(contains) }
}

extension SocketKindSet {
  /// `TCP or UDP`, `unix`.
  public var words: String {
    var words: [String] = []
    for kind in kinds where !words.contains(kind.word) { words.append(kind.word) }
    return words.joined(separator: " or ")
  }
}

extension SocketKind {
  /// As in a sentence.
  public var word: String {
    switch self {
    case .tcp: "TCP"
    case .udp: "UDP"
    case .unixStream, .unixDatagram, .unixSeqpacket: "unix"
    case .mptcp: "MPTCP"
    case .udpLite: "UDP-Lite"
    case .raw: "raw"
    case .ping: "ping"
    case .packetRaw, .packetDatagram: "packet"
    case .netlink: "netlink"
    }
  }
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
