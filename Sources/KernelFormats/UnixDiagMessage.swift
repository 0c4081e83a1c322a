public import SocketModel

/// A unix socket as netlink tells of it: `struct unix_diag_msg` (include/uapi/linux/unix_diag.h), then
/// attributes.
public struct UnixDiagMessage: Hashable, SockDiagMessage {
  public let kind: SocketKind
  public let state: TCPState
  public let inode: UInt32
  public let cookie: UInt64
  /// Nil for a socket that was not bound.
  public private(set) var name: UnixName?
  /// The inode of the socket at the other end. A connection that waits to be accepted has none, and
  /// where datagrams go nothing need come back from.
  public private(set) var peer: UInt32?
  /// Of a listener, the inodes of the clients that wait to be accepted.
  public private(set) var waiting: [UInt32] = []
  /// That attribute as the kernel wrote it, zeros included; nil for what is no listener.
  public private(set) var clients: [UInt8]?
  /// Inode and device of the name in the file system (`struct unix_diag_vfs`); nil where it was not asked
  /// for.
  public private(set) var file: [UInt8]?
  /// Bytes; of a listener connections waiting, and their limit.
  public private(set) var receiveQueue: UInt32 = 0
  public private(set) var sendQueue: UInt32 = 0
  /// As in `SK_MEMINFO_…`; empty where it was not asked for.
  public private(set) var memory: Range<Int>?
  /// Bit 0: receiving is shut down, bit 1: sending is.
  public private(set) var shutdown: UInt8?
  /// Nil for a kernel before 5.3.
  public private(set) var uid: UInt32?

  public static let size = 16

  /// `AF_UNIX`.
  static let family: UInt8 = 1

  /// `UNIX_DIAG_…`.
  private enum Attribute {
    static let name: UInt16 = 0
    static let file: UInt16 = 1
    static let peer: UInt16 = 2
    static let waiting: UInt16 = 3
    static let queues: UInt16 = 4
    static let memory: UInt16 = 5
    static let shutdown: UInt16 = 6
    static let uid: UInt16 = 7
  }

  /// Reads a message. All of it can be read, or nothing.
  public init(in bytes: Span<UInt8>, at payload: Range<Int>) throws(MalformedMessage) {
    let start = payload.lowerBound
    try bytes.checkStructure(Self.size, of: Self.family, at: payload)
    let row = bytes.extracting(start..<start &+ Self.size)
    guard let kind = SocketKind(unixType: row[1]) else {
      throw MalformedMessage(at: start, .socketType(row[1]))
    }
    self.kind = kind
    state = TCPState(rawValue: row[2])
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
    case Attribute.name: name = Self.name(value.map { bytes[$0] })
    case Attribute.file: file = value.map { bytes[$0] }
    case Attribute.peer:
      let inode = try Self.number(0, of: value, in: bytes)
      peer = inode == 0 ? nil : inode
    case Attribute.waiting:
      clients = value.map { bytes[$0] }
      waiting = stride(from: value.lowerBound, through: value.upperBound - 4, by: 4)
        .map { bytes.uint32(at: $0) }.filter { $0 != 0 }
    case Attribute.queues:
      receiveQueue = try Self.number(0, of: value, in: bytes)
      sendQueue = try Self.number(1, of: value, in: bytes)
    case Attribute.memory: memory = value
    case Attribute.shutdown:
      guard let byte = value.first else {
        throw MalformedMessage(at: value.lowerBound, .shortPayload(0))
      }
      shutdown = bytes[byte]
    case Attribute.uid: uid = try Self.number(0, of: value, in: bytes)
    default: break
    }
  }

  /// A word of an attribute.
  private static func number(
    _ index: Int, of value: Range<Int>, in bytes: Span<UInt8>
  ) throws(MalformedMessage) -> UInt32 {
    guard value.count >= 4 * (index + 1) else {
      throw MalformedMessage(at: value.lowerBound, .shortPayload(value.count))
    }
    return bytes.uint32(at: value.lowerBound + 4 * index)
  }

  /// `sun_path` in its exact length: a NUL before an abstract name, and one after a path.
  private static func name(_ bytes: [UInt8]) -> UnixName? {
    guard let first = bytes.first else { return nil }
    if first == 0 { return UnixName(bytes.dropFirst(), isAbstract: true) }
    return UnixName(bytes.last == 0 ? bytes.dropLast() : bytes[...], isAbstract: false)
  }
}

extension SocketKind {
  /// `SOCK_…` of a unix socket; nil for what there is none of. A raw one is a datagram socket
  /// (`unix_create`, net/unix/af_unix.c).
  init?(unixType type: UInt8) {
    switch type {
    case 1: self = .unixStream
    case 2, 3: self = .unixDatagram
    case 5: self = .unixSeqpacket
    default: return nil
    }
  }
}
