import SocketModel

extension OptionGroup {
  /// Kinds of sockets; each option adds to the others.
  static let kinds: [Option] = [
    Option(
      "tcp", "t", in: .selecting, "TCP sockets (the default).",
      more: "With -u both. A protocol as a term (udp) says the same."
    ) { typed in typed.add(.tcp) },
    Option("udp", "u", in: .selecting, "UDP sockets; -tu lists both.") { typed in
      typed.add(.udp)
    },
    Option(
      "unix", "x", in: .selecting, "Unix sockets, with both ends; -tx lists TCP as well.",
      more: "As a term unix, u_str, u_dgr or u_seq; src and dst take a path, as in src /run/*."
    ) { typed in typed.add(.unix) },
    Option(
      "raw", "w", in: .selecting, "Raw IP sockets and ping's.",
      more: """
        As a term raw or ping. A raw socket has an IP protocol and no port: subprotocol=icmp; the port of \
        ping's is the identifier of its echo requests.
        """
    ) { typed in typed.add(.raw) },
    Option("udplite", "U", in: .selecting, "UDP-Lite sockets.") { typed in typed.add(.udpLite) },
    Option(
      "packet", "0", in: .selecting, "Packet sockets: who sniffs, and on which interface.",
      more: "As a term packet, p_raw or p_dgr; subprotocol says what they get: all, arp, ip."
    ) { typed in typed.add(.packet) },
    Option(
      "mptcp", "M", in: .selecting, "MPTCP sockets; -tM lists their subflows as well.",
      more: "A subflow is a TCP row with the inode and the owner of its MPTCP socket."
    ) { typed in typed.add(.mptcp) },
    Option(
      "netlink", in: .selecting, "Netlink sockets: subsystem and port.",
      more: "As a term netlink; subprotocol is the subsystem, netlink_port 0 the kernel's end."
    ) { typed in typed.add(.netlink) },
    Option(
      "query", "A", aliases: ["socket", "protocol"], takes: .kinds("LIST"), in: .selecting,
      "These kinds, as in ss: tcp,unix; all is every kind.",
      more: """
        inet is tcp, udp, udplite, mptcp, raw and ping; unix and packet are also unix_stream, unix_dgram, \
        unix_seqpacket, packet_raw and packet_dgram. ! before the list leaves these kinds out.
        """
    ) { typed, kinds in typed.add(kinds) },
    Option(
      "family", "f", takes: .family("FAMILY"), in: .selecting,
      "One family, as in ss: inet, inet6, unix, link or netlink."
    ) { typed, family in
      switch family {
      case .addresses(let families): typed.families.formUnion(families)
      case .kinds(let kinds): typed.add(kinds)
      }
    },
  ]
}

extension RawOptions {
  fileprivate mutating func add(_ kinds: SocketKindSet) {
    request.scope.protocols = (request.scope.protocols ?? []).union(kinds)
  }
}

/// What `-f` asks for: addresses of one family, or kinds of sockets that have none.
enum AskedFamily: Sendable {
  case addresses(FamilySet)
  case kinds(SocketKindSet)

  static let words: [(word: String, family: AskedFamily)] = [
    ("inet", .addresses(.ipv4)), ("inet6", .addresses(.ipv6)), ("unix", .kinds(.unix)),
    ("link", .kinds(.packet)), ("netlink", .kinds(.netlink)),
  ]
}

extension ValueParser<AskedFamily> {
  static func family(_ word: String) -> Self {
    let words = AskedFamily.words.map(\.word)
    return Self(value: .required(word, .choice(words))) { (given) throws(ArgumentError) in
      let text = try given.string()
      guard let family = AskedFamily.words.first(where: { $0.word == text })?.family else {
        throw given.refusal(either(words))
      }
      return family
    }
  }
}

extension ValueParser<SocketKindSet> {
  /// A list of ss's words for kinds (`-A` in ss(8)).
  static func kinds(_ word: String) -> Self {
    let words = SocketKindSet.queries.map(\.word)
    return Self(value: .required(word, .choice(words))) { (given) throws(ArgumentError) in
      let text = try given.string()
      let isExcluded = text.hasPrefix("!")
      var kinds: SocketKindSet = []
      for item in text.dropFirst(isExcluded ? 1 : 0).split(
        separator: ",", omittingEmptySubsequences: false)
      {
        if let option = SocketKindSet.unlisted[String(item)] {
          throw .refused(
            given.spelling, instead: "\(item) sockets are not listed here; type: ss \(option)")
        }
        guard let named = SocketKindSet(query: String(item)) else {
          throw given.refusal(
            "a list of " + either(words) + ", or ! before one")
        }
        kinds.formUnion(named)
      }
      return isExcluded ? SocketKindSet.every.subtracting(kinds) : kinds
    }
  }
}

extension SocketKindSet {
  /// The words of ss, and our own for what it has no word for.
  fileprivate static let queries: [(word: String, kinds: SocketKindSet)] = [
    ("all", .every), ("inet", .withAddresses), ("tcp", .tcp), ("udp", .udp), ("mptcp", .mptcp),
    ("udplite", .udpLite), ("raw", .raw), ("ping", SocketKindSet(SocketKind.ping)),
    ("unix", .unix), ("unix_stream", .unixStream), ("unix_dgram", .unixDatagram),
    ("unix_seqpacket", SocketKindSet(SocketKind.unixSeqpacket)), ("packet", .packet),
    ("packet_raw", SocketKindSet(SocketKind.packetRaw)),
    ("packet_dgram", SocketKindSet(SocketKind.packetDatagram)), ("netlink", .netlink),
  ]

  /// Those that ss alone lists, and how.
  fileprivate static let unlisted = [
    "dccp": "-d", "sctp": "-S", "tipc": "--tipc", "xdp": "--xdp", "vsock": "--vsock",
    "vsock_stream": "--vsock", "vsock_dgram": "--vsock",
  ]

  fileprivate init?(query word: String) {
    let kind = SocketKind.allCases.first { "\($0.name)" == word }
    guard
      let kinds = Self.queries.first(where: { $0.word == word })?.kinds ?? kind.map({ .init($0) })
    else { return nil }
    self = kinds
  }
}
