import SocketModel

extension [Verb] {
  static let asking: [Verb] = [.list, .watch, .stats]
  static let ending: [Verb] = [.close, .kill]
  static let selecting: [Verb] = asking + ending
  static let showing: [Verb] = [.list, .watch, .stats, .demo]
  static let displaying: [Verb] = showing + ending
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
        "tcp", "t", in: .selecting, "TCP sockets (the default).",
        more: "With -u both. A protocol as a term (udp) says the same."
      ) { typed in typed.add(.tcp) },
      Option("udp", "u", in: .selecting, "UDP sockets; -tu lists both.") { typed in
        typed.add(.udp)
      },
      Option(
        "unix", "x", in: .selecting, "Unix sockets, with both ends; -tx lists TCP as well.",
        more: """
          As a term unix, u_str, u_dgr or u_seq; src and dst take a path, as in src /run/*. The live \
          view and the totals do not have them yet.
          """
      ) { typed in typed.add(.unix) },
      Option(
        "ipv4", "4", aliases: ["inet"], in: .selecting,
        "IPv4, also where an IPv6 socket carries or takes it.",
        more: "These are v4-mapped rows, and dual-stack listeners."
      ) { typed in typed.families.insert(.ipv4) },
      Option("ipv6", "6", aliases: ["inet6"], in: .selecting, "IPv6.") { typed in
        typed.families.insert(.ipv6)
      },
      Option(
        "listening", "l", aliases: ["listen"], in: .asking,
        "Listening sockets, and UDP that is not connected.",
        more: "That none listens is no failure; as a term, listening, it is."
      ) { typed in typed.listening = true },
      Option(
        "all", "a", in: .asking, "Sockets in every state (the default).",
        more: "Of -a and -l the last counts; called as netstat, -a does."
      ) { typed in
        typed.listening = false
        typed.all = true
      },
      Option(
        "netns", "N", aliases: ["net"], takes: .text("NAME"),
        in: .selecting + [.wait, .probe, .connect, .serve],
        "In this network namespace: a name, a container, a pid or a path; repeatable.",
        more:
          "A name is one of ip netns; several, as --everywhere, are for list, watch, stats, close and kill."
      ) { typed, name in typed.namespaces.append(name) },
      Option(
        "everywhere", in: .selecting, "In every network namespace of this host.",
        more: "Those that a process is in or that have a name; it takes root."
      ) { typed in typed.isEverywhere = true },
    ])
}

extension RawOptions {
  fileprivate mutating func add(_ transport: SocketKindSet) {
    request.scope.protocols = (request.scope.protocols ?? []).union(transport)
  }
}
