internal import SocketModel

/// A socket between a virtual machine and its host (vsock(7)): `struct vsock_diag_msg`
/// (include/uapi/linux/vm_sockets_diag.h). It is told whether there are any, and nothing else.
public struct VsockDiagMessage: Hashable, SockDiagMessage {
  public let cookie: UInt64
  public var memory: Range<Int>? { nil }

  public static let size = 32

  /// `AF_VSOCK`.
  static let family: UInt8 = 40

  public init(in bytes: Span<UInt8>, at payload: Range<Int>) throws(MalformedMessage) {
    try bytes.checkStructure(Self.size, of: Self.family, at: payload)
    let start = payload.lowerBound
    cookie =
      UInt64(bytes.uint32(at: start &+ 24)) | UInt64(bytes.uint32(at: start &+ 28)) << 32
  }
}
