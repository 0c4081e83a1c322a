internal import CLinux
internal import Glibc

/// An integer socket option (setsockopt(2); socket(7), ip(7), ipv6(7), tcp(7)). A flag is 0 or 1.
public struct SocketOption: Hashable, Sendable {
  let level: Int32
  let name: Int32

  init(_ level: Int32, _ name: Int32) {
    self.level = level
    self.name = name
  }

  public static let reuseAddress = SocketOption(SOL_SOCKET, SO_REUSEADDR)
  public static let reusePort = SocketOption(SOL_SOCKET, SO_REUSEPORT)
  /// Bytes; the kernel doubles it and has a least and a greatest value.
  public static let receiveBuffer = SocketOption(SOL_SOCKET, SO_RCVBUF)
  public static let sendBuffer = SocketOption(SOL_SOCKET, SO_SNDBUF)
  /// Whether an IPv6 socket refuses IPv4.
  public static let v6Only = SocketOption(Int32(IPPROTO_IPV6), IPV6_V6ONLY)
  /// Keeps ICMP errors in the socket's error queue.
  public static let receivesErrors = SocketOption(Int32(IPPROTO_IP), IP_RECVERR)
  public static let receivesErrors6 = SocketOption(Int32(IPPROTO_IPV6), IPV6_RECVERR)
  public static let noDelay = SocketOption(Int32(IPPROTO_TCP), TCP_NODELAY)
  /// Seconds for which a connection without data stays in SYN_RECEIVED.
  public static let deferAccept = SocketOption(Int32(IPPROTO_TCP), TCP_DEFER_ACCEPT)
}

extension FileDescriptor {
  func setOption(_ option: SocketOption, _ value: Int32) throws(Errno) {
    var value = value
    _ = try retrying {
      unsafe setsockopt(
        rawValue, option.level, option.name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  func option(_ option: SocketOption) throws(Errno) -> Int32 {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    _ = try retrying {
      unsafe getsockopt(rawValue, option.level, option.name, &value, &length)
    }
    return value
  }

  /// The kernel's own name for a socket, never used again (`SO_COOKIE`).
  func socketCookie() throws(Errno) -> UInt64 {
    var value: UInt64 = 0
    var length = socklen_t(MemoryLayout<UInt64>.size)
    _ = try retrying {
      unsafe getsockopt(rawValue, SOL_SOCKET, SO_COOKIE, &value, &length)
    }
    return value
  }

  /// The socket's number in sockfs, as /proc and netlink show it (fstat(2)).
  func inode() throws(Errno) -> UInt64 {
    var status = stat()
    _ = try retrying { unsafe fstat(rawValue, &status) }
    return UInt64(status.st_ino)
  }
}
