public import SocketModel

/// A socket as netlink tells of it: `struct inet_diag_msg` (include/uapi/linux/inet_diag.h), then
/// attributes.
public enum InetDiagMessage {
  public static let size = 72

  /// Address families (include/linux/socket.h).
  static let inet: UInt8 = 2
  static let inet6: UInt8 = 10

  /// The row alone. `boundAsked`: the request's mask had bit 13, so that a TCP row which says
  /// `closed` is bound to a port.
  public static func socket(
    _ kind: SocketKind, in bytes: Span<UInt8>, at payload: Range<Int>, boundAsked: Bool
  ) throws(MalformedMessage) -> Socket {
    let start = payload.lowerBound
    guard payload.count >= size else {
      throw MalformedMessage(at: start, .shortPayload(payload.count))
    }
    let row = bytes.extracting(start..<start &+ size)
    guard row[0] == inet || row[0] == inet6 else {
      throw MalformedMessage(at: start, .family(row[0]))
    }
    let isV4 = row[0] == inet
    var state = TCPState(rawValue: row[1])
    if boundAsked && state == .closed && kind == .tcp { state = .bound }
    var socket = Socket(
      kind,
      local: Endpoint(address(in: row, at: 8, isV4: isV4), UInt16(bigEndian: row.uint16(at: 4))),
      remote: Endpoint(address(in: row, at: 24, isV4: isV4), UInt16(bigEndian: row.uint16(at: 6))),
      state: state, receiveQueue: row.uint32(at: 56), sendQueue: row.uint32(at: 60),
      rawUID: row.uint32(at: 64), inode: UInt64(row.uint32(at: 68)), cookie: cookie(in: row),
      interface: row.uint32(at: 40),
      timer: SocketTimer(
        kind: .init(rawValue: row[2]), expires: row.uint32(at: 52), retransmits: row[3]))
    // The kernel says it of IPv6 sockets that listen or are closed; only there it pays to look.
    if !isV4 && (row[1] == TCPState.listening.rawValue || row[1] == TCPState.closed.rawValue) {
      socket.v6Only = try v6Only(in: bytes, start + size..<payload.upperBound)
    }
    if kind == .raw { socket.takeProtocol() }
    return socket
  }

  @inline(__always)
  private static func address(in row: Span<UInt8>, at offset: Int, isV4: Bool) -> IPAddress {
    if isV4 { return IPAddress(v4: UInt32(bigEndian: row.uint32(at: offset))) }
    let high = UInt64(bigEndian: row.uint64(at: offset))
    let low = UInt64(bigEndian: row.uint64(at: offset + 8))
    return IPAddress(v6: UInt128(high) << 64 | UInt128(low))
  }

  /// `INET_DIAG_NOCOOKIE` in both halves says that there is none.
  @inline(__always)
  private static func cookie(in row: Span<UInt8>) -> UInt64 {
    let cookie = UInt64(row.uint32(at: 44)) | UInt64(row.uint32(at: 48)) << 32
    return cookie == .max ? 0 : cookie
  }

  private static func v6Only(
    in bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(MalformedMessage) -> Socket.V6Only {
    var attributes = NetlinkAttributes(range)
    while let attribute = try attributes.next(in: bytes) {
      if attribute.kind == SocketAttribute.v6Only.rawValue && !attribute.value.isEmpty {
        return bytes[attribute.value.lowerBound] == 0 ? .no : .yes
      }
    }
    return .unknown
  }
}
