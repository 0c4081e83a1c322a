import SocketModel

extension [Verb] {
  static let asking: [Verb] = [.list, .watch, .stats]
  static let showing: [Verb] = [.list, .watch, .stats, .demo]
  static let tabling: [Verb] = [.list, .watch, .demo]
  // The live view has as many columns as the screen has room for, and no time for name servers.
  static let tablingOnce: [Verb] = [.list, .demo]
  static let showingOnce: [Verb] = [.list, .stats, .demo]
}

extension OptionGroup {
  static let selection = OptionGroup(
    title: "Which sockets",
    options: [
      Option(
        "tcp", "t", in: .asking, "TCP sockets (the default).",
        more: "With -u both. A protocol as a term (udp) says the same."
      ) { typed in typed.add(.tcp) },
      Option("udp", "u", in: .asking, "UDP sockets; -tu lists both.") { typed in
        typed.add(.udp)
      },
      Option(
        "unix", "x", in: .asking, "Unix sockets, with both ends; -tx lists TCP as well.",
        more: """
          As a term unix, u_str, u_dgr or u_seq; src and dst take a path, as in src /run/*. The live \
          view and the totals do not have them yet.
          """
      ) { typed in typed.add(.unix) },
      Option(
        "ipv4", "4", aliases: ["inet"], in: .asking,
        "IPv4, also where an IPv6 socket carries or takes it.",
        more: "These are v4-mapped rows, and dual-stack listeners."
      ) { typed in typed.families.insert(.ipv4) },
      Option("ipv6", "6", aliases: ["inet6"], in: .asking, "IPv6.") { typed in
        typed.families.insert(.ipv6)
      },
      Option(
        "listening", "l", aliases: ["listen"], in: .asking,
        "Listening sockets, and UDP that is not connected.",
        more: "That none listens is no failure; as a term, listening, it is."
      ) { typed in typed.listening = true },
      Option(
        "all", "a", in: .asking, "Sockets in every state (the default).",
        more: "Of -a and -l the last counts."
      ) { typed in
        typed.listening = false
      },
      Option(
        "netns", "N", aliases: ["net"], takes: .text("NAME"),
        in: [.list, .watch, .stats, .wait, .probe, .connect, .serve],
        "In this network namespace: a name, a container, a pid or a path; repeatable.",
        more: "A name is one of ip netns; several, as --everywhere, are for list, watch and stats."
      ) { typed, name in typed.namespaces.append(name) },
      Option(
        "everywhere", in: .asking, "In every network namespace of this host.",
        more: "Those that a process is in or that have a name; it takes root."
      ) { typed in typed.isEverywhere = true },
    ])
}

extension RawOptions {
  fileprivate mutating func add(_ transport: SocketKindSet) {
    request.scope.protocols = (request.scope.protocols ?? []).union(transport)
  }
}
