/// What only netlink tells of a socket, and only where it was asked: an array of these stands beside
/// the rows. Nil is "the kernel did not say".
public struct SocketDetails: Sendable {
  public var tcpInfo: TCPInfo?
  public var memory: SocketMemory?
  /// The congestion control algorithm, as an index into `Snapshot.congestionNames`.
  public var congestion: UInt8?
  /// The id of the socket's cgroup (v2).
  public var cgroup: UInt64?
  /// `SO_MARK`; the kernel tells it to CAP_NET_ADMIN alone.
  public var mark: UInt32?
  public var tos: UInt8?
  public var trafficClass: UInt8?
  /// Bit 0: receiving is shut down, bit 1: sending is.
  public var shutdown: UInt8?

  public init() {}
}

/// A socket's memory in bytes (`SK_MEMINFO_*`, include/uapi/linux/sock_diag.h).
public struct SocketMemory: Sendable {
  /// The kernel's order; `drops` counts datagrams lost or, for a listener, connections turned away.
  public enum Field: Int, CaseIterable, Sendable {
    case rmem_alloc, rcvbuf, wmem_alloc, sndbuf, fwd_alloc, wmem_queued, optmem, backlog, drops

    public var name: String { "\(self)" }
  }

  private static let absent = UInt64.max
  private var values = InlineArray<9, UInt64>(repeating: absent)

  public init() {}

  /// Nil where the kernel does not have the field.
  public subscript(field: Field) -> UInt64? {
    get { values[field.rawValue] == Self.absent ? nil : values[field.rawValue] }
    set { values[field.rawValue] = newValue ?? Self.absent }
  }
}
