internal import CLinux
internal import Glibc

/// A netlink socket to the kernel's socket tables (netlink(7), sock_diag(7)).
public struct NetlinkSocket: ~Copyable, Sendable {
  private let socket: FileDescriptor

  /// One datagram as it was received.
  public struct Datagram: Hashable, Sendable {
    /// Bytes at the start of the buffer.
    public let count: Int
    /// The sender's port id; 0 is the kernel.
    public let sender: UInt32
    /// The buffer was too small: the rest is lost.
    public let isTruncated: Bool
  }

  /// Takes over an open socket: a netlink one, or in a test any that keeps datagrams apart.
  public init(owning socket: consuming FileDescriptor) { self.socket = socket }

  /// socket(2) with `NETLINK_SOCK_DIAG`. A sandbox or an old kernel answers
  /// `.protocolNotSupported`, `.accessDenied` or `.notPermitted`.
  public static func sockDiag() throws(Errno) -> NetlinkSocket {
    try open(NETLINK_SOCK_DIAG)
  }

  /// The same with `NETLINK_ROUTE`: network devices (rtnetlink(7)).
  public static func route() throws(Errno) -> NetlinkSocket { try open(NETLINK_ROUTE) }

  private static func open(_ number: Int32) throws(Errno) -> NetlinkSocket {
    // The kernel asks for the rights of who made it and of who sends.
    let descriptor = try Capabilities.netAdmin.raised { () throws(Errno) in
      try retrying {
        Glibc.socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), number)
      }
    }
    return NetlinkSocket(owning: FileDescriptor(owning: descriptor))
  }

  /// For poll(2).
  public var descriptor: Int32 { socket.rawValue }

  /// send(2): one request to the kernel.
  public func send(_ message: Span<UInt8>) throws(Errno) {
    _ = try unsafe message.withUnsafeBytes { bytes throws(Errno) in
      try Capabilities.netAdmin.raised { () throws(Errno) in
        try retrying { unsafe Glibc.send(socket.rawValue, bytes.baseAddress, bytes.count, 0) }
      }
    }
  }

  /// recvfrom(2): one datagram into the start of the buffer. Without `waiting` an empty socket is
  /// `.wouldBlock`; `.noBufferSpace` means that the kernel had to drop something.
  public func receive(
    into buffer: inout [UInt8], waiting: Bool
  ) throws(Errno) -> Datagram {
    let flags = Int32(MSG_TRUNC) | (waiting ? 0 : Int32(MSG_DONTWAIT))
    let descriptor = socket.rawValue
    var sender: UInt32 = 0
    let result = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe Self.receive(descriptor, into: bytes, flags, sender: &sender)
    }
    let count = try result.get()
    return Datagram(
      count: min(count, buffer.count), sender: sender, isTruncated: count > buffer.count)
  }

  private static func receive(
    _ descriptor: Int32, into bytes: UnsafeMutableRawBufferPointer, _ flags: Int32,
    sender: inout UInt32
  ) -> Result<Int, Errno> {
    var address = sockaddr_nl()
    var length = socklen_t(MemoryLayout<sockaddr_nl>.size)
    let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        Result { () throws(Errno) in
          try retrying {
            unsafe recvfrom(descriptor, bytes.baseAddress, bytes.count, flags, pointer, &length)
          }
        }
      }
    }
    sender = address.nl_pid
    return result
  }

  /// bind(2) to multicast groups: the notices of each arrive from now on. (Who joins without being
  /// bound has port id 0, as the kernel has, and is passed over as the sender of its notices.)
  public func bind(groups: [UInt32]) throws(Errno) {
    var address = sockaddr_nl()
    address.nl_family = sa_family_t(AF_NETLINK)
    for group in groups where 1...32 ~= group { address.nl_groups |= 1 << (group - 1) }
    let descriptor = socket.rawValue
    let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        Result { () throws(Errno) in
          try retrying {
            unsafe Glibc.bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_nl>.size))
          }
        }
      }
    }
    _ = try result.get()
  }

  /// setsockopt(2) with `SO_RCVBUFFORCE`, or with `SO_RCVBUF` where that is not allowed: bytes that
  /// may wait to be received. The kernel may give less.
  public func setReceiveBuffer(_ size: Int32) throws(Errno) {
    do throws(Errno) {
      try set(SOL_SOCKET, SO_RCVBUFFORCE, size)
    } catch {
      try set(SOL_SOCKET, SO_RCVBUF, size)
    }
  }

  private func set(_ level: Int32, _ option: Int32, _ value: Int32) throws(Errno) {
    var value = value
    _ = try retrying {
      unsafe setsockopt(
        socket.rawValue, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
  }
}
