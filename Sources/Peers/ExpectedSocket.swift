public import SocketModel

/// A row that the kernel's tables should have, by what was done to make it.
public struct ExpectedSocket: Hashable, Sendable {
  public let kind: SocketKind
  public let local: IPEndpoint
  public let remote: IPEndpoint
  /// `.bound` for a socket that only has a port; `.closed` for an unconnected UDP socket.
  public let state: TCPState
  /// 0 where the row belongs to no descriptor: queued, half open, TIME_WAIT.
  public let inode: UInt64
  /// The descriptors of this process that hold it.
  public let descriptors: [Int32]
  /// What it is there for, in a few words.
  public let role: String

  public init(
    kind: SocketKind, local: IPEndpoint, remote: IPEndpoint, state: TCPState,
    inode: UInt64, descriptors: [Int32], role: String
  ) {
    self.kind = kind
    self.local = local
    self.remote = remote
    self.state = state
    self.inode = inode
    self.descriptors = descriptors
    self.role = role
  }

  /// Whether a row of a table is this one; inodes count where both have one.
  public func matches(_ socket: Socket) -> Bool {
    socket.kind == kind && socket.local == Endpoint(local) && socket.remote == Endpoint(remote)
      && (socket.inode == inode || inode == 0)
      && (socket.state == state || (state == .bound && socket.state == .closed))
  }
}
