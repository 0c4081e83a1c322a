public import LinuxSystem
public import SocketModel

/// Two unix sockets of this process that are connected to each other (socketpair(2)).
public struct UnixPair: ~Copyable, Sendable {
  private let ends: UnixDescriptorPair
  /// Their numbers in sockfs.
  public let inodes: (UInt64, UInt64)
  public let kind: SocketKind

  /// Of a kind of unix sockets; `.protocolNotSupported` for every other.
  public init(_ kind: SocketKind = .unixStream) throws(Errno) {
    self.kind = kind
    let ends = try FileDescriptor.unixPair(kind)
    inodes = (try FileStatus(of: ends.one).inode, try FileStatus(of: ends.other).inode)
    self.ends = ends
  }

  public var descriptors: [Int32] { [ends.one.rawValue, ends.other.rawValue] }

  /// Sends bytes from the first to the second, where they wait.
  public func send(_ bytes: Span<UInt8>) throws(Errno) {
    try FileDescriptor.write(bytes, to: ends.one.rawValue)
  }
}
