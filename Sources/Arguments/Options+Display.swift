import Display
import SocketModel

extension OptionGroup {
  static let columns = OptionGroup(
    title: "What is shown of them",
    options: [
      Option(
        "processes", "p", "b", aliases: ["process", "program", "programs"], in: .showing,
        "Owning processes (the default).",
        more: "Takes back an earlier --no-process."
      ) { typed in
        if typed.request.reading.owners == .none { typed.request.reading.owners = .auto }
      },
      Option(
        "no-process", aliases: ["no-processes"], in: .showing, "No owners: none is looked up.",
        more: "A filter that asks for owners can then only say: can't tell."
      ) { typed in typed.request.reading.owners = .none },
      Option(
        "numeric", "n", aliases: ["numeric-ports", "numeric-hosts", "numeric-users"],
        in: .displaying,
        "Ports and users as numbers."
      ) { typed in typed.presentation.numbers = .numeric },
      Option(
        "services", in: .showing, "Service names for all ports, not only below 1024.",
        more: "Without it a terminal has those below 1024, and a pipe has numbers."
      ) { typed in typed.presentation.numbers = .all },
      Option(
        "resolve", "r", in: .showingOnce, "Host names, as far as they answer in time.",
        more: """
          The names of the rows shown are asked for side by side; what does not answer stays an \
          address. This sends packets to the name server.
          """
      ) { typed in typed.presentation.resolvesHosts = true },
      Option(
        "timeout", takes: .seconds("SECONDS", 10...3_600_000), in: .showingOnce,
        "How long all host names may take (2)."
      ) { typed, value in typed.presentation.resolveTimeout = value },
      Option(
        "timers", "o", aliases: ["timer", "options"], in: .tablingOnce,
        "Timers: which runs, until when, retransmissions."
      ) { typed in typed.presentation.sections.insert(.timer) },
      Option(
        "extended", "e", aliases: ["extend"], in: .tablingOnce,
        "User, inode, cookie, cgroup, interface, v6only, TOS."
      ) { typed in typed.presentation.sections.formUnion(.extended) },
      Option("info", "i", in: .tablingOnce, "TCP internals: rtt, cwnd, retransmits, byte counts.") {
        typed in typed.presentation.sections.formUnion(.internals)
      },
      Option(
        "memory", "m", in: .tablingOnce, "Socket memory, and drops.",
        more: "A listener's drops are the connections that it rejected."
      ) { typed in typed.presentation.sections.insert(.memory) },
      Option(
        "columns", takes: .fields("LIST"), in: .tablingOnce,
        "These columns; +rtt,-owner changes the default.",
        more: "Names are those of the fields, with - for _ and short forms taken too."
      ) { typed, value in typed.presentation.columns = value },
      Option(
        "sort", takes: .fields("KEYS"), in: .tabling + [.stats],
        "Order by these fields; -rx_bytes is descending.",
        more: """
          More keys than one are joined by commas; what is absent comes last. In stats these are the \
          columns of --by, sockets among them.
          """
      ) { typed, value in typed.presentation.sort = value },
      Option(
        "long", in: .tablingOnce, "Each socket over some lines, with all its owners.",
        more: """
          -i and -o are told in words then, amounts in their units, and what is zero is left out.
          """
      ) { typed in typed.presentation.isLong = true },
      Option("no-header", "H", in: .showing + [.trace], "No line of column titles.") { typed in
        typed.presentation.hasHeader = false
      },
      Option(
        "wide", "W", aliases: ["notrim"], in: .showing, "Accepted: no address is ever cut."
      ) { _ in },
      Option("oneline", "O", in: .showing, "Accepted: a socket is one line in a pipe.") { _ in },
      Option(
        "color", aliases: ["colour"],
        takes: .choice("WHEN", ColorChoice.self),
        in: .displaying + [.diff, .probe, .check, .why],
        "Colour: auto (on a terminal), always or never.",
        more: "NO_COLOR and TERM=dumb turn it off as well. Colour alone never says anything."
      ) { typed, value in
        typed.presentation.color = value
        typed.probe.color = typed.presentation.color
        typed.check.color = typed.presentation.color
        typed.why.color = typed.presentation.color
      },
    ])

  static let forms = OptionGroup(
    title: "Form of the output",
    options: [
      Option(
        "format", takes: .form("NAME"), in: .tabling + [.stats],
        "Form: table, json, ndjson, csv, or that of ss, netstat, lsof.",
        more: """
          With a tool's name the rest of the line is that tool's: sockeye --format ss -tlnp is what a link \
          to sockeye called ss makes of -tlnp.
          """
      ) { typed, value in typed.formats.append(value) },
      Option(
        "json", in: .ending + [.list, .stats, .diff, .check, .demo, .probe, .why],
        "One JSON document."
      ) { typed in
        typed.formats.append(.json)
        typed.probe.printsJSON = true
        typed.check.printsJSON = true
        typed.why.printsJSON = true
      },
      Option(
        "ndjson", in: .tabling + [.trace],
        "A JSON object a line; in watch and trace, one an event.",
        more: """
          The first lines tell the type of every field, unless --sort says what comes first.
          """
      ) { typed in typed.formats.append(.ndjson) },
      Option(
        "csv", in: [.list, .trace, .stats, .demo], "CSV with a header (RFC 4180).",
        more: """
          host and time come first. --columns chooses the fields, where it names each without host and \
          time, and -H leaves the header out.
          """
      ) { typed in typed.formats.append(.csv) },
      Option(
        "host-record", in: [.list], "NDJSON after a line that tells of the host.",
        more: """
          Its addresses and network namespaces, the kernel, who asked, and how much could be seen.
          """
      ) { typed in
        typed.presentation.hasHostRecord = true
        typed.formats.append(.ndjson)
      },
      Option(
        "redact", in: .asking, "Stand-ins for addresses, names, commands and paths.",
        more: """
          The same original has the same stand-in in one run, and another one in the next. Ports, states, \
          pids, inodes, times and uid 0 stay, and so do 127.0.0.1 and ::1; others of loopback become others of \
          127.0.0.0/8. Private IPv4 addresses become \
          those of 192.0.2.0/24, then of 198.18.0.0/16; public ones those of 198.51.100.0/24 and \
          203.0.113.0/24, then of 198.19.0.0/16; when these are used up both go on in 240.0.0.0/4. IPv6 \
          addresses are in 2001:db8::/32, private ones in its upper half. The machine and its start are not \
          told. What you type comes back in messages as it is.
          """
      ) { typed in typed.presentation.isRedacted = true },
    ])
}
