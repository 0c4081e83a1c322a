// Numbers in the machine's own byte order, as netlink writes them. The one range check comes first
// and gives the optimizer a constant count, so that the bytes become a single load.

extension Span where Element == UInt8 {
  /// The caller has made sure that two bytes are there.
  @inlinable @inline(__always)
  public func uint16(at offset: Int) -> UInt16 {
    let bytes = extracting(offset..<offset &+ 2)
    return UInt16(littleEndian: UInt16(bytes[0]) | UInt16(bytes[1]) << 8)
  }

  /// The caller has made sure that four bytes are there.
  @inlinable @inline(__always)
  public func uint32(at offset: Int) -> UInt32 {
    let bytes = extracting(offset..<offset &+ 4)
    let low = UInt32(bytes[0]) | UInt32(bytes[1]) << 8
    let high = UInt32(bytes[2]) << 16 | UInt32(bytes[3]) << 24
    return UInt32(littleEndian: low | high)
  }

  /// The caller has made sure that eight bytes are there.
  @inlinable @inline(__always)
  public func uint64(at offset: Int) -> UInt64 {
    let bytes = extracting(offset..<offset &+ 8)
    let low =
      UInt64(bytes[0]) | UInt64(bytes[1]) << 8 | UInt64(bytes[2]) << 16 | UInt64(bytes[3]) << 24
    let high =
      UInt64(bytes[4]) << 32 | UInt64(bytes[5]) << 40 | UInt64(bytes[6]) << 48
      | UInt64(bytes[7]) << 56
    return UInt64(littleEndian: low | high)
  }
}

extension OutputSpan where Element == UInt8 {
  public mutating func append(native value: UInt16) { appendBytes(value.littleEndian) }
  public mutating func append(native value: UInt32) { appendBytes(value.littleEndian) }

  /// The bytes of a number that is little-endian in memory, lowest first.
  private mutating func appendBytes(_ value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
