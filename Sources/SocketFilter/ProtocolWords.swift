import SocketModel

extension SocketKindSet {
  init?(word: String) {
    let word = word.lowercased()
    if word == "unix" {
      self = .unix
      return
    }
    guard let kind = SocketKind.allCases.first(where: { $0.name.elementsEqual(word.utf8) }) else {
      return nil
    }
    self.init(kind)
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
