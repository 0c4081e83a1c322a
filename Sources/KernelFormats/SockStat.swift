/// `/proc/net/sockstat` and `sockstat6`: how many sockets there are (net/ipv4/proc.c, net/ipv6/proc.c):
/// `sockets: used 20`, `TCP: inuse 5 orphan 0 tw 3 alloc 8 mem 1`, `TCP6: inuse 2`.
///
/// The numbers are read one after the other and are no snapshot: with the sockets that come and go
/// meanwhile, `alloc` less `inuse` is not the number of sockets in no table.
public struct SockStat: Hashable, Sendable {
  /// Those of this network namespace that listen or are connected.
  public private(set) var inUse = 0
  /// All sockets of this network namespace, of every family, also those in no table; not the kernel's own.
  public private(set) var used = 0
  /// Those of this network namespace in TIME_WAIT.
  public private(set) var timeWait = 0
  /// Connections without a process, of all namespaces.
  public private(set) var orphans = 0
  /// Pages of memory, of all namespaces.
  public private(set) var pages = 0

  public init() {}

  /// Takes in one of the two files; what it does not say stays.
  public mutating func add(_ bytes: Span<UInt8>) {
    var scanner = FieldScanner(position: 0)
    while scanner.position < bytes.count {
      if ["sockets:", "TCP:", "TCP6:"].contains(scanner.text(bytes)) { addLine(bytes, &scanner) }
      scanner.skipLine(bytes)
    }
  }

  /// The line's names are not always the same, nor in one order.
  private mutating func addLine(
    _ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner
  ) {
    while !scanner.isAtLineEnd(bytes) {
      let name = scanner.text(bytes)
      // No host has more; a sum of a few of them is a number.
      let number = min(Int(scanner.text(bytes)) ?? 0, 1 << 40)
      switch name {
      case "inuse": inUse += max(0, number)
      case "used": used += max(0, number)
      case "tw": timeWait += max(0, number)
      case "orphan": orphans += max(0, number)
      case "mem": pages += max(0, number)
      default: break
      }
    }
  }
}
