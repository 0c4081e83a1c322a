import SocketModel

/// `[HOST:]PORTS`: where to connect or listen. Host and service names are looked up by the command.
public struct Target: Hashable, Sendable {
  /// An address without brackets or a name; nil for this host.
  public var host: String?
  public var ports: [Ports]

  public enum Ports: Hashable, Sendable {
    case numbers(ClosedRange<UInt16>)
    case service(String)
  }

  public init(host: String? = nil, ports: [Ports]) {
    self.host = host
    self.ports = ports
  }
}

extension Target {
  /// Why a word is not a target, to be said after `serve '::1:80': `.
  struct ParseError: Error {
    let reason: String
  }

  /// Reads `8080`, `:8080`, `22,80-90,https`, `host:80`, `[::1]:80`, `*:80`.
  init(_ text: String) throws(ParseError) {
    if text.split(separator: ",").count(where: { Self.isAddress($0) }) > 1 {
      throw ParseError(reason: "one host at a time")
    }
    var host: Substring?
    var ports = text[...]
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw ParseError(reason: "missing ]") }
      let inside = text[text.index(after: text.startIndex)..<end]
      guard Self.isAddress(inside, .ipv6) else {
        throw ParseError(reason: "invalid IPv6 address '\(inside)'")
      }
      (host, ports) = (inside, text[text.index(after: end)...])
      guard ports.first == ":" else { throw ParseError(reason: "missing port, e.g. \(text):80") }
      ports = ports.dropFirst()
    } else if let colon = text.lastIndex(of: ":") {
      (host, ports) = (text[..<colon], text[text.index(after: colon)...])
      if let address = host, address.contains(":") { throw Self.unbracketed(text, address, ports) }
    } else if IPAddress(text) != nil || text.contains(".") {
      throw ParseError(reason: "missing port, e.g. \(text):80")
    }
    if let name = host, name.contains(where: { "[]/@ ,=".contains($0) }) {
      throw ParseError(reason: "invalid host '\(name)'")
    }
    self.init(host: host.flatMap { $0.isEmpty ? nil : String($0) }, ports: try Self.ports(ports))
  }

  /// Why a host with colons in it is refused.
  private static func unbracketed(
    _ text: String, _ address: Substring, _ port: Substring
  ) -> ParseError {
    guard [text[...], address].contains(where: { isAddress($0, .ipv6) }) else {
      return ParseError(reason: "invalid host '\(address)'")
    }
    return ParseError(
      reason: "write [\(text)]:PORT for that address or [\(address)]:\(port) for that port")
  }

  /// Whether it is an address, with a zone or without, of this family where one is named.
  private static func isAddress(_ text: Substring, _ family: IPAddress.Family? = nil) -> Bool {
    guard let address = IPAddress(String(text.prefix { $0 != "%" })) else { return false }
    return family == nil || address.family == family
  }

  /// Reads a list of numbers, ranges and service names.
  static func ports(_ text: Substring) throws(ParseError) -> [Ports] {
    if text.isEmpty { throw ParseError(reason: "missing port") }
    var ports: [Ports] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      ports.append(try port(item))
    }
    return ports
  }

  private static func port(_ item: Substring) throws(ParseError) -> Ports {
    let ends = item.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    if !ends.isEmpty, ends.allSatisfy({ decimal($0) != nil }) {
      let numbers = ends.compactMap { UInt16($0) }
      guard numbers.count == ends.count, let first = numbers.first, let last = numbers.last else {
        throw ParseError(reason: "invalid port '\(item)': ports are 0 to 65535")
      }
      guard first <= last else {
        throw ParseError(reason: "invalid range '\(item)': write \(last)-\(first)")
      }
      return .numbers(first...last)
    }
    let isName = item.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0 & 0xdf) || $0 == 45 || $0 == 95 || $0 == 43
    }
    guard isName, item.contains(where: \.isLetter) else {
      throw ParseError(reason: "invalid port '\(item)'")
    }
    return .service(String(item))
  }

  /// Exactly one port, as a number or a service's name.
  private var isSinglePort: Bool {
    switch ports.first {
    case .numbers(let range) where ports.count == 1: range.count == 1
    case .service: ports.count == 1
    default: false
    }
  }
}

extension Target {
  /// One word, or the two words `HOST PORT`, with exactly one port.
  static func single(_ verb: Verb, _ words: [String]) throws(ArgumentError) -> Target {
    let (target, count) = try first(verb, words)
    if words.count > count { throw .unexpectedWord(verb, words[count]) }
    try target.checkSingle(verb, words[0])
    return target
  }

  /// One host or none, and as many words of ports as there are: `HOST 22 80,443`.
  static func manyPorts(_ verb: Verb, _ words: [String]) throws(ArgumentError) -> Target {
    var (target, count) = try first(verb, words)
    for word in words[count...] { target.ports += try ports(verb, word) }
    return target
  }

  /// The targets that the words begin with, and the words after them.
  static func leading(
    _ verb: Verb, _ words: [String]
  ) throws(ArgumentError) -> ([Target], [String]) {
    // A protocol is a term, and no host or service: `wait udp 53`.
    let protocols = words.prefix { ["tcp", "udp"].contains($0.lowercased()) }
    let words = Array(words.dropFirst(protocols.count))
    let (target, count) = try first(verb, words)
    try target.checkSingle(verb, words[0])
    var targets = [target]
    var rest = words[count...]
    while let word = rest.first, word.contains(":") || decimal(word) != nil,
      !word.contains(where: { "=<>!()".contains($0) })
    {
      let target = try read(verb, word)
      try target.checkSingle(verb, word)
      targets.append(target)
      rest.removeFirst()
    }
    return (targets, Array(protocols) + Array(rest))
  }

  /// One port and a protocol, which may come first: `udp 53`, `53 udp`. TCP where none is named.
  static func ofOneProtocol(
    _ verb: Verb, _ words: [String]
  ) throws(ArgumentError) -> (Target, SocketKind) {
    let kinds: [String: SocketKind] = ["tcp": .tcp, "udp": .udp]
    let named = words.map { $0.lowercased() }.filter { kinds[$0] != nil }
    if let other = named.first(where: { $0 != named[0] }) { throw .exclusive(named[0], other) }
    let target = try single(verb, words.filter { kinds[$0.lowercased()] == nil })
    return (target, named.first.flatMap { kinds[$0] } ?? .tcp)
  }

  /// The target that the words begin with, and how many words it takes.
  private static func first(
    _ verb: Verb, _ words: [String]
  ) throws(ArgumentError) -> (Target, Int) {
    guard let word = words.first else { throw .missingObject(verb) }
    // After a port that `wait` awaits come terms, which may look like a service's name.
    if words.count > 1, isHost(word), verb != .wait || decimal(words[1]) != nil {
      return (Target(host: unbracketed(word), ports: try ports(verb, words[1])), 2)
    }
    return (try read(verb, word), 1)
  }

  private static func read(_ verb: Verb, _ word: String) throws(ArgumentError) -> Target {
    do throws(ParseError) {
      return try Target(word)
    } catch {
      throw .badObject(verb, typed: word, reason: error.reason)
    }
  }

  private static func ports(_ verb: Verb, _ word: String) throws(ArgumentError) -> [Ports] {
    do throws(ParseError) {
      return try ports(word[...])
    } catch {
      throw .badObject(verb, typed: word, reason: error.reason)
    }
  }

  /// Whether a word can be a host and no list of port numbers.
  private static func isHost(_ word: String) -> Bool {
    if IPAddress(unbracketed(word)) != nil { return true }
    return word.contains(where: \.isLetter) && !word.contains { ":,=<>!()".contains($0) }
  }

  private static func unbracketed(_ word: String) -> String {
    word.hasPrefix("[") && word.hasSuffix("]") ? String(word.dropFirst().dropLast()) : word
  }

  private func checkSingle(_ verb: Verb, _ word: String) throws(ArgumentError) {
    if !isSinglePort { throw .badObject(verb, typed: word, reason: "one port is wanted") }
  }
}
