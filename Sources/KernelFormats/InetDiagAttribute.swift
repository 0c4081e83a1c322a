/// Kinds of attributes behind an `inet_diag_msg` (`INET_DIAG_…`, include/uapi/linux/inet_diag.h).
/// What has a kind of 8 or less is asked for by bit `kind - 1` of the request's `idiag_ext`; the
/// kernel adds the others of itself.
public enum InetDiagAttribute {
  public static let info: UInt16 = 2
  public static let congestion: UInt16 = 4
  public static let tos: UInt16 = 5
  public static let trafficClass: UInt16 = 6
  public static let memory: UInt16 = 7
  public static let shutdown: UInt16 = 8
  public static let transport: UInt16 = 10
  public static let v6Only: UInt16 = 11
  /// With CAP_NET_ADMIN alone.
  public static let mark: UInt16 = 15
  public static let cgroup: UInt16 = 21
}
