/// An address block: `10.0.0.0/8`, `fe80::/10`, or one address with the full length.
public struct IPPrefix: Hashable, Sendable {
  public let address: IPAddress
  /// Leading bits that count: 0...32 for IPv4, 0...128 for IPv6.
  public let length: Int

  /// Whether every bit counts.
  public var isOneAddress: Bool { length == address.family.bitWidth }

  /// Nil where the length is out of range. Bits beyond the length are cleared.
  public init?(_ address: IPAddress, length: Int) {
    guard (0...address.family.bitWidth).contains(length) else { return nil }
    let mask = Self.mask(length, width: address.family.bitWidth)
    self.address =
      address.family == .ipv4
      ? IPAddress(v4: UInt32(truncatingIfNeeded: address.bits & mask))
      : IPAddress(v6: address.bits & mask)
    self.length = length
  }

  public init(_ address: IPAddress) {
    self.address = address
    length = address.family.bitWidth
  }

  /// An IPv4 block also holds the v4-mapped form of its addresses.
  public func contains(_ other: IPAddress) -> Bool {
    var candidate = other
    if address.family != other.family {
      guard address.family == .ipv4, other.isV4Mapped else { return false }
      candidate = other.unmapped
    }
    let mask = Self.mask(length, width: address.family.bitWidth)
    return candidate.bits & mask == address.bits
  }

  /// The same of an end's address; what has none is in no block.
  public func contains(_ end: Endpoint) -> Bool { end.address.map(contains) ?? false }

  private static func mask(_ length: Int, width: Int) -> UInt128 {
    let all = width == 32 ? UInt128(UInt32.max) : UInt128.max
    return length == 0 ? 0 : all & ~((UInt128(1) << UInt128(width - length)) &- 1)
  }
}

extension IPPrefix: CustomStringConvertible {
  public var description: String {
    length == address.family.bitWidth ? address.description : "\(address)/\(length)"
  }
}
