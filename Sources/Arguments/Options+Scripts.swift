import SocketModel

extension OptionGroup {
  static let scripts = OptionGroup(
    title: "For scripts",
    options: [
      Option(
        "quiet", "q", in: [.list, .probe, .wait, .why], "No output: the exit code alone.",
        more: "Errors are still said."
      ) { typed in
        typed.script.isQuiet = true
        typed.request.reading.isQuiet = true
        typed.probe.isQuiet = true
        typed.wait.isQuiet = true
        typed.why.isQuiet = true
      },
      Option(
        "pids", in: [.list], "The owners' pids alone, one a line.",
        more: "kill $(sockeye --pids listening :8080)"
      ) { typed in typed.script.printsPIDs = true },
      Option(
        "expect", takes: .expectation("COUNT"), in: [.list],
        "Exit 0 if so many match: none, any, N, <N or >N."
      ) { typed, value in typed.script.expectation = value },
    ])

  static let sources = OptionGroup(
    title: "Where the facts come from",
    options: [
      Option(
        "source", takes: .choice("WHICH", SourceChoice.self),
        in: .reading, "Sockets from diag (netlink) or proc; auto falls back."
      ) { typed, value in typed.request.reading.source = value },
      Option(
        "owners", takes: .choice("HOW", OwnerChoice.self),
        in: .reading, "Owners by bpf or proc; auto chooses, none is none."
      ) { typed, value in typed.request.reading.owners = value },
      Option(
        "proc-root", takes: .directory("DIR"), in: .asking + [.metrics],
        "Another /proc, for sockets and owners."
      ) { typed, value in typed.request.reading.procRoot = value },
      Option(
        "capture", aliases: ["record"], takes: .file("FILE"), in: [.list],
        "Write the kernel's own answers to a file.",
        more: "Its old name is --record; the verb record writes down tables."
      ) { typed, value in typed.request.reading.record = value },
      Option(
        "replay", takes: .file("FILE"), in: [.list, .stats],
        "Read such a file instead of the kernel.",
        more: "It has no owners and no names."
      ) { typed, value in typed.request.reading.replay = value },
      Option(
        "verbose", "v", in: .displaying + [.metrics, .trace],
        "Say which source answered, and what fell back."
      ) { typed in typed.request.reading.isVerbose = true },
    ])

  static let live = OptionGroup(
    title: "Live view",
    options: [
      Option(
        "watch", "c", aliases: ["continuous"],
        takes: .optionalSeconds("SECONDS", 100...86_400_000), in: [.list, .watch],
        "The same as the verb watch, every SECONDS."
      ) { typed, value in
        if let value { typed.pace.interval = value }
      },
      Option(
        "interval", takes: .seconds("SECONDS", 100...86_400_000), in: [.watch],
        "Refresh this often (1)."
      ) { typed, value in typed.pace.interval = value },
      Option(
        "count", takes: .number("N", 1...1_000_000_000), in: [.watch],
        "End after so many refreshes."
      ) { typed, value in typed.pace.count = value },
      Option(
        "events", in: [.watch], "A line for each change instead of a screen.",
        more:
          "These are changes of all rows from one refresh to the next. What came and went between two "
          + "is told as well, with its owner where the kernel's events may be read. sockeye trace "
          + "tells of TCP connections alone, at once, and with why they ended."
      ) { typed in typed.pace.printsEvents = true },
    ])

  static let totals = OptionGroup(
    title: "Totals",
    options: [
      Option(
        "stats", "s", aliases: ["summary"], in: [.list, .stats], "The same as the verb stats."
      ) { _ in },
      Option(
        "by", takes: .choices("FIELDS", Grouping.self), in: [.stats],
        "Group by these fields, the largest group first.",
        more: "More than one are joined by commas: process,state."
      ) { typed, value in typed.groupings = value },
      Option(
        "sum", takes: .choices("SUMS", GroupSum.self), in: [.stats],
        "Sum up these alone over each group of --by.",
        more:
          "Queues without listeners', which hold connections; payload bytes as far as they are known."
      ) { typed, value in typed.sums = value },
      Option(
        "top", takes: .number("N", 1...1_000_000_000), in: [.stats],
        "Only the N largest groups of --by."
      ) { typed, value in typed.top = value },
    ])

  static let checking = OptionGroup(
    title: "Checks",
    options: [
      Option(
        "without", takes: .choices("NAMES", FindingKind.self), in: [.check],
        "Do not look for these findings."
      ) { typed, value in typed.check.without.formUnion(value) },
      Option(
        "limit", takes: .limits("NAME=N"), in: [.check],
        "Take it for a finding from this number on.",
        more: "As in close-wait=100; the usual ones are under FINDINGS."
      ) { typed, value in typed.check.limits.merge(value) { $1 } },
    ])

  static let general = OptionGroup(
    title: "General",
    options: [
      Option("help", "h", in: Verb.allCases, "Show this help; -h alone fits on one screen.") {
        typed in
        typed.wantsHelp = true
      },
      Option("version", "V", in: Verb.allCases, "Show the version.") { typed in
        typed.wantsVersion = true
      },
      Option(
        "words", takes: .choice("WHAT", LiveWords.self),
        in: [.completions], "Print live words for the completion scripts.", isHidden: true
      ) { typed, value in typed.words = value },
    ])
}
