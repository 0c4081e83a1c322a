import SocketModel

extension Parser {
  func addressTest(_ ends: Ends, _ operands: Operands) throws(FilterError) -> Test {
    if operands.items.contains(where: UnixPattern.fits) { return try pathTest(ends, operands) }
    var patterns: [EndpointPattern] = []
    for item in operands.items {
      patterns.append(
        try endpoint(item, mayBeShort: SSWords.takesShortAddress(operands.field)))
    }
    return .endpoint(ends, patterns)
  }

  /// `/run/*.sock`, `@name`, `unix:name`: paths and names of unix sockets.
  private func pathTest(_ ends: Ends, _ operands: Operands) throws(FilterError) -> Test {
    var globs: [Glob] = []
    for item in operands.items {
      guard UnixPattern.fits(item) else { throw error(item, .notAPath(item.text)) }
      globs.append(Glob(UnixPattern.plain(item)))
    }
    return .paths(ends, globs)
  }

  func verdictTest(_ operands: Operands) throws(FilterError) -> Test {
    let names = Verdict.allCases.map(\.name)
    for item in operands.items where item.text != "*" && !names.contains(item.text) {
      throw error(item, .unknownValue(item.text, field: operands.field, values: names))
    }
    return .text(FieldReader(.verdict), operands.items.map(Glob.init))
  }

  func reachesTest(_ operands: Operands) throws(FilterError) -> Test {
    var patterns: [EndpointPattern] = []
    for item in operands.items {
      let pattern = try endpoint(item, mayBeShort: false)
      if let prefixes = pattern.prefixes,
        !prefixes.allSatisfy(\.isOneAddress)
      {
        throw error(item, .takesOneAddress(item.text))
      }
      patterns.append(pattern)
    }
    return .reaches(Reach(patterns))
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
  private func familyPrefix(
    _ text: inout Substring, _ item: Lexeme
  ) throws(FilterError) -> FamilySet? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let name = text[..<colon]
    switch name {
    case "inet", "inet6":
      text = text[text.index(after: colon)...]
      return name == "inet" ? .ipv4 : .ipv6
    case "link", "netlink", "vsock": throw error(item, .unlistedFamily(String(name)))
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

extension Parser {
  /// The numbers that a comparison with a number, a range or a list of them means.
  func numbers(_ operands: Operands, in unit: Unit = .none) throws(FilterError) -> NumberSet {
    var ranges: [ClosedRange<UInt64>] = []
    for item in operands.items {
      guard let text = NumberText(item.text, in: unit) else {
        throw error(
          item, .notANumber(item.text, field: operands.field, withUnit: unit.example))
      }
      ranges += try numbers(text, item).ranges
    }
    return try compared(NumberSet(ranges), operands)
  }

  /// A port is written with or without a colon, as a number, a range or a service; `*` and nothing
  /// after the colon are any port.
  func portTest(_ ends: Ends, _ operands: Operands) throws(FilterError) -> Test {
    var ranges: [ClosedRange<UInt64>] = []
    var families: FamilySet?
    for item in operands.items {
      var text = item.text[...]
      families = try familyPrefix(&text, item) ?? families
      if text.first == ":" { text = text.dropFirst() }
      ranges += try ports(text, item).ranges
    }
    let set = try compared(NumberSet(ranges), operands)
    guard let families else { return .port(ends, set) }
    return .endpoint(ends, [EndpointPattern(ports: set, families: families)])
  }

  func ports(_ text: Substring, _ item: Lexeme) throws(FilterError) -> NumberSet {
    if text.isEmpty || text == "*" { return NumberSet([0...65535]) }
    if let numbers = NumberText(text) {
      switch numbers {
      case .number(let port) where port > 65535, .range(let port?, nil) where port > 65535,
        .range(_, let port?) where port > 65535:
        throw error(item, .portTooLarge("\(port)"))
      case .number, .range: return try self.numbers(numbers, item)
      }
    }
    let ports = try found("service", String(text), item) { () throws(LookupFailure) in
      try names.ports(service: String(text))
    }
    if !ports.isEmpty { return NumberSet(ports.map(UInt64.init)) }
    guard text.utf8.allSatisfy(isNameByte), text.utf8.contains(where: isLetter) else {
      throw error(item, .notAPort(String(text)))
    }
    let near = nearest(to: String(text), among: names.serviceNames)
    throw error(item, .unknownService(String(text), nearest: near))
  }

  private func numbers(_ text: NumberText, _ item: Lexeme) throws(FilterError) -> NumberSet {
    switch text {
    case .number(let number): return NumberSet([number...number])
    case .range(let lower, let upper):
      let (low, high) = (lower ?? 0, upper ?? .max)
      guard low <= high else {
        throw error(item, .emptyRange("\(low)-\(high)", turned: "\(high)-\(low)"))
      }
      return NumberSet([low...high])
    }
  }

  /// The set itself for `=` and `!=`; for the others what compares so with its only number.
  private func compared(_ set: NumberSet, _ operands: Operands) throws(FilterError) -> NumberSet {
    let comparison = operands.comparison
    if comparison == .equal || comparison == .notEqual { return set }
    if set.ranges == [0...65535] { return set }
    if operands.items.count == 1, let range = set.ranges.first, set.ranges.count == 1,
      range.lowerBound == range.upperBound
    {
      return NumberSet(comparison, range.lowerBound)
    }
    let text = operands.value.text
    if operands.items.count == 1, NumberText(text.drop { $0 == ":" }) == nil {
      let ports = set.ranges.lazy.flatMap { $0 }.prefix(8).map { UInt16(truncatingIfNeeded: $0) }
      throw error(operands.value, .ambiguousService(text, ports: Array(ports)))
    }
    throw error(operands.value, .takesOneNumber(comparison: comparison.rawValue))
  }
}

extension Parser {
  /// What a lookup came to; where it failed nobody knows whether there is such a name.
  func found<Found>(
    _ kind: String, _ name: String, _ item: Lexeme, _ look: () throws(LookupFailure) -> Found
  ) throws(FilterError) -> Found {
    do throws(LookupFailure) {
      return try look()
    } catch {
      throw self.error(item, .failedLookup(kind, name, reason: error.reason))
    }
  }

  /// Names are looked up now; a pattern is held against the name that each row carries.
  func userTest(_ operands: Operands) throws(FilterError) -> Test {
    let globs = operands.items.map(Glob.init)
    let isNumeric = operands.items.allSatisfy { UInt32($0.text) != nil }
    if !globs.allSatisfy(\.isPlain) || !names.isOfThisHost && !isNumeric {
      return .text(FieldReader(.user), globs)
    }
    var uids: [UInt64] = []
    for item in operands.items {
      let uid = try found("user", item.text, item) { () throws(LookupFailure) in
        // A number needs no lookup, unless it is somebody's name.
        guard let number = UInt32(item.text) else { return try names.uid(user: item.text) }
        return (names.isOfThisHost ? try? names.uid(user: item.text) : nil) ?? number
      }
      if let uid {
        uids.append(UInt64(uid))
      } else {
        let near = nearest(to: item.text, among: names.userNames)
        throw error(item, .unknownUser(item.text, nearest: near))
      }
    }
    return .number(FieldReader(.uid), NumberSet(uids))
  }

  func interfaceTest(_ operands: Operands) throws(FilterError) -> Test {
    let globs = operands.items.map(Glob.init)
    if names.spansNamespaces || !names.isOfThisHost || !globs.allSatisfy(\.isPlain) {
      return .text(FieldReader(.interface), globs)
    }
    var indexes: [UInt32] = []
    for item in operands.items { indexes.append(try interface(item.text, item)) }
    return .interfaces(indexes)
  }

  func interface(_ name: String, _ item: Lexeme) throws(FilterError) -> UInt32 {
    let index = try found("interface", name, item) { () throws(LookupFailure) in
      guard let number = UInt32(name) else { return try names.interface(name) }
      return (try? names.interface(name)) ?? number
    }
    if let index { return index }
    let near = nearest(to: name, among: names.interfaceNames)
    throw error(item, .unknownInterface(name, nearest: near))
  }

  func cgroupTest(_ operands: Operands) throws(FilterError) -> Test {
    let globs = operands.items.map(Glob.init)
    if !globs.allSatisfy(\.isPlain) || !names.isOfThisHost {
      return .text(FieldReader(.cgroup), globs)
    }
    var ids: [UInt64] = []
    for item in operands.items {
      let id = try found("cgroup", item.text, item) { () throws(LookupFailure) in
        try names.cgroup(path: item.text)
      }
      guard let id else {
        throw error(item, .unknownCgroup(item.text))
      }
      ids.append(id)
    }
    return .cgroups(ids)
  }

  /// `0x10`, or `0x10/0xff`: the bits under the mask.
  func markTest(_ operands: Operands) throws(FilterError) -> Test {
    let item = operands.value
    let parts = item.text.split(
      separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts.compactMap { cNumber($0).flatMap { UInt32(exactly: $0) } }
    guard numbers.count == parts.count, let value = numbers.first else {
      throw error(item, .notANumber(item.text, field: operands.field, withUnit: nil))
    }
    return .mark(value: value, mask: parts.count == 2 ? numbers[1] : .max)
  }
}
