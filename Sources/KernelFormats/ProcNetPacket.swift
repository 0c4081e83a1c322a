public import SocketModel

/// The text of `/proc/net/packet` (`packet_seq_show`, net/packet/af_packet.c): all but cookies.
public enum ProcNetPacket {
  /// `sk RefCnt Type Proto Iface R Rmem User Inode`; nil for a line that is not a row.
  public static func row(_ line: Span<UInt8>) -> Socket? {
    var scanner = FieldScanner(position: 0)
    scanner.skipBlanks(line)
    // An address, or what the kernel writes instead of it.
    scanner.skipField(line)
    guard scanner.signed(line) != nil, let type = scanner.signed(line),
      let kind = UInt8(exactly: type).flatMap(SocketKind.init(packetType:)),
      let proto = scanner.word(line, limit: 4), let interface = scanner.signed(line),
      scanner.signed(line) != nil, let queue = scanner.signed(line),
      let uid = scanner.signed(line)
    else { return nil }
    scanner.skipBlanks(line)
    guard let inode = scanner.decimal(line), scanner.isAtFieldEnd(line) else { return nil }
    return Socket(
      kind, local: .link(interface: interface, etherType: UInt16(truncatingIfNeeded: proto)),
      remote: .none, state: .closed, receiveQueue: queue, rawUID: uid, inode: inode,
      interface: interface)
  }
}
