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
  /// Why a word is no target, as it stands behind `serve '::1:80': `.
  struct Refusal: Error {
    let reason: String
  }

  /// Reads `8080`, `:8080`, `22,80-90,https`, `host:80`, `[::1]:80`, `*:80`.
  init(_ text: String) throws(Refusal) {
    if text.split(separator: ",").count(where: { Self.isAddress($0) }) > 1 {
      throw Refusal(reason: "one host at a time")
    }
    var host: Substring?
    var ports = text[...]
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw Refusal(reason: "a ] is missing") }
      let inside = text[text.index(after: text.startIndex)..<end]
      guard Self.isAddress(inside, .ipv6) else {
        throw Refusal(reason: "'\(inside)' is no IPv6 address")
      }
      (host, ports) = (inside, text[text.index(after: end)...])
      guard ports.first == ":" else { throw Refusal(reason: "a port is missing, e.g. \(text):80") }
      ports = ports.dropFirst()
    } else if let colon = text.lastIndex(of: ":") {
      (host, ports) = (text[..<colon], text[text.index(after: colon)...])
      if let address = host, address.contains(":") { throw Self.unbracketed(text, address, ports) }
    } else if IPAddress(text) != nil || text.contains(".") {
      throw Refusal(reason: "a port is missing, e.g. \(text):80")
    }
    if let name = host, name.contains(where: { "[]/@ ,=".contains($0) }) {
      throw Refusal(reason: "'\(name)' is no host")
    }
    self.init(host: host.flatMap { $0.isEmpty ? nil : String($0) }, ports: try Self.ports(ports))
  }

  /// Why a host with colons in it is refused.
  private static func unbracketed(
    _ text: String, _ address: Substring, _ port: Substring
  ) -> Refusal {
    guard [text[...], address].contains(where: { isAddress($0, .ipv6) }) else {
      return Refusal(reason: "'\(address)' is no host")
    }
    return Refusal(
      reason: "write [\(text)]:PORT for that address or [\(address)]:\(port) for that port")
  }

  /// Whether it is an address, with a zone or without, of this family where one is named.
  private static func isAddress(_ text: Substring, _ family: IPAddress.Family? = nil) -> Bool {
    guard let address = IPAddress(String(text.prefix { $0 != "%" })) else { return false }
    return family == nil || address.family == family
  }

  /// Reads a list of numbers, ranges and service names.
  static func ports(_ text: Substring) throws(Refusal) -> [Ports] {
    if text.isEmpty { throw Refusal(reason: "a port is missing") }
    var ports: [Ports] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      ports.append(try port(item))
    }
    return ports
  }

  private static func port(_ item: Substring) throws(Refusal) -> Ports {
    let ends = item.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    if !ends.isEmpty, ends.allSatisfy({ decimal($0) != nil }) {
      let numbers = ends.compactMap { UInt16($0) }
      guard numbers.count == ends.count, let first = numbers.first, let last = numbers.last else {
        throw Refusal(reason: "ports go from 0 to 65535")
      }
      guard first <= last else {
        throw Refusal(reason: "the range \(item) goes down; write \(last)-\(first)")
      }
      return .numbers(first...last)
    }
    let isName = item.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0 & 0xdf) || $0 == 45 || $0 == 95 || $0 == 43
    }
    guard isName, item.contains(where: \.isLetter) else {
      throw Refusal(reason: "'\(item)' is no port")
    }
    return .service(String(item))
  }

  /// Exactly one port, as a number or a service's name.
  var isSinglePort: Bool {
    switch ports.first {
    case .numbers(let range) where ports.count == 1: range.count == 1
    case .service: ports.count == 1
    default: false
    }
  }
}
