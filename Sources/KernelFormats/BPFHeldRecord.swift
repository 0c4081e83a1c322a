public import SocketModel

/// What `BPFProgram.heldSockets` writes for each descriptor of a socket: inode (8 bytes), network
/// namespace (4), uid (4), interface (4), family (2), port (2), its IPv4 address (8, of which 4 count)
/// and its IPv6 address (16), both of the other end, pid (4), descriptor (4), connection requests (4),
/// the other end's port (2), protocol (2) and state (8). Numbers are little-endian, addresses and the
/// other end's port as on the wire.
public struct BPFHeldRecord: Hashable, Sendable {
  public static let size = 96

  /// The socket's.
  public let inode: UInt64
  /// The inode of the network namespace's file in nsfs.
  public let namespace: UInt64
  public let process: Int32
  public let descriptor: Int32
  /// Connections of a listener that are not yet established, and in no process's hands.
  public let requests: UInt32
  /// Nil for what is not TCP over IP.
  public let socket: Socket?

  /// All whole records; nil where bytes are left over.
  public static func decode(_ bytes: Span<UInt8>) -> [BPFHeldRecord]? {
    guard bytes.count % size == 0 else { return nil }
    return (0..<bytes.count / size).map { index in
      BPFHeldRecord(bytes.extracting(index * size..<(index + 1) * size))
    }
  }

  private init(_ bytes: Span<UInt8>) {
    inode = bytes.uint64(at: 0)
    namespace = UInt64(bytes.uint32(at: 8))
    process = Int32(bitPattern: bytes.uint32(at: 72))
    descriptor = Int32(bitPattern: bytes.uint32(at: 76))
    requests = bytes.uint32(at: 80)
    socket = Self.socket(bytes)
  }

  private static func socket(_ bytes: Span<UInt8>) -> Socket? {
    func ipv4(_ place: Int) -> IPAddress {
      IPAddress(v4: UInt32(bigEndian: bytes.uint32(at: place)))
    }
    func ipv6(_ place: Int) -> IPAddress {
      IPAddress(v6: (place..<place + 16).reduce(UInt128(0)) { $0 << 8 | UInt128(bytes[$1]) })
    }
    guard bytes.uint16(at: 86) == SocketKind.tcp.ipProtocol else { return nil }
    let local: IPAddress
    let remote: IPAddress
    switch bytes.uint16(at: 20) {
    case UInt16(InetDiagMessage.inet): (local, remote) = (ipv4(24), ipv4(48))
    case UInt16(InetDiagMessage.inet6): (local, remote) = (ipv6(32), ipv6(56))
    default: return nil
    }
    let port = bytes.uint16(at: 22)
    var state = TCPState(rawValue: bytes[88])
    if state == .closed && port != 0 { state = .bound }
    return Socket(
      .tcp, local: Endpoint(local, port),
      remote: Endpoint(remote, UInt16(bigEndian: bytes.uint16(at: 84))), state: state,
      rawUID: bytes.uint32(at: 12), inode: bytes.uint64(at: 0), interface: bytes.uint32(at: 16))
  }
}
