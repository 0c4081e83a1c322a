internal import CLinux
internal import Glibc
public import SocketModel

/// What TCP and UDP sockets have in common: a descriptor of an IPv4 or IPv6 socket (socket(2)).
public struct SocketDescriptor: ~Copyable, Sendable {
  let descriptor: FileDescriptor

  init(_ family: IPAddress.Family, _ kind: SocketKind) throws(Errno) {
    let type = kind == .tcp ? SOCK_STREAM.rawValue : SOCK_DGRAM.rawValue
    let flags = SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let created = try retrying { socket(family.socketDomain, Int32(type | flags), 0) }
    descriptor = FileDescriptor(owning: created)
  }

  init(owning rawValue: Int32) {
    descriptor = FileDescriptor(owning: rawValue)
  }

  public var rawValue: Int32 { descriptor.rawValue }

  /// setsockopt(2).
  public func set(_ option: SocketOption, _ value: Int32) throws(Errno) {
    try descriptor.setOption(option, value)
  }

  /// getsockopt(2).
  public func get(_ option: SocketOption) throws(Errno) -> Int32 {
    try descriptor.option(option)
  }

  /// Names the interface that it sends and receives over (`SO_BINDTODEVICE`).
  public func bind(toInterface name: String) throws(Errno) {
    let bytes = name.rawBytes
    _ = try retrying {
      unsafe setsockopt(
        rawValue, SOL_SOCKET, SO_BINDTODEVICE, bytes, socklen_t(bytes.count))
    }
  }

  /// bind(2); port 0 takes a free one.
  public func bind(to address: SocketAddress) throws(Errno) {
    _ = try retrying { unsafe address.withBytes { unsafe Glibc.bind(rawValue, $0, $1) } }
  }

  /// connect(2). False: the handshake goes on, and the socket is writable when it has ended.
  public func connect(to address: SocketAddress) throws(Errno) -> Bool {
    let result = unsafe address.withBytes { unsafe Glibc.connect(rawValue, $0, $1) }
    if result == 0 { return true }
    // An interrupted attempt goes on as well.
    if Errno.last == .inProgress || Errno.last == .interrupted { return false }
    throw .last
  }

  /// Takes the error that the socket met, such as a refused connection (`SO_ERROR`).
  public func takeError() throws(Errno) -> Errno? {
    let error = try descriptor.option(SocketOption(SOL_SOCKET, SO_ERROR))
    return error == 0 ? nil : Errno(rawValue: error)
  }

  /// getsockname(2).
  public func localAddress() throws(Errno) -> SocketAddress {
    try unsafe .filled { unsafe getsockname(rawValue, $0, $1) }
  }

  /// The family that it was made for (`SO_DOMAIN`).
  public func family() throws(Errno) -> IPAddress.Family {
    try descriptor.option(SocketOption(SOL_SOCKET, SO_DOMAIN)) == AF_INET ? .ipv4 : .ipv6
  }

  /// getpeername(2); `.notConnected` without one.
  public func remoteAddress() throws(Errno) -> SocketAddress {
    try unsafe .filled { unsafe getpeername(rawValue, $0, $1) }
  }

  /// The kernel's own name for it, as netlink shows it (`SO_COOKIE`).
  public func cookie() throws(Errno) -> UInt64 { try descriptor.socketCookie() }

  /// Its number in sockfs, as /proc shows it.
  public func inode() throws(Errno) -> UInt64 { try descriptor.inode() }

  /// send(2), without SIGPIPE; how many bytes were taken.
  public func send(_ bytes: Span<UInt8>) throws(Errno) -> Int {
    try unsafe bytes.withUnsafeBytes { buffer throws(Errno) in
      try retrying {
        unsafe Glibc.send(rawValue, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
      }
    }
  }

  /// Appends what one receive gives, at most `count` bytes; 0 at the peer's end (recv(2)).
  public func receive(
    appendingTo bytes: inout [UInt8], atMost count: Int
  ) throws(Errno) -> Int {
    try descriptor.read(appendingTo: &bytes, atMost: count)
  }

  /// A second descriptor of the same socket (dup(2)).
  public func duplicate() throws(Errno) -> FileDescriptor {
    FileDescriptor(owning: try retrying { linux_fcntl(rawValue, F_DUPFD_CLOEXEC, 0) })
  }
}
