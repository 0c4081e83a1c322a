/// Where a member of `tcp_info` or of the memory is: what a field's reader is given to read it.
public struct MemberPlace: Hashable, Sendable {
  /// Bytes from the start.
  @usableFromInline let offset: UInt16
  /// Among members that are known one by one; those of the memory come after those of `tcp_info`.
  let key: UInt16
  /// Bytes: 1, 2, 4 or 8.
  @usableFromInline let width: UInt8
  /// A run of bits of a byte; the whole where there are 64.
  @usableFromInline let shift: UInt8
  @usableFromInline let bits: UInt8
  /// Whether it means anything for a listening socket: of a `tcp_info`, `tcp_get_info()` fills these
  /// alone and puts the accept queue into `unacked` and `sacked`.
  @usableFromInline let ofListener: Bool
  /// What the kernel writes for "not set"; 0 for nothing.
  @usableFromInline let unset: UInt64

  init(
    offset: Int, key: Int, width: Int, shift: Int = 0, bits: Int = 64, ofListener: Bool = false,
    unset: UInt64 = 0
  ) {
    self.offset = UInt16(truncatingIfNeeded: offset)
    self.key = UInt16(truncatingIfNeeded: key)
    self.width = UInt8(truncatingIfNeeded: width)
    self.shift = UInt8(truncatingIfNeeded: shift)
    self.bits = UInt8(truncatingIfNeeded: bits)
    self.ofListener = ofListener
    self.unset = unset
  }

  /// For fields that are no member.
  static let none = MemberPlace(offset: 0, key: 0, width: 0)

  /// The member in the bytes of its attribute. Nil where the kernel does not have it, has not set it,
  /// or where it means nothing.
  @inlinable @inline(__always)
  public func value(in bytes: Span<UInt8>) -> UInt64? {
    let start = Int(offset)
    guard start + Int(width) <= bytes.count else { return nil }
    if !ofListener && bytes[0] == TCPState.listening.rawValue { return nil }
    let whole = number(in: bytes)
    if unset != 0 && whole == unset { return nil }
    return part(of: whole)
  }

  /// What the kernel wrote there, whatever it means; 0 past the end of an older kernel's structure.
  public func raw(in bytes: Span<UInt8>) -> UInt64 {
    let start = Int(offset)
    guard start + Int(width) <= bytes.count else { return 0 }
    return part(of: number(in: bytes))
  }

  @inlinable @inline(__always)
  func number(in bytes: Span<UInt8>) -> UInt64 {
    let start = Int(offset)
    return switch width {
    case 1: UInt64(bytes[start])
    case 2: UInt64(bytes.uint16(at: start))
    case 4: UInt64(bytes.uint32(at: start))
    default: bytes.uint64(at: start)
    }
  }

  @inlinable @inline(__always)
  func part(of whole: UInt64) -> UInt64 {
    bits == 64 ? whole : whole &>> UInt64(shift) & ((1 &<< UInt64(bits)) &- 1)
  }
}
