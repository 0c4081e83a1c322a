internal import Glibc
public import SocketModel

/// Both ends of a pair.
public struct UnixDescriptorPair: ~Copyable, Sendable {
  public let one: FileDescriptor
  public let other: FileDescriptor
}

extension FileDescriptor {
  /// socketpair(2) of a kind of unix sockets; `.protocolNotSupported` for every other.
  public static func unixPair(
    _ kind: SocketKind
  ) throws(Errno) -> UnixDescriptorPair {
    let type =
      switch kind {
      case .unixStream: SOCK_STREAM
      case .unixDatagram: SOCK_DGRAM
      case .unixSeqpacket: SOCK_SEQPACKET
      case .tcp, .udp, .mptcp, .udpLite, .raw, .ping, .packetRaw, .packetDatagram, .netlink:
        throw .protocolNotSupported
      }
    var ends: [Int32] = [-1, -1]
    let flags = Int32(type.rawValue | SOCK_CLOEXEC.rawValue)
    _ = try retrying { unsafe socketpair(AF_UNIX, flags, 0, &ends) }
    return UnixDescriptorPair(
      one: FileDescriptor(owning: ends[0]), other: FileDescriptor(owning: ends[1]))
  }
}
