import SocketModel

extension SocketKindSet {
  init?(word: String) {
    let word = word.lowercased()
    if let group = Self.groups[word] {
      self = group
      return
    }
    guard let kind = SocketKind.allCases.first(where: { $0.name.elementsEqual(word.utf8) }) else {
      return nil
    }
    self.init(kind)
  }

  /// Words for several kinds.
  static let groups: [String: SocketKindSet] = [
    "unix": .unix, "packet": .packet, "link": .packet, "netlink": .netlink,
  ]

  /// A family that has no IP addresses, by its name: all kinds of it.
  init?(otherFamily word: String) {
    switch word.lowercased() {
    case "unix": self = .unix
    case "link": self = .packet
    case "netlink": self = .netlink
    default: return nil
    }
  }
}

extension FamilySet {
  init?(word: String) {
    switch word.lowercased() {
    case "ipv4", "inet", "ip4", "v4": self = .ipv4
    case "ipv6", "inet6", "ip6", "v6": self = .ipv6
    default: return nil
    }
  }
}
