internal import CLinux
internal import Glibc
public import SocketModel

/// A TCP socket that never blocks and closes itself (tcp(7)).
public struct TCPSocket: ~Copyable, Sendable {
  /// What it shares with other sockets: addresses, options, sending, receiving.
  public let socket: SocketDescriptor

  public init(_ family: IPAddress.Family) throws(Errno) {
    socket = try SocketDescriptor(family, .tcp)
  }

  private init(owning rawValue: Int32) {
    socket = SocketDescriptor(owning: rawValue)
  }

  public var rawValue: Int32 { socket.rawValue }

  /// listen(2); the kernel cuts the backlog at `net.core.somaxconn`.
  public func listen(backlog: Int32 = 4096) throws(Errno) {
    _ = try retrying { Glibc.listen(rawValue, backlog) }
  }

  /// The next connection that waits (accept4(2)); `.wouldBlock` when none does.
  public func accept() throws(Errno) -> TCPSocket {
    let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    return TCPSocket(owning: try retrying { accept4(rawValue, nil, nil, flags) })
  }

  /// The connection's state, as the kernel says it now (`tcpi_state`, the first byte of `TCP_INFO`).
  public func state() throws(Errno) -> TCPState {
    var state: UInt8 = 0
    var length: socklen_t = 1
    _ = try retrying { unsafe getsockopt(rawValue, Int32(IPPROTO_TCP), TCP_INFO, &state, &length) }
    return TCPState(rawValue: state)
  }

  /// shutdown(2).
  public func shutdown(_ side: Side) throws(Errno) {
    _ = try retrying { Glibc.shutdown(rawValue, side.rawValue) }
  }

  public enum Side: Sendable {
    case receiving, sending, both

    var rawValue: Int32 {
      switch self {
      case .receiving: Int32(SHUT_RD)
      case .sending: Int32(SHUT_WR)
      case .both: Int32(SHUT_RDWR)
      }
    }
  }

  /// Has the close send a reset instead of an end, and leave nothing in TIME_WAIT (`SO_LINGER`
  /// with no time).
  public func resetOnClose() throws(Errno) {
    var setting = linger(l_onoff: 1, l_linger: 0)
    _ = try retrying {
      unsafe setsockopt(
        rawValue, SOL_SOCKET, SO_LINGER, &setting, socklen_t(MemoryLayout<linger>.size))
    }
  }
}

/// A UDP socket that never blocks and closes itself (udp(7)).
public struct UDPSocket: ~Copyable, Sendable {
  public let socket: SocketDescriptor

  public init(_ family: IPAddress.Family) throws(Errno) {
    socket = try SocketDescriptor(family, .udp)
  }

  public var rawValue: Int32 { socket.rawValue }
}
