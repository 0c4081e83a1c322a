public import SocketModel

/// A packet socket as netlink tells of it: `struct packet_diag_msg` (include/uapi/linux/packet_diag.h),
/// then attributes.
public struct PacketDiagMessage: Hashable, SockDiagMessage {
  public let kind: SocketKind
  /// The Ethernet protocol that it gets, in host order.
  public let etherType: UInt16
  public let inode: UInt32
  public let cookie: UInt64
  /// The interface that it is bound to; 0 for all.
  public private(set) var interface: UInt32 = 0
  public private(set) var receiveQueue: UInt32 = 0
  public private(set) var sendQueue: UInt32 = 0
  public private(set) var memory: Range<Int>?
  public private(set) var uid: UInt32?

  public static let size = 16

  /// `AF_PACKET`.
  static let family: UInt8 = 17

  /// `PACKET_DIAG_…`.
  private enum Attribute {
    static let info: UInt16 = 0
    static let uid: UInt16 = 5
    static let memory: UInt16 = 6
  }

  public init(in bytes: Span<UInt8>, at payload: Range<Int>) throws(MalformedMessage) {
    let start = payload.lowerBound
    try bytes.checkStructure(Self.size, of: Self.family, at: payload)
    let row = bytes.extracting(start..<start &+ Self.size)
    guard let kind = SocketKind(packetType: row[1]) else {
      throw MalformedMessage(at: start, .socketType(row[1]))
    }
    self.kind = kind
    etherType = row.uint16(at: 2)
    inode = row.uint32(at: 4)
    cookie = UInt64(row.uint32(at: 8)) | UInt64(row.uint32(at: 12)) << 32
    var attributes = NetlinkAttributes(start + Self.size..<payload.upperBound)
    while let attribute = try attributes.next(in: bytes) { try take(attribute, in: bytes) }
  }

  private mutating func take(
    _ attribute: NetlinkAttribute, in bytes: Span<UInt8>
  ) throws(MalformedMessage) {
    let value = attribute.value
    switch attribute.kind {
    case Attribute.info, Attribute.uid:
      guard value.count >= 4 else {
        throw MalformedMessage(at: value.lowerBound, .shortPayload(value.count))
      }
      let number = bytes.uint32(at: value.lowerBound)
      if attribute.kind == Attribute.uid { uid = number } else { interface = number }
    case Attribute.memory:
      memory = value
      (receiveQueue, sendQueue) = try bytes.queues(ofMemory: value)
    default: break
    }
  }

  public var socket: Socket {
    Socket(
      kind, local: .link(interface: interface, etherType: etherType), remote: .none,
      state: .closed, receiveQueue: receiveQueue, sendQueue: sendQueue, rawUID: uid ?? .max,
      inode: UInt64(inode), cookie: cookie, interface: interface)
  }
}

extension SocketKind {
  /// `SOCK_…` of a packet socket; nil for what there is none of. `SOCK_PACKET` is the old way to a raw one.
  init?(packetType type: UInt8) {
    switch type {
    case 2: self = .packetDatagram
    case 3, 10: self = .packetRaw
    default: return nil
    }
  }
}
