internal import SocketModel

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
  func userID(
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

  /// A timer's count stands in two columns: retransmissions in `retrnsmt`, probes in `timeout`.
  @inline(__always)
  func socketTimer(
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
