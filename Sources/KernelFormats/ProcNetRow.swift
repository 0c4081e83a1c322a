internal import SocketModel

/// One row of /proc/net/tcp, tcp6, udp or udp6 (get_tcp4_sock, get_openreq4 and get_timewait4_sock
/// in net/ipv4/tcp_ipv4.c, udp4_format_sock in net/ipv4/udp.c, and their IPv6 likes).
///
/// The columns up to the inode are in every row; what follows depends on state and kernel.
struct ProcNetRow {
  let kind: SocketKind
  let byteOrder: ByteOrder
  /// Clock ticks a second in the `tm->when` column (`USER_HZ`).
  let ticksPerSecond: UInt64

  /// Why a line is not a row: the column, and where its text starts.
  struct Fault: Error {
    let column: MalformedLine.Column
    let position: Int
  }

  /// Reads the row at the scanner's position, which is left after the inode.
  @inline(__always)
  func parse(
    _ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner, _ tail: inout ProcNetTail
  ) throws(Fault) -> Socket {
    try number(bytes, &scanner)
    let local = try endpoint(.localAddress, bytes, &scanner)
    scanner.skipBlanks(bytes)
    let remoteStart = scanner.position
    let remote = try endpoint(.remoteAddress, bytes, &scanner)
    if remote.kind != local.kind {
      throw Fault(column: .remoteAddress, position: remoteStart)
    }
    let state = UInt8(truncatingIfNeeded: try single(.state, 2, bytes, &scanner))
    let (send, receive) = try pair(.queues, 8, 8, bytes, &scanner)
    let (timer, when) = try pair(.timer, 2, 16, bytes, &scanner)
    let retransmits = try single(.retransmits, 16, bytes, &scanner)
    let uid = try userID(bytes, &scanner)
    let probes = try decimal(.timeout, bytes, &scanner)
    let inode = try decimal(.inode, bytes, &scanner)
    tail.retransmits = retransmits
    tail.probes = probes
    return Socket(
      kind, local: local, remote: remote, state: TCPState(rawValue: state),
      receiveQueue: UInt32(truncatingIfNeeded: receive),
      sendQueue: UInt32(truncatingIfNeeded: send), rawUID: uid, inode: inode,
      timer: socketTimer(timer, when, retransmits, probes))
  }

  /// `sl`, the row's number in this reading: no key, any width, ended by a colon.
  @inline(__always)
  private func number(
    _ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner
  ) throws(Fault) {
    let start = scanner.position
    guard scanner.decimal(bytes) != nil, scanner.accept(UInt8(ascii: ":"), bytes) else {
      throw Fault(column: .sl, position: start)
    }
  }

  /// An address as 32-bit words, each printed as a number in the machine's byte order, and a port
  /// in host order. The width tells the family: not every header does.
  @inline(__always)
  private func endpoint(
    _ column: MalformedLine.Column, _ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner
  ) throws(Fault) -> Endpoint {
    scanner.skipBlanks(bytes)
    let start = scanner.position
    let colon = UInt8(ascii: ":")
    guard let first = word(bytes, &scanner) else { throw Fault(column: column, position: start) }
    var address = IPAddress(v4: first)
    if !scanner.accept(colon, bytes) {
      guard let second = word(bytes, &scanner), let third = word(bytes, &scanner),
        let fourth = word(bytes, &scanner), scanner.accept(colon, bytes)
      else { throw Fault(column: column, position: start) }
      let high = UInt64(first) << 32 | UInt64(second)
      let low = UInt64(third) << 32 | UInt64(fourth)
      address = IPAddress(v6: UInt128(high) << 64 | UInt128(low))
    }
    guard let port = scanner.hexadecimal(bytes, limit: 4), scanner.isAtFieldEnd(bytes) else {
      throw Fault(column: column, position: start)
    }
    return Endpoint(address, UInt16(truncatingIfNeeded: port))
  }

  /// Eight hexadecimal digits, turned to host order.
  @inline(__always)
  private func word(_ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner) -> UInt32? {
    guard scanner.position &+ 8 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for index in scanner.position..<scanner.position &+ 8 {
      var digit = bytes[index] &- 0x30
      if digit > 9 {
        digit = (bytes[index] | 0x20) &- 0x61
        guard digit < 6 else { return nil }
        digit &+= 10
      }
      value = value << 4 | UInt32(digit)
    }
    scanner.position &+= 8
    return byteOrder == .little ? value.byteSwapped : value
  }
}

extension ProcNetRow {
  /// A hexadecimal number of at most `limit` digits.
  @inline(__always)
  func single(
    _ column: MalformedLine.Column, _ limit: Int, _ bytes: borrowing Span<UInt8>,
    _ scanner: inout FieldScanner
  ) throws(Fault) -> UInt64 {
    scanner.skipBlanks(bytes)
    let start = scanner.position
    guard let value = scanner.hexadecimal(bytes, limit: limit), scanner.isAtFieldEnd(bytes) else {
      throw Fault(column: column, position: start)
    }
    return value
  }

  /// Two hexadecimal numbers with a colon between.
  @inline(__always)
  func pair(
    _ column: MalformedLine.Column, _ first: Int, _ second: Int, _ bytes: borrowing Span<UInt8>,
    _ scanner: inout FieldScanner
  ) throws(Fault) -> (UInt64, UInt64) {
    scanner.skipBlanks(bytes)
    let start = scanner.position
    guard let a = scanner.hexadecimal(bytes, limit: first),
      scanner.accept(UInt8(ascii: ":"), bytes),
      let b = scanner.hexadecimal(bytes, limit: second), scanner.isAtFieldEnd(bytes)
    else { throw Fault(column: column, position: start) }
    return (a, b)
  }

  @inline(__always)
  func decimal(
    _ column: MalformedLine.Column, _ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner
  ) throws(Fault) -> UInt64 {
    scanner.skipBlanks(bytes)
    let start = scanner.position
    guard let value = scanner.decimal(bytes), scanner.isAtFieldEnd(bytes) else {
      throw Fault(column: column, position: start)
    }
    return value
  }

  /// Decimal, padded with spaces. Old kernels print uids beyond 2^31 with a minus. No kernel writes a
  /// leading zero or a letter: whoever did meant hexadecimal.
  @inline(__always)
  private func userID(
    _ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner
  ) throws(Fault) -> UInt32 {
    scanner.skipBlanks(bytes)
    let start = scanner.position
    let isNegative = scanner.accept(UInt8(ascii: "-"), bytes)
    let digits = scanner.position
    let isPadded = scanner.accept(UInt8(ascii: "0"), bytes) && !scanner.isAtFieldEnd(bytes)
    scanner.position = digits
    if !isPadded, let value = scanner.decimal(bytes), scanner.isAtFieldEnd(bytes) {
      if let uid = UInt32(exactly: value), !isNegative { return uid }
      if isNegative, value <= 1 << 31 { return UInt32(truncatingIfNeeded: 0 &- value) }
      throw Fault(column: .uid, position: start)
    }
    scanner.position = digits
    guard !isNegative, let value = scanner.hexadecimal(bytes, limit: 8),
      scanner.isAtFieldEnd(bytes)
    else { throw Fault(column: .uid, position: start) }
    return UInt32(truncatingIfNeeded: value)
  }

  /// A timer's count is in two columns: retransmissions in `retrnsmt`, probes in `timeout`.
  @inline(__always)
  private func socketTimer(
    _ kind: UInt64, _ ticks: UInt64, _ retransmits: UInt64, _ probes: UInt64
  ) -> SocketTimer {
    let kind = SocketTimer.Kind(rawValue: UInt8(truncatingIfNeeded: kind))
    if kind == .off { return .off }
    let count =
      switch kind {
      case .keepalive, .persist: probes
      case .timeWait: UInt64(0)
      default: retransmits
      }
    return SocketTimer(
      kind: kind, expires: milliseconds(ticks),
      retransmits: UInt8(truncatingIfNeeded: min(count, 255)))
  }

  /// Old kernels print the time of a timer that is overdue as a negative number.
  @inline(__always)
  private func milliseconds(_ ticks: UInt64) -> UInt32 {
    guard ticks < 1 << 31 else { return 0 }
    return UInt32(clamping: ticks * 1000 / max(1, ticksPerSecond))
  }
}
