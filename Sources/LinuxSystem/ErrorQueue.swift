internal import CLinux
internal import Glibc
public import SocketModel

/// An error that a socket's error queue held: what an ICMP message said, and who sent it (ip(7)
/// `IP_RECVERR`, ipv6(7) `IPV6_RECVERR`; `struct sock_extended_err` in linux/errqueue.h).
public struct QueuedError: Hashable, Sendable {
  /// Who raised the error (`SO_EE_ORIGIN_…`).
  public enum Origin: Hashable, Sendable {
    case none, local, icmp, icmp6
    case other(UInt8)
  }

  public let error: Errno
  public let origin: Origin
  /// The type and code of the ICMP message.
  public let type: UInt8
  public let code: UInt8
  /// The host or router that sent the ICMP message, where there was one.
  public let offender: IPAddress?

  /// Decodes the control messages of `recvmsg(MSG_ERRQUEUE)`; nil where none is such an error.
  init?(controlMessages bytes: UnsafeRawBufferPointer) {
    let header = MemoryLayout<cmsghdr>.size
    var start = 0
    while start <= bytes.count - header {
      let length = unsafe bytes.loadUnaligned(fromByteOffset: start, as: Int.self)
      let level = unsafe bytes.loadUnaligned(fromByteOffset: start + 8, as: Int32.self)
      let type = unsafe bytes.loadUnaligned(fromByteOffset: start + 12, as: Int32.self)
      guard length >= header, length <= bytes.count - start else { return nil }
      if (level == Int32(IPPROTO_IP) && type == IP_RECVERR)
        || (level == Int32(IPPROTO_IPV6) && type == IPV6_RECVERR)
      {
        let body = unsafe bytes[start + header..<start + length]
        unsafe self.init(extendedError: UnsafeRawBufferPointer(rebasing: body))
        return
      }
      // CMSG_ALIGN: the next message begins at a multiple of the word size.
      start += (length + 7) & ~7
    }
    return nil
  }

  private init?(extendedError bytes: UnsafeRawBufferPointer) {
    let size = MemoryLayout<sock_extended_err>.size
    guard bytes.count >= size else { return nil }
    let fields = unsafe bytes.loadUnaligned(as: sock_extended_err.self)
    error = Errno(rawValue: Int32(truncatingIfNeeded: fields.ee_errno))
    type = fields.ee_type
    code = fields.ee_code
    origin =
      switch Int32(fields.ee_origin) {
      case SO_EE_ORIGIN_NONE: .none
      case SO_EE_ORIGIN_LOCAL: .local
      case SO_EE_ORIGIN_ICMP: .icmp
      case SO_EE_ORIGIN_ICMP6: .icmp6
      default: .other(fields.ee_origin)
      }
    // SO_EE_OFFENDER: the sender's address follows the error.
    let sender = unsafe UnsafeRawBufferPointer(rebasing: bytes[size...])
    offender = unsafe SocketAddress(sender)?.endpoint.address
  }
}

extension SocketDescriptor {
  /// Takes the oldest error of the error queue; nil when it is empty. The socket must have asked
  /// for errors before (`.receivesErrors`, `.receivesErrors6`).
  public func nextQueuedError() throws(Errno) -> QueuedError? {
    let outcome: Result<QueuedError?, Errno> = unsafe withUnsafeTemporaryAllocation(
      byteCount: 512, alignment: 8
    ) { control in
      var message = unsafe msghdr()
      unsafe message.msg_control = control.baseAddress
      unsafe message.msg_controllen = control.count
      let flags = Int32(MSG_ERRQUEUE | MSG_DONTWAIT)
      do throws(Errno) {
        _ = try retrying { unsafe recvmsg(rawValue, &message, flags) }
      } catch {
        return error == .wouldBlock ? .success(nil) : .failure(error)
      }
      let filled = unsafe min(control.count, message.msg_controllen)
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: control[..<filled])
      return .success(unsafe QueuedError(controlMessages: bytes))
    }
    return try outcome.get()
  }
}
