internal import SocketModel

/// The head of one netlink message (`struct nlmsghdr`, include/uapi/linux/netlink.h, netlink(7)) and
/// where its payload is.
public struct NetlinkMessage: Hashable, Sendable {
  public let kind: Kind
  public let flags: Flags
  /// The number of the request that this answers.
  public let sequence: UInt32
  /// The port id of who asked.
  public let port: UInt32
  /// Where the message's header starts.
  public let start: Int
  /// Where the bytes after the header are, in the bytes that were walked.
  public let payload: Range<Int>

  public static let headerSize = 16

  public struct Kind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let noop = Kind(rawValue: 1)
    public static let error = Kind(rawValue: 2)
    public static let done = Kind(rawValue: 3)
    public static let overrun = Kind(rawValue: 4)
    /// `TCPDIAG_GETSOCK`: an old request for TCP of every family, and its answers.
    public static let tcpSockets = Kind(rawValue: 18)
    /// `SOCK_DIAG_BY_FAMILY`: a request for one protocol and family, and its answers.
    public static let socketsByFamily = Kind(rawValue: 20)
  }

  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16
    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let request = Flags(rawValue: 0x1)
    public static let multipart = Flags(rawValue: 0x2)
    /// The table changed while it was read: rows may be missing or doubled.
    public static let dumpInterrupted = Flags(rawValue: 0x10)
    public static let dump = Flags(rawValue: 0x300)
  }
}

/// Walks the messages of a datagram or a recording, each aligned to four bytes.
public struct NetlinkWalk: Sendable {
  /// Where the next message starts.
  public private(set) var offset: Int

  public init(from offset: Int = 0) { self.offset = offset }

  /// The next message, or nil at the end. After an error the rest can't be told apart.
  public mutating func next(
    in bytes: Span<UInt8>
  ) throws(MalformedMessage) -> NetlinkMessage? {
    let remaining = bytes.count - offset
    guard remaining > 0 else { return nil }
    guard remaining >= NetlinkMessage.headerSize else {
      throw MalformedMessage(at: offset, .shortHeader(remaining: remaining))
    }
    let head = bytes.extracting(offset..<offset &+ NetlinkMessage.headerSize)
    let length = Int(head.uint32(at: 0))
    guard length >= NetlinkMessage.headerSize else {
      throw MalformedMessage(at: offset, .lengthTooSmall(length))
    }
    guard length <= remaining else {
      throw MalformedMessage(at: offset, .overlong(length: length, remaining: remaining))
    }
    let start = offset
    // The padding of the last message may be left out.
    offset = min(start + ((length + 3) & ~3), bytes.count)
    return NetlinkMessage(
      kind: .init(rawValue: head.uint16(at: 4)), flags: .init(rawValue: head.uint16(at: 6)),
      sequence: head.uint32(at: 8), port: head.uint32(at: 12), start: start,
      payload: start + NetlinkMessage.headerSize..<start + length)
  }
}

extension NetlinkMessage {
  /// The error number of an `error` message, or of a `done` that ends a dump which failed; 0 where
  /// all is well or nothing is said. (The kernel writes it negative.)
  public func errorNumber(in bytes: Span<UInt8>) -> Int32 {
    guard kind == .error || kind == .done, payload.count >= 4 else { return 0 }
    let code = Int32(bitPattern: bytes.uint32(at: payload.lowerBound))
    return code == .min ? .max : -code
  }
}
