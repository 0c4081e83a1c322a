public import SocketModel

/// What `BPFProgram.boundSockets` writes for each descriptor of such a socket: inode (8 bytes), network
/// namespace (4), uid (4), interface (4), family (2), port (2), its IPv4 address (8, of which 4 count)
/// and its IPv6 address (16). Numbers are little-endian, addresses as on the wire.
public struct BPFBoundRecord: Hashable, Sendable {
  public static let size = 48

  /// The inode of the network namespace's file in nsfs.
  public let namespace: UInt64
  public let socket: Socket

  /// All whole records; nil where bytes are left over.
  public static func decode(_ bytes: Span<UInt8>) -> [BPFBoundRecord]? {
    guard bytes.count % size == 0 else { return nil }
    return (0..<bytes.count / size).compactMap { index in
      BPFBoundRecord(bytes.extracting(index * size..<(index + 1) * size))
    }
  }

  /// Nil for a family that TCP does not have.
  private init?(_ bytes: Span<UInt8>) {
    let address: IPAddress
    switch bytes.uint16(at: 20) {
    case UInt16(InetDiagMessage.inet):
      address = IPAddress(v4: UInt32(bigEndian: bytes.uint32(at: 24)))
    case UInt16(InetDiagMessage.inet6):
      address = IPAddress(v6: (32..<48).reduce(UInt128(0)) { $0 << 8 | UInt128(bytes[$1]) })
    default: return nil
    }
    namespace = UInt64(bytes.uint32(at: 8))
    socket = Socket(
      .tcp, local: Endpoint(address, bytes.uint16(at: 22)),
      remote: .unspecified(address.family), state: .bound, rawUID: bytes.uint32(at: 12),
      inode: bytes.uint64(at: 0), interface: bytes.uint32(at: 16))
  }
}
