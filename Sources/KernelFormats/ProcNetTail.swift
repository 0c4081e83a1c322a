public import SocketModel

/// What a row says beyond the socket itself, some of it after the inode: reference count, kernel
/// pointer, and then `drops` for UDP; `rto`, `ato`, `quick`, `snd_cwnd` and `snd_ssthresh` for TCP.
///
/// The kernel's pointer may be of any width, hashed or zero, and is stepped over. `rto` and `ato`
/// are not taken: here they are clock ticks of 10 ms, in `tcp_info` they are microseconds.
public struct ProcNetTail: Hashable, Sendable {
  var retransmits: UInt64 = 0
  var probes: UInt64 = 0
  /// Nil where the row does not have the column: old kernels' UDP, TIME_WAIT and SYN_RECEIVED.
  var drops: UInt64?
  var congestionWindow: UInt64?
  /// Nil for -1 too, the kernel's word for "never reduced".
  var slowStartThreshold: UInt64?

  init() {}

  /// Reads on after the inode. A column that can't be read is absent, and so are those after it.
  mutating func parse(
    _ bytes: borrowing Span<UInt8>, from position: Int, _ kind: SocketKind
  ) {
    var scanner = FieldScanner(position: position)
    for _ in 0..<2 {
      scanner.skipBlanks(bytes)
      scanner.skipField(bytes)
    }
    if kind.isDatagram {
      drops = Self.number(bytes, &scanner)
      return
    }
    for _ in 0..<3 where Self.number(bytes, &scanner) == nil { return }
    congestionWindow = Self.number(bytes, &scanner)
    if congestionWindow != nil { slowStartThreshold = Self.number(bytes, &scanner) }
  }

  private static func number(
    _ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner
  ) -> UInt64? {
    scanner.skipBlanks(bytes)
    guard let value = scanner.decimal(bytes), scanner.isAtFieldEnd(bytes) else { return nil }
    return value
  }

  /// The same under the names and in the units of netlink, as far as it is asked for and exact, as
  /// attributes.
  public func attributes(of socket: Socket, for needs: Projection) -> [UInt8] {
    var info: [TCPInfoMember: UInt64] = [:]
    var memory: [MemoryMember: UInt64] = [:]
    if needs.contains(.memory), socket.kind.isDatagram { memory[.drops] = drops }
    if needs.contains(.tcpInfo), let congestionWindow {
      info = [.snd_cwnd: congestionWindow, .retransmits: retransmits, .probes: probes]
      // A listener's last column is its limit of fast open requests.
      if socket.state != .listening { info[.snd_ssthresh] = slowStartThreshold }
    }
    var writer = AttributeWriter()
    writer.append(info, memory: memory)
    return writer.bytes
  }
}
