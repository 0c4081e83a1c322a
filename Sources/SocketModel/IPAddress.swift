/// An IPv4 or IPv6 address as a number, in host order.
///
/// A v4-mapped IPv6 address (`::ffff:10.0.0.5`) stays an IPv6 address: it is another row of the
/// kernel's table than `10.0.0.5`. Compare `unmapped` where both should count as one.
public struct IPAddress: Hashable, Sendable {
  public enum Family: UInt8, Sendable, CaseIterable {
    case ipv4, ipv6

    /// 32 or 128.
    @inlinable public var bitWidth: Int { self == .ipv4 ? 32 : 128 }
  }

  // Two words instead of a UInt128: that one is aligned to 16 bytes and would widen every row.
  @usableFromInline let high: UInt64
  @usableFromInline let low: UInt64
  public let family: Family

  @inlinable
  public init(v4 bits: UInt32) {
    high = 0
    low = UInt64(bits)
    family = .ipv4
  }

  @inlinable
  public init(v6 bits: UInt128) {
    high = UInt64(truncatingIfNeeded: bits >> 64)
    low = UInt64(truncatingIfNeeded: bits)
    family = .ipv6
  }

  @inlinable
  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
    family = .ipv6
  }

  /// The whole address as a number; an IPv4 address is in the lowest 32 bits.
  @inlinable public var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

  public static func unspecified(_ family: Family) -> IPAddress {
    family == .ipv4 ? IPAddress(v4: 0) : IPAddress(v6: 0)
  }

  public static func loopback(_ family: Family) -> IPAddress {
    family == .ipv4 ? IPAddress(v4: 0x7f00_0001) : IPAddress(v6: 1)
  }
}

extension IPAddress {
  /// `0.0.0.0` or `::`: no address, or any.
  @inlinable public var isUnspecified: Bool { high | low == 0 }

  /// ::ffff:0:0/96 (RFC 4291, section 2.5.5.2).
  @inlinable public var isV4Mapped: Bool { family == .ipv6 && high == 0 && low >> 32 == 0xffff }

  /// The IPv4 address that this one is or that is mapped in it.
  @inlinable public var v4: UInt32? {
    family == .ipv4 || isV4Mapped ? UInt32(truncatingIfNeeded: low) : nil
  }

  /// The same address, but IPv4 where it is v4-mapped.
  @inlinable public var unmapped: IPAddress {
    isV4Mapped ? IPAddress(v4: UInt32(truncatingIfNeeded: low)) : self
  }

  /// 127.0.0.0/8, also where it is v4-mapped, and ::1.
  public var isLoopback: Bool {
    if let v4 { return v4 >> 24 == 127 }
    return high == 0 && low == 1
  }

  /// 224.0.0.0/4, ff00::/8 and 255.255.255.255: sent to many at once.
  public var isForMany: Bool {
    if let v4 { return v4 >> 28 == 0xe || v4 == .max }
    return high >> 56 == 0xff
  }

  /// fe80::/10 (RFC 4291, section 2.5.6): the same address may exist on every interface.
  public var isLinkLocal: Bool { family == .ipv6 && high >> 54 == 0x3fa }
}

extension IPAddress: Comparable {
  /// IPv4 before IPv6, then by value.
  @inlinable
  public static func < (a: IPAddress, b: IPAddress) -> Bool {
    if a.family != b.family { return a.family == .ipv4 }
    return a.high != b.high ? a.high < b.high : a.low < b.low
  }
}
