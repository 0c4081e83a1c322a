extension IPAddress {
  /// The longest text: `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`.
  public static let maximumTextLength = 45

  /// Appends the address as RFC 5952 writes it, without brackets or zone.
  public func write(to out: inout OutputSpan<UInt8>) {
    switch family {
    case .ipv4:
      Self.writeDotted(UInt32(truncatingIfNeeded: bits), to: &out)
    case .ipv6 where isV4Mapped:
      for byte in "::ffff:".utf8 { out.append(byte) }
      Self.writeDotted(UInt32(truncatingIfNeeded: bits), to: &out)
    case .ipv6:
      writeGroups(to: &out)
    }
  }

  private static func writeDotted(_ bits: UInt32, to out: inout OutputSpan<UInt8>) {
    writeOctet(bits &>> 24, to: &out)
    out.append(UInt8(ascii: "."))
    writeOctet(bits &>> 16 & 0xff, to: &out)
    out.append(UInt8(ascii: "."))
    writeOctet(bits &>> 8 & 0xff, to: &out)
    out.append(UInt8(ascii: "."))
    writeOctet(bits & 0xff, to: &out)
  }

  @inline(__always)
  private static func writeOctet(_ octet: UInt32, to out: inout OutputSpan<UInt8>) {
    let hundreds = octet / 100
    let rest = octet &- hundreds &* 100
    let tens = rest / 10
    if hundreds > 0 { out.append(0x30 &+ UInt8(truncatingIfNeeded: hundreds)) }
    if octet >= 10 { out.append(0x30 &+ UInt8(truncatingIfNeeded: tens)) }
    out.append(0x30 &+ UInt8(truncatingIfNeeded: rest &- tens &* 10))
  }

  private func writeGroups(to out: inout OutputSpan<UInt8>) {
    let zeros = longestZeroRun()
    var index = 0
    while index < 8 {
      if index == zeros.lowerBound && !zeros.isEmpty {
        out.append(UInt8(ascii: ":"))
        out.append(UInt8(ascii: ":"))
        index = zeros.upperBound
        continue
      }
      if index > 0 && index != zeros.upperBound { out.append(UInt8(ascii: ":")) }
      let value = group(index)
      var shift = value >= 0x1000 ? 12 : value >= 0x100 ? 8 : value >= 0x10 ? 4 : 0
      while shift >= 0 {
        let digit = UInt8(truncatingIfNeeded: value >> shift & 0xf)
        out.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        shift -= 4
      }
      index += 1
    }
  }

  private func group(_ index: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: bits >> UInt128((7 - index) * 16))
  }

  /// RFC 5952, section 4.2: the first longest run of at least two zero groups.
  private func longestZeroRun() -> Range<Int> {
    var best = 8..<8
    var start = 0
    for index in 0...8 where index == 8 || group(index) != 0 {
      if index - start > max(best.count, 1) { best = start..<index }
      start = index + 1
    }
    return best
  }
}

extension IPAddress: CustomStringConvertible {
  public var description: String {
    String(
      decoding: [UInt8](capacity: Self.maximumTextLength) { write(to: &$0) }, as: UTF8.self)
  }
}

extension IPAddress: LosslessStringConvertible {
  /// Four decimal octets or RFC 4291, section 2.2, text; no brackets, no zone, no short forms.
  public init?(_ text: String) {
    if text.utf8.contains(UInt8(ascii: ":")) {
      guard let bits = Self.v6Bits(text) else { return nil }
      self.init(v6: bits)
    } else {
      guard let bits = Self.v4Bits(text[...]) else { return nil }
      self.init(v4: bits)
    }
  }

  private static func v4Bits(_ text: Substring) -> UInt32? {
    let octets = text.split(separator: ".", omittingEmptySubsequences: false)
    guard octets.count == 4 else { return nil }
    var bits: UInt32 = 0
    for octet in octets {
      guard let digits = digits(octet, 1...3), let value = UInt8(digits) else { return nil }
      bits = bits << 8 | UInt32(value)
    }
    return bits
  }

  private static func v6Bits(_ text: String) -> UInt128? {
    let halves = text.split(separator: "::", omittingEmptySubsequences: false)
    guard halves.count <= 2, let head = groups(halves[0], mayEndDotted: halves.count == 1) else {
      return nil
    }
    var all = head
    if halves.count == 2 {
      guard let tail = groups(halves[1], mayEndDotted: true), head.count + tail.count < 8 else {
        return nil
      }
      all += Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }
    guard all.count == 8 else { return nil }
    return all.reduce(0) { $0 << 16 | UInt128($1) }
  }

  private static func groups(_ text: Substring, mayEndDotted: Bool) -> [UInt16]? {
    if text.isEmpty { return [] }
    var groups: [UInt16] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if mayEndDotted, index == parts.count - 1, part.contains("."), let bits = v4Bits(part) {
        groups += [UInt16(truncatingIfNeeded: bits >> 16), UInt16(truncatingIfNeeded: bits)]
      } else if let digits = digits(part, 1...4), let group = UInt16(digits, radix: 16) {
        groups.append(group)
      } else {
        return nil
      }
    }
    return groups
  }

  // Swift's integer parser takes a leading plus sign.
  private static func digits(_ text: Substring, _ length: ClosedRange<Int>) -> Substring? {
    length.contains(text.utf8.count) && !text.hasPrefix("+") && !text.hasPrefix("-") ? text : nil
  }
}
