internal import SocketModel

/// A network device that takes its packets from a UDP socket of the kernel's, as rtnetlink tells of it:
/// `struct ifinfomsg` (rtnetlink(7)), then attributes.
public struct TunnelLink: Hashable, Sendable {
  /// The UDP port, in host order.
  public let port: UInt16

  static let size = 16

  /// `IFF_UP`: only then is the socket open.
  private static let up: UInt32 = 1

  /// `IFLA_…` (include/uapi/linux/if_link.h).
  private enum Attribute {
    static let linkInfo: UInt16 = 18
    static let infoKind: UInt16 = 1
    static let infoData: UInt16 = 2
    static let linkNamespace: UInt16 = 37
  }

  /// The kinds of devices whose messages name the port, and its attribute: `IFLA_VXLAN_PORT` and its like.
  private static let ports: [(kind: String, attribute: UInt16)] = [
    ("vxlan", 15), ("geneve", 5), ("bareudp", 1),
  ]

  /// Nil for every other device, for one that is down, and for one that was made in another network
  /// namespace: its socket is there.
  public init?(in bytes: Span<UInt8>, at payload: Range<Int>) throws(MalformedMessage) {
    let start = payload.lowerBound
    guard payload.count >= Self.size else {
      throw MalformedMessage(at: start, .shortPayload(payload.count))
    }
    guard bytes.uint32(at: start + 8) & Self.up != 0 else { return nil }
    var info: Range<Int>?
    var attributes = NetlinkAttributes(start + Self.size..<payload.upperBound)
    while let attribute = try attributes.next(in: bytes) {
      if attribute.kind == Attribute.linkNamespace { return nil }
      if attribute.kind == Attribute.linkInfo { info = attribute.value }
    }
    guard let info, let port = try Self.port(in: bytes, at: info), port != 0 else { return nil }
    self.port = port
  }

  private static func port(
    in bytes: Span<UInt8>, at info: Range<Int>
  ) throws(MalformedMessage) -> UInt16? {
    var kind: [UInt8] = []
    var data: Range<Int>?
    var attributes = NetlinkAttributes(info)
    while let attribute = try attributes.next(in: bytes) {
      if attribute.kind == Attribute.infoKind {
        kind = attribute.value.map { bytes[$0] }.filter { $0 != 0 }
      }
      if attribute.kind == Attribute.infoData { data = attribute.value }
    }
    guard let data, let wanted = ports.first(where: { kind.elementsEqual($0.kind.utf8) }) else {
      return nil
    }
    var members = NetlinkAttributes(data)
    while let member = try members.next(in: bytes) {
      if member.kind == wanted.attribute, member.value.count >= 2 {
        return UInt16(bigEndian: bytes.uint16(at: member.value.lowerBound))
      }
    }
    return nil
  }

  /// `RTM_NEWLINK`.
  public static let messageKind = NetlinkMessage.Kind(rawValue: 16)

  /// A request for all devices (`RTM_GETLINK`), without their counters.
  public static func request(sequence: UInt32) -> [UInt8] {
    let length = NetlinkMessage.headerSize + size + 8
    return [UInt8](capacity: length) { out in
      out.append(native: UInt32(length))
      out.append(native: UInt16(18))
      out.append(native: NetlinkMessage.Flags([.request, .dump]).rawValue)
      out.append(native: sequence)
      out.append(native: UInt32(0))
      for _ in 0..<size { out.append(0) }
      // `IFLA_EXT_MASK`: `RTEXT_FILTER_SKIP_STATS`.
      out.append(native: UInt16(8))
      out.append(native: UInt16(29))
      out.append(native: UInt32(8))
    }
  }
}
