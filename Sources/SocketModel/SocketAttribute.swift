/// The kinds of attributes that netlink adds to a row (`INET_DIAG_…`, include/uapi/linux/inet_diag.h).
///
/// What has a kind of 8 or less is asked for by bit `kind - 1` of the request's `idiag_ext`; the
/// kernel adds the others of itself.
public struct SocketAttribute: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt16

  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// `struct tcp_info`: see `TCPInfoMember`.
  public static let tcpInfo = SocketAttribute(rawValue: 2)
  /// `struct tcpvegas_info`; asking for it also brings those of DCTCP and BBR.
  public static let vegas = SocketAttribute(rawValue: 3)
  /// The congestion control algorithm's name.
  public static let congestion = SocketAttribute(rawValue: 4)
  public static let tos = SocketAttribute(rawValue: 5)
  public static let trafficClass = SocketAttribute(rawValue: 6)
  /// `SK_MEMINFO_…`: see `MemoryMember`.
  public static let memory = SocketAttribute(rawValue: 7)
  /// Bit 0: receiving is shut down, bit 1: sending is.
  public static let shutdown = SocketAttribute(rawValue: 8)
  /// `struct tcp_dctcp_info`.
  public static let dctcp = SocketAttribute(rawValue: 9)
  /// The IP protocol, in notices of destroyed sockets.
  public static let ipProtocol = SocketAttribute(rawValue: 10)
  public static let v6Only = SocketAttribute(rawValue: 11)
  /// Of a unix socket (`UNIX_DIAG_VFS`, a kind that no row of the internet has): the inode and the device
  /// of its name.
  public static let unixFile = SocketAttribute(rawValue: 13)
  /// Of a unix socket (`UNIX_DIAG_ICONS`): the inodes of the clients that wait.
  public static let unixClients = SocketAttribute(rawValue: 14)
  /// Of a unix socket over /proc: how many things refer to it, its flags and its state.
  public static let unixReferences = SocketAttribute(rawValue: 12)
  /// `SO_MARK`, with CAP_NET_ADMIN alone.
  public static let mark = SocketAttribute(rawValue: 15)
  /// `struct tcp_bbr_info`.
  public static let bbr = SocketAttribute(rawValue: 16)
  /// The keys of TCP-MD5, with CAP_NET_ADMIN alone.
  public static let md5Keys = SocketAttribute(rawValue: 18)
  /// What the protocol's upper layer is: attributes in it, of which the first kind is its name.
  public static let upperLayer = SocketAttribute(rawValue: 19)
  /// `INET_ULP_INFO_NAME`, inside `upperLayer`.
  static let upperLayerName = SocketAttribute(rawValue: 1)
  /// The id of the socket's cgroup (v2).
  public static let cgroup = SocketAttribute(rawValue: 21)

  /// Members of `tcp_info` and of the memory one by one, as /proc tells them: each a key of four bytes
  /// and a value of eight. The kernel has no attribute of this kind (`INET_DIAG_NONE`).
  static let members = SocketAttribute(rawValue: 0)
}
