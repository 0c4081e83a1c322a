/// `/proc/net/sockstat` and `sockstat6`: how many sockets a network namespace has, a line a protocol
/// (net/ipv4/proc.c, net/ipv6/proc.c): `TCP: inuse 5 orphan 0 tw 3 alloc 8 mem 1`, `TCP6: inuse 2`.
public enum SockStat {
  /// The TCP sockets that listen or are connected (`inuse`) and those in TIME_WAIT (`tw`), of both
  /// families in sockstat. (`alloc` is that of the whole host.) 0 where the bytes say nothing of
  /// them.
  public static func tcpSockets(_ bytes: Span<UInt8>) -> Int {
    var scanner = FieldScanner(position: 0)
    while scanner.position < bytes.count {
      if ["TCP:", "TCP6:"].contains(field(bytes, &scanner)) { return sum(bytes, &scanner) }
      scanner.skipLine(bytes)
    }
    return 0
  }

  /// The line's names are not always the same, nor in one order.
  private static func sum(_ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner) -> Int {
    var sum = 0
    while !scanner.isAtLineEnd(bytes) {
      let isCounted = ["inuse", "tw"].contains(field(bytes, &scanner))
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
