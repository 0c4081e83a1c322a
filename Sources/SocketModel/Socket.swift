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
  /// The network namespace, as an index into the snapshot's table.
  public var namespace: UInt16
  public var kind: SocketKind
  public var state: TCPState
  /// Whether an IPv6 socket refuses IPv4.
  public var v6Only: V6Only
  /// Of a raw socket the IP protocol, of a netlink socket the kernel's subsystem (`NETLINK_…`); else 0.
  public var subprotocol: UInt8

  public enum V6Only: UInt8, Sendable {
    /// /proc does not say.
    case unknown
    case no
    case yes
  }

  @inlinable
  public init(
    _ kind: SocketKind, local: Endpoint, remote: Endpoint, state: TCPState,
    receiveQueue: UInt32 = 0, sendQueue: UInt32 = 0, rawUID: UInt32 = 0, inode: UInt64 = 0,
    cookie: UInt64 = 0, interface: UInt32 = 0, timer: SocketTimer = .off,
    v6Only: V6Only = .unknown, namespace: UInt16 = 0, subprotocol: UInt8 = 0
  ) {
    self.kind = kind
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
    self.namespace = namespace
    self.subprotocol = subprotocol
  }
}

extension Socket {
  /// Nil for what is not of the internet.
  @inlinable public var family: IPAddress.Family? { local.family }

  /// The socket's user; nil for TIME_WAIT and queued rows, where the kernel writes 0 for nobody, and
  /// where the source does not tell it.
  @inlinable public var uid: UInt32? { inode == 0 || rawUID == .max ? nil : rawUID }

  /// Listening, or a socket that takes datagrams from anybody: not connected, and of unix with a name.
  @inlinable public var isListening: Bool {
    switch kind {
    case .tcp, .mptcp, .unixStream, .unixSeqpacket: state == .listening
    case .udp, .udpLite, .raw, .ping, .packetRaw, .packetDatagram, .netlink: state == .closed
    case .unixDatagram: state == .closed && local.kind != .none
    }
  }

  /// Whether it accepts connections: its queues count these and not bytes.
  @inlinable public var isListener: Bool { state == .listening && !kind.isDatagram }

  /// The inode of the socket at the other end of a unix socket; nil where there is none, or the source
  /// does not tell.
  public var peerInode: UInt64? { kind.isUnix && remote.high != 0 ? remote.high : nil }

  /// Whether it is a unix socket of /proc, which tells neither queues nor users nor peers.
  public var isOfUnixTable: Bool { kind.isUnix && cookie == 0 }

  /// Whether both ends are known.
  @inlinable public var isConnected: Bool { remote.port != 0 || !remote.isUnspecified }

  /// Whether it belongs to one of the families. To both belongs what carries IPv4 in an IPv6 socket:
  /// a v4-mapped row, and a dual-stack listener.
  @inlinable
  public func isOf(_ families: FamilySet) -> Bool {
    if let family, families.contains(family) { return true }
    if !kind.isInternet { return families == .all }
    return families.contains(.ipv4)
      && (local.unmapped.kind == .ipv4 || remote.unmapped.kind == .ipv4
        || isDualStackWildcard && isListening)
  }

  /// The same, where the source may not tell whether a wildcard takes IPv4: then nobody can.
  @inlinable
  public func answer(isOf families: FamilySet) -> Answer {
    isOf(families) ? leavesOpen(families) ? .cantTell : .yes : .no
  }

  /// Whether it belongs to one of the families only if it takes IPv4, which the source does not tell.
  @inlinable
  public func leavesOpen(_ families: FamilySet) -> Bool {
    v6Only == .unknown && families == .ipv4 && isDualStackWildcard && isListening
  }

  /// An IPv6 wildcard that IPv4 reaches as well, as far as is known.
  @inlinable public var isDualStackWildcard: Bool {
    local.kind == .ipv6 && local.isUnspecified && v6Only != .yes
  }

  /// Where it listens, in words: `*:8080` where IPv4 reaches an IPv6 wildcard as well.
  public var listenerName: String {
    isDualStackWildcard && v6Only == .no ? "*:\(local.port)" : "\(local)"
  }

  /// Whether a listener turns new connections away: the kernel lets one more wait than the limit
  /// (`sk_acceptq_is_full`, include/net/sock.h).
  public var isQueueFull: Bool { isListener && knowsQueueLimit && receiveQueue > sendQueue }

  /// /proc writes 0 for a listener's limit, and has no cookies.
  public var knowsQueueLimit: Bool { sendQueue != 0 || cookie != 0 }
}
