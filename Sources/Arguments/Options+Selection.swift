internal import SocketModel

extension [Verb] {
  static let asking: [Verb] = [.list, .watch, .stats]
  static let ending: [Verb] = [.close, .kill]
  static let selecting: [Verb] = asking + ending + [.record]
  static let showing: [Verb] = [.list, .watch, .stats, .demo]
  static let reading: [Verb] = showing + [.metrics, .record]
  static let asOf: [Verb] = asking + [.diff]
  static let displaying: [Verb] = showing + ending
  static let tabling: [Verb] = [.list, .watch, .demo]
  // The live view has as many columns as the screen has room for, and no time for name servers.
  static let tablingOnce: [Verb] = [.list, .demo]
  static let showingOnce: [Verb] = [.list, .stats, .demo]
}

extension OptionGroup {
  static let selection = OptionGroup(
    title: "Which sockets",
    options: kinds + [
      Option(
        "ipv4", "4", aliases: ["inet"], in: .selecting + [.trace],
        "IPv4, also where an IPv6 socket carries or takes it.",
        more: "These are v4-mapped rows, and dual-stack listeners."
      ) { typed in typed.families.insert(.ipv4) },
      Option("ipv6", "6", aliases: ["inet6"], in: .selecting + [.trace], "IPv6.") { typed in
        typed.families.insert(.ipv6)
      },
      Option(
        "listening", "l", aliases: ["listen"], in: .asOf,
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
        in: .selecting + [.trace, .metrics, .check, .wait, .why, .probe, .connect, .serve],
        "In this network namespace: a name, a container, a pid or a path; repeatable.",
        more:
          "A name is one of ip netns; several, as --everywhere, are for list, watch, trace, stats, close and kill."
      ) { typed, name in typed.namespaces.append(name) },
      Option(
        "for", takes: .seconds("SECONDS", 100...3_600_000), in: [.list, .stats, .metrics, .check],
        "Judge connections by what changes in this time.",
        more:
          "A second where verdicts are asked for, five in check; metrics counts verdicts only with it."
      ) { typed, value in
        typed.sampling = value
        typed.check.time = value
      },
      Option(
        "everywhere", in: .selecting + [.metrics, .trace],
        "In every network namespace of this host.",
        more: "Those that a process is in or that have a name; it takes root."
      ) { typed in typed.isEverywhere = true },
    ])
}
