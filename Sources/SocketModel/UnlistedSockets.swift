/// Kinds of sockets that are not listed, and of which it may matter whether there are any.
public enum UnlistedSockets: String, CaseIterable, Sendable {
  case dccp, sctp, vsock, tipc, xdp
  /// Listed, and of which there are always some: the kernel's own ends.
  case netlink

  /// What the kernel calls them in /proc/net/protocols, and whether it counts them there.
  public var registration: (names: [String], isCounted: Bool) {
    switch self {
    case .dccp: (["DCCP", "DCCPv6"], true)
    case .sctp: (["SCTP", "SCTPv6"], true)
    case .vsock: (["AF_VSOCK", "VSOCK"], false)
    case .tipc: (["TIPC"], false)
    case .xdp: (["XDP"], true)
    case .netlink: (["NETLINK"], false)
    }
  }
}
