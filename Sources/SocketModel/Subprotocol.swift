/// What raw, packet and netlink sockets speak, in the words of ss(8) and iproute2.
extension Socket {
  /// The IP protocol of a raw socket, the Ethernet protocol of a packet socket, the subsystem of a
  /// netlink socket; a number where it has no name, and nil for every other socket.
  public var subprotocolName: ShortText? {
    switch kind {
    case .raw: Self.ipProtocols[subprotocol] ?? ShortText(decimal: subprotocol)
    case .packetRaw, .packetDatagram: etherType.flatMap(Self.name)
    case .netlink: Self.netlinkProtocols[subprotocol] ?? ShortText(decimal: subprotocol)
    case .tcp, .udp, .unixStream, .unixDatagram, .unixSeqpacket, .mptcp, .udpLite, .ping: nil
    }
  }

  /// What a packet socket gets (`ETH_P_…`, include/uapi/linux/if_ether.h); 0 for nothing.
  var etherType: UInt16? { local.kind == .link ? local.port : nil }

  /// What iproute2 calls that as well; nil where it has another name or none, or it is not certain.
  public var toolEtherType: ShortText? {
    switch etherType {
    case 0x0003, 0x0800, 0x0806, 0x8100, 0x86dd, 0x88a8: subprotocolName
    case 0: "[0]"
    case _: nil
    }
  }

  /// The port of a netlink socket, the kernel's own being 0; most often the pid of who opened it first.
  public var netlinkPort: UInt32? {
    local.kind == .netlink ? UInt32(truncatingIfNeeded: local.low) : nil
  }

  /// Whether it is the kernel's end of a netlink protocol: nobody else can be bound to port 0.
  public var isOfKernel: Bool { kind == .netlink && netlinkPort == 0 && state != .established }

  /// Makes a raw or ping socket of the kernel's row, which is like that of UDP. A raw one has its IP protocol
  /// in the place of the port, and no ports; and to either of IPv6 comes nothing of IPv4.
  public mutating func takeProtocol() {
    if local.kind == .ipv6 { v6Only = .yes }
    guard kind == .raw else { return }
    subprotocol = UInt8(truncatingIfNeeded: local.port)
    local = local.addressOnly
    remote = remote.addressOnly
  }

  private static func name(_ etherType: UInt16) -> ShortText? {
    if let name = etherTypes[etherType] { return name }
    let digits = String(etherType, radix: 16)
    return ShortText(ascii: "0x" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
  }

  private static let ipProtocols: [UInt8: ShortText] = [
    0: "ip", 1: "icmp", 2: "igmp", 4: "ipip", 6: "tcp", 17: "udp", 41: "ipv6", 46: "rsvp",
    47: "gre", 50: "esp", 51: "ah", 58: "ipv6-icmp", 88: "eigrp", 89: "ospf", 103: "pim",
    112: "vrrp", 115: "l2tp", 132: "sctp", 136: "udplite", 255: "raw",
  ]

  private static let etherTypes: [UInt16: ShortText] = [
    0: "none", 0x0001: "802_3", 0x0003: "all", 0x0004: "802_2", 0x0800: "ip", 0x0806: "arp",
    0x8100: "802.1Q", 0x86dd: "ipv6", 0x8847: "mpls_uc", 0x8848: "mpls_mc", 0x8863: "ppp_disc",
    0x8864: "ppp_ses", 0x888e: "802.1X", 0x88a8: "802.1ad", 0x88cc: "lldp", 0x88f7: "ptp",
  ]

  /// `NETLINK_…` (include/uapi/linux/netlink.h) as in iproute2's nl_protos.
  private static let netlinkProtocols: [UInt8: ShortText] = [
    0: "rtnl", 2: "usersock", 3: "fw", 4: "tcpdiag", 5: "nflog", 6: "xfrm", 7: "selinux",
    8: "iscsi", 9: "audit", 10: "fiblookup", 11: "connector", 12: "nft", 13: "ip6fw", 14: "dec-rt",
    15: "uevent", 16: "genl", 18: "scsi-trans", 19: "ecryptfs", 20: "rdma", 21: "crypto",
    22: "smc",
  ]
}

extension ShortText {
  fileprivate init?(ascii text: String) { self.init(Array(text.utf8).span) }

  fileprivate init?(decimal number: UInt8) { self.init(ascii: "\(number)") }
}
