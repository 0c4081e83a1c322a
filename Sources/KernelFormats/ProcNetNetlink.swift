public import SocketModel

/// The text of `/proc/net/netlink` (`netlink_native_seq_show`, net/netlink/af_netlink.c). It does not say
/// which sockets are connected.
public enum ProcNetNetlink {
  /// `sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode`; nil for a line that is not a row.
  public static func row(_ line: Span<UInt8>) -> Socket? {
    var scanner = FieldScanner(position: 0)
    scanner.skipBlanks(line)
    scanner.skipField(line)
    guard let number = scanner.signed(line), let proto = UInt8(exactly: number),
      let port = scanner.signed(line), scanner.word(line, limit: 8) != nil,
      let receive = scanner.signed(line), let send = scanner.signed(line)
    else { return nil }
    // Whether a dump runs, once as an address.
    scanner.skipBlanks(line)
    scanner.skipField(line)
    guard scanner.signed(line) != nil, scanner.signed(line) != nil else { return nil }
    scanner.skipBlanks(line)
    guard let inode = scanner.decimal(line), scanner.isAtFieldEnd(line) else { return nil }
    return Socket(
      .netlink, local: .netlink(port: port), remote: .none, state: .closed,
      receiveQueue: receive, sendQueue: send, rawUID: .max, inode: inode, subprotocol: proto)
  }
}
