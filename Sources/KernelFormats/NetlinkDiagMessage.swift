public import SocketModel

/// A netlink socket as netlink tells of it: `struct netlink_diag_msg`
/// (include/uapi/linux/netlink_diag.h), then attributes.
public struct NetlinkDiagMessage: Hashable, SockDiagMessage {
  /// `NETLINK_…`.
  public let protocolNumber: UInt8
  public let state: TCPState
  /// Its port, 0 for the kernel's.
  public let port: UInt32
  /// The port that it is connected to.
  public let peerPort: UInt32
  public let inode: UInt32
  public let cookie: UInt64
  public private(set) var receiveQueue: UInt32 = 0
  public private(set) var sendQueue: UInt32 = 0
  public private(set) var memory: Range<Int>?

  public static let size = 28

  /// `AF_NETLINK`.
  static let family: UInt8 = 16

  /// `NETLINK_DIAG_MEMINFO`.
  private static let memoryAttribute: UInt16 = 0

  public init(in bytes: Span<UInt8>, at payload: Range<Int>) throws(MalformedMessage) {
    let start = payload.lowerBound
    try bytes.checkStructure(Self.size, of: Self.family, at: payload)
    let row = bytes.extracting(start..<start &+ Self.size)
    protocolNumber = row[2]
    // `NETLINK_CONNECTED` is 1 as well; what is not connected keeps the state that every socket begins in.
    state = row[3] == TCPState.established.rawValue ? .established : .closed
    port = row.uint32(at: 4)
    peerPort = row.uint32(at: 8)
    inode = row.uint32(at: 16)
    cookie = UInt64(row.uint32(at: 20)) | UInt64(row.uint32(at: 24)) << 32
    var attributes = NetlinkAttributes(start + Self.size..<payload.upperBound)
    while let attribute = try attributes.next(in: bytes) {
      if attribute.kind != Self.memoryAttribute { continue }
      memory = attribute.value
      (receiveQueue, sendQueue) = try bytes.queues(ofMemory: attribute.value)
    }
  }

  /// Whether it is a socket of `NETLINK_SOCK_DIAG`, as the one that asks for this.
  public var isOfDiag: Bool { protocolNumber == 4 }

  public var socket: Socket {
    Socket(
      .netlink, local: .netlink(port: port),
      remote: state == .established ? .netlink(port: peerPort) : .none, state: state,
      receiveQueue: receiveQueue, sendQueue: sendQueue, rawUID: .max, inode: UInt64(inode),
      cookie: cookie, subprotocol: protocolNumber)
  }
}
