/// One row of the kernel's socket tables, as plain values. 88 bytes, no references.
public struct Socket: Hashable, Sendable {
  public var local: Endpoint
  public var remote: Endpoint
  /// Bytes not yet read; for a listener, connections waiting to be accepted.
  public var receiveQueue: UInt32
  /// Bytes not yet acknowledged; for a listener, the backlog limit (0 over /proc).
  public var sendQueue: UInt32
  /// The kernel's uid column. It means nothing where `inode` is 0: see `uid`.
  public var rawUID: UInt32
  /// The socket's number in sockfs; 0 for a socket that belongs to no descriptor.
  public var inode: UInt64
  /// The kernel's own name for a socket, never used again; 0 over /proc.
  public var cookie: UInt64
  /// The interface index the socket is bound to or its zone; 0 for none or unknown.
  public var interface: UInt32
  public var timer: SocketTimer
  public var transport: TransportProtocol
  public var state: TCPState
  /// Whether an IPv6 socket refuses IPv4.
  public var v6Only: V6Only

  public enum V6Only: UInt8, Sendable {
    /// /proc does not say.
    case unknown
    case no
    case yes
  }

  @inlinable
  public init(
    _ transport: TransportProtocol, local: Endpoint, remote: Endpoint, state: TCPState,
    receiveQueue: UInt32 = 0, sendQueue: UInt32 = 0, rawUID: UInt32 = 0, inode: UInt64 = 0,
    cookie: UInt64 = 0, interface: UInt32 = 0, timer: SocketTimer = .off,
    v6Only: V6Only = .unknown
  ) {
    self.transport = transport
    self.local = local
    self.remote = remote
    self.state = state
    self.receiveQueue = receiveQueue
    self.sendQueue = sendQueue
    self.rawUID = rawUID
    self.inode = inode
    self.cookie = cookie
    self.interface = interface
    self.timer = timer
    self.v6Only = v6Only
  }
}

extension Socket {
  @inlinable public var family: IPAddress.Family { local.address.family }

  /// The socket's user; nil for TIME_WAIT and queued rows, where the kernel writes 0 for nobody.
  @inlinable public var uid: UInt32? { inode == 0 ? nil : rawUID }

  /// Listening, or a UDP socket that takes datagrams from anybody.
  @inlinable public var isListening: Bool {
    transport == .tcp ? state == .listening : state == .closed
  }

  /// Whether both ends are known.
  @inlinable public var isConnected: Bool { remote.port != 0 || !remote.address.isUnspecified }

  /// Whether it belongs to one of the families. To both belongs what carries IPv4 in an IPv6 socket:
  /// a v4-mapped row, and a dual-stack listener.
  @inlinable
  public func isOf(_ families: FamilySet) -> Bool {
    families.contains(family)
      || families.contains(.ipv4)
        && (local.address.isV4Mapped || remote.address.isV4Mapped
          || isDualStackWildcard && isListening)
  }

  /// An IPv6 wildcard that IPv4 reaches as well, as far as is known.
  @inlinable public var isDualStackWildcard: Bool {
    family == .ipv6 && local.address.isUnspecified && v6Only != .yes
  }
}
