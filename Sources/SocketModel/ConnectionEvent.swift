/// Something that happened to a TCP connection, as one of its ends saw it.
public struct ConnectionEvent: Hashable, Sendable {
  public enum Kind: UInt8, Sendable {
    /// The handshake is done.
    case opened = 1
    case ended = 2
    /// A socket listens from now on.
    case listening = 3
  }

  /// How this end came to the connection.
  public enum Role: Sendable { case connected, accepted }

  /// A process as it was called then.
  public struct Process: Hashable, Sendable {
    public let pid: Int32
    public let name: [UInt8]

    public init(pid: Int32, name: [UInt8]) {
      self.pid = pid
      self.name = name
    }
  }

  public var kind: Kind
  /// In the state that it came to; its inode is 0 where no process was seen to have it.
  public var socket: Socket
  /// The inode of its network namespace.
  public var namespace: UInt64
  /// Nanoseconds of the monotonic clock, as are the next two.
  public var time: UInt64
  /// When the first packet was sent, or the connection came to the listener; nil where that was before
  /// anybody looked.
  public var opened: UInt64?
  public var established: UInt64?
  public var role: Role?
  /// Who connected it, or made it listen.
  public var opener: Process?
  /// Who accepted it, where the kernel tells.
  public var accepter: Process?
  /// Who closed it, where this end did.
  public var closer: Process?
  /// Who was seen to have it, where the kernel's events are not to be had.
  public var seen: Process?
  /// The owner of the listener that it came to, where nobody else is known.
  public var listener: Process?
  /// Whether it is concluded from what was seen now and then.
  public var isPolled = false
  /// Whether one of these is followed.
  public var isFollowed = false
  /// The id of the cgroup that the socket was made in; 0 for none.
  public var cgroup: UInt64 = 0
  /// Payload bytes. Those that were sent count once for each time; nil where nobody counted.
  public var received: UInt64?
  public var sent: UInt64?
  public var resent: UInt64 = 0
  /// Smoothed, in microseconds; 0 for none.
  public var roundTrip: UInt32 = 0
  public var retransmits: UInt32 = 0
  public var ending: ConnectionEnding?

  public init(_ kind: Kind, _ socket: Socket, namespace: UInt64, time: UInt64) {
    self.kind = kind
    self.socket = socket
    self.namespace = namespace
    self.time = time
  }
}

extension ConnectionEvent {
  /// How it is known who owns this end.
  public enum OwnerSource: String, CaseIterable, Sendable {
    case connect, accept, close
    /// It is the owner of the listener, who may have handed it on.
    case listener
    /// It was seen among the open files of a process.
    case seen
  }

  /// Who owns this end, and how that is known; nil where nobody knows.
  public var owner: (process: Process, source: OwnerSource)? {
    if let opener { return (opener, .connect) }
    if let accepter { return (accepter, .accept) }
    if let closer { return (closer, .close) }
    if let seen { return (seen, .seen) }
    return listener.map { ($0, .listener) }
  }

  /// Microseconds from its beginning to now; nil where that is not known.
  public var duration: UInt64? {
    opened.map { time > $0 ? (time - $0) / 1000 : 0 }
  }

  /// What happened, in a word.
  public var name: ShortText {
    switch kind {
    case .opened: role == .accepted ? "accepted" : "opened"
    case .listening: "listening"
    case .ended: ending?.hasFailed ?? false ? "failed" : "closed"
    }
  }
}
