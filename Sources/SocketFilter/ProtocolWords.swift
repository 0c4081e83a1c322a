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
  static let groups = otherFamilies.merging(["packet": .packet]) { $1 }

  /// Families that have no IP addresses, each with all kinds of it.
  private static let otherFamilies: [String: SocketKindSet] = [
    "unix": .unix, "link": .packet, "netlink": .netlink,
  ]

  /// Such a family by its name.
  init?(otherFamily word: String) {
    guard let kinds = Self.otherFamilies[word.lowercased()] else { return nil }
    self = kinds
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
