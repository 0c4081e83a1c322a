import SocketModel

/// `[HOST][%ZONE][/MASK][:PORT]` cut into its parts; what is not there is nil.
struct HostText: Equatable {
  var host: Substring
  var zone: Substring?
  var mask: Substring?
  var port: Substring?

  /// Nil where brackets or colons can't be made out.
  init?(_ text: Substring) {
    host = text
    if text.first == "[" {
      guard let close = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<close]
      guard takeTail(text[text.index(after: close)...]) else { return nil }
      takeZone()
      if mask == nil, let slash = host.firstIndex(of: "/") {
        mask = host[host.index(after: slash)...]
        host = host[..<slash]
      }
    } else if let cut = text.firstIndex(where: { $0 == "/" || $0 == "%" }) {
      // Colons before the cut belong to the address.
      host = text[..<cut]
      guard takeTail(text[cut...]) else { return nil }
    } else if text.count(where: { $0 == ":" }) == 1 || !Self.isAddress(text),
      let colon = text.lastIndex(of: ":")
    {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
    }
  }

  /// `%ZONE/MASK:PORT`, each of them or none.
  private mutating func takeTail(_ tail: Substring) -> Bool {
    var tail = tail
    if tail.first == "%" {
      let end = tail.firstIndex { $0 == "/" || $0 == ":" } ?? tail.endIndex
      zone = tail[tail.index(after: tail.startIndex)..<end]
      tail = tail[end...]
    }
    if tail.first == "/" {
      let end = tail.firstIndex(of: ":") ?? tail.endIndex
      mask = tail[tail.index(after: tail.startIndex)..<end]
      tail = tail[end...]
    }
    if tail.first == ":" {
      port = tail.dropFirst()
      tail = tail[tail.endIndex...]
    }
    return tail.isEmpty
  }

  private mutating func takeZone() {
    guard let percent = host.firstIndex(of: "%") else { return }
    let end = host[percent...].firstIndex(of: "/") ?? host.endIndex
    if end < host.endIndex { mask = host[host.index(after: end)...] }
    zone = host[host.index(after: percent)..<end]
    host = host[..<percent]
  }

  private static func isAddress(_ text: Substring) -> Bool { IPAddress(String(text)) != nil }

  /// An unbracketed IPv6 address that could as well be a shorter one and a port: `::1:443`.
  static func otherReading(_ text: Substring) -> (host: Substring, port: Substring)? {
    guard text.contains(":"), isAddress(text), let colon = text.lastIndex(of: ":") else {
      return nil
    }
    let (host, port) = (text[..<colon], text[text.index(after: colon)...])
    guard isAddress(host), host.contains(":"), UInt16(port) != nil else { return nil }
    return (host, port)
  }
}

/// Up to four octets from the left, each as C writes numbers; what is missing is 0.
struct ShortAddress: Equatable {
  var bits: UInt32
  var octets: Int

  init?(_ text: Substring) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...4).contains(parts.count) else { return nil }
    bits = 0
    octets = parts.count
    for (index, part) in parts.enumerated() {
      guard let octet = cNumber(part), octet <= 255 else { return nil }
      bits |= UInt32(octet) << UInt32(24 - 8 * index)
    }
  }
}
