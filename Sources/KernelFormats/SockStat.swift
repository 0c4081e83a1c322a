/// `/proc/net/sockstat`: how many sockets there are, a line a protocol (net/ipv4/proc.c, proc_net(5)):
/// `TCP: inuse 5 orphan 0 tw 3 alloc 8 mem 1`.
public enum SockStat {
  /// About as many TCP sockets as netlink gives: those of the whole host in any state (`alloc`), and
  /// those of this namespace in TIME_WAIT (`tw`). 0 where the bytes say nothing of them.
  public static func tcpSockets(_ bytes: Span<UInt8>) -> Int {
    var scanner = FieldScanner(position: 0)
    while scanner.position < bytes.count {
      if field(bytes, &scanner) == "TCP:" { return sum(bytes, &scanner) }
      scanner.skipLine(bytes)
    }
    return 0
  }

  /// The line's names are not always the same, nor in one order.
  private static func sum(_ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner) -> Int {
    var sum = 0
    while !scanner.isAtLineEnd(bytes) {
      let isCounted = ["tw", "alloc"].contains(field(bytes, &scanner))
      let number = Int(field(bytes, &scanner)) ?? 0
      if isCounted { sum = sum.addingReportingOverflow(number).partialValue }
    }
    return max(0, sum)
  }

  private static func field(
    _ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner
  ) -> String {
    scanner.skipBlanks(bytes)
    let start = scanner.position
    scanner.skipField(bytes)
    let field = (start..<scanner.position).map { bytes[$0] }
    scanner.skipBlanks(bytes)
    return String(decoding: field, as: UTF8.self)
  }
}
