import SocketModel

extension Parser {
  func addressTest(_ ends: Ends, _ operands: Operands) throws(FilterError) -> Test {
    var patterns: [EndpointPattern] = []
    for item in operands.items {
      patterns.append(
        try endpoint(item, mayBeShort: SSWords.takesShortAddress(operands.field)))
    }
    return .endpoint(ends, patterns)
  }

  func reachesTest(_ operands: Operands) throws(FilterError) -> Test {
    var patterns: [EndpointPattern] = []
    for item in operands.items {
      let pattern = try endpoint(item, mayBeShort: false)
      if let prefixes = pattern.prefixes,
        !prefixes.allSatisfy({ $0.length == $0.address.family.bitWidth })
      {
        throw error(item, .takesOneAddress(item.text))
      }
      patterns.append(pattern)
    }
    return .reaches(patterns)
  }

  /// An address, a block or a host, with or without a port, a zone and a family in front.
  func endpoint(_ item: Lexeme, mayBeShort: Bool) throws(FilterError) -> EndpointPattern {
    var text = item.text[...]
    var pattern = EndpointPattern()
    pattern.families = try familyPrefix(&text, item)
    if text.isEmpty, pattern.families != nil { return pattern }
    if let (host, port) = HostText.otherReading(text) {
      throw error(
        item, .ambiguousAddress(String(text), host: String(host), port: String(port)))
    }
    guard let parts = HostText(text) else { throw error(item, .notAnAddress(item.text)) }
    // The port first: a wrong one costs no look-up of the host.
    if let port = parts.port, !port.isEmpty, port != "*" {
      pattern.ports = try ports(port, item)
    }
    if let zone = parts.zone { pattern.interface = try interface(String(zone), item) }
    pattern.prefixes = try prefixes(parts, item, mayBeShort: mayBeShort)
    return pattern
  }

  /// Takes `inet:` or `inet6:` off the front.
  func familyPrefix(
    _ text: inout Substring, _ item: Lexeme
  ) throws(FilterError) -> FamilySet? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let name = text[..<colon]
    switch name {
    case "inet", "inet6":
      text = text[text.index(after: colon)...]
      return name == "inet" ? .ipv4 : .ipv6
    case "unix", "link", "netlink", "vsock": throw error(item, .unlistedFamily(String(name)))
    default: return nil
    }
  }

  /// The blocks of an address or host; nil for any address.
  private func prefixes(
    _ parts: HostText, _ item: Lexeme, mayBeShort: Bool
  ) throws(FilterError) -> [IPPrefix]? {
    let host = String(parts.host)
    if ["", "*", "any", "all", "default"].contains(host) {
      guard parts.mask == nil, parts.port != nil || !host.isEmpty else {
        throw error(item, .notAnAddress(item.text))
      }
      return nil
    }
    if let address = IPAddress(host), address.family == .ipv6 {
      return [try prefix(address, parts.mask, item)]
    }
    if let short = ShortAddress(parts.host) {
      let isWhole = short.octets == 4 || parts.mask != nil
      guard isWhole || mayBeShort else { throw shortAddress(short, host, item) }
      return [try prefix(IPAddress(v4: short.bits), parts.mask, item)]
    }
    return [try hostPrefixes(host, parts, item)].flatMap { $0 }
  }

  private func hostPrefixes(
    _ host: String, _ parts: HostText, _ item: Lexeme
  ) throws(FilterError) -> [IPPrefix] {
    if let number = cNumber(host) { throw error(item, .portForAddress("\(number)")) }
    guard host.utf8.allSatisfy(isNameByte), host.utf8.contains(where: isLetter) else {
      throw error(item, .notAnAddress(item.text))
    }
    var prefixes: [IPPrefix] = []
    for address in names.addresses(host: host) {
      prefixes.append(try prefix(address, parts.mask, item))
    }
    guard !prefixes.isEmpty else { throw error(item, .unknownHost(host)) }
    return prefixes
  }

  private func shortAddress(_ short: ShortAddress, _ host: String, _ item: Lexeme) -> FilterError {
    if short.octets == 1 { return error(item, .portForAddress(host)) }
    let block = "\(IPAddress(v4: short.bits))/\(short.octets * 8)"
    return error(item, .shortAddress(host, block: block))
  }

  private func prefix(
    _ address: IPAddress, _ mask: Substring?, _ item: Lexeme
  ) throws(FilterError) -> IPPrefix {
    guard let mask else { return IPPrefix(address) }
    if let length = prefixLength(mask, address.family),
      let prefix = IPPrefix(address, length: length)
    {
      return prefix
    }
    throw error(item, .badPrefix(String(mask), longest: address.family.bitWidth))
  }

  /// A number, or for IPv4 a netmask whose ones come first.
  private func prefixLength(_ mask: Substring, _ family: IPAddress.Family) -> Int? {
    if let number = cNumber(mask) { return Int(exactly: number) }
    guard family == .ipv4, let netmask = ShortAddress(mask), netmask.octets == 4 else {
      return nil
    }
    let ones = (~netmask.bits).leadingZeroBitCount
    return netmask.bits == ~UInt32(0) << UInt32(32 - ones) || ones == 0 && netmask.bits == 0
      ? ones : nil
  }
}
