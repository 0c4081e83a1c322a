import Display
import SocketModel

/// The manual page, as mdoc(7) source.
public enum ManualPage {
  /// When the words below were last changed.
  private static let date = "November 27, 2026"

  public static var text: String {
    var page = Mdoc()
    page.macro("Dd \(date)")
    page.macro("Dt SOCKEYE 1")
    page.macro("Os")
    name(&page)
    verbs(&page)
    options(&page)
    filter(&page)
    fields(&page)
    verdicts(&page)
    findings(&page)
    output(&page)
    endings(&page)
    return page.source
  }

  private static func name(_ page: inout Mdoc) {
    page.section("NAME")
    page.macro("Nm sockeye")
    page.macro("Nd list sockets, their owners and what they are doing")
    page.section("SYNOPSIS")
    for verb in Verb.allCases {
      page.macro("Nm")
      synopsis(verb, &page)
    }
    page.section("DESCRIPTION")
    page.macro("Nm")
    page.text(
      "shows what this host is connected to, who owns each connection and what it does now.")
    page.text(
      """
      A word that is no option is a filter term: sockeye 8080 shows who is on port 8080. Options \
      may come before or after the terms, together (-tlpn), with = or a space before a value; -- \
      ends them. The first word is a verb where it is one of those below; a process that is called \
      like one is asked for as process=watch.
      """)
    page.paragraph(
      """
      Called as ss, netstat or lsof, through a link or a copy, it prints what that tool prints, and \
      becomes the next program of that name in PATH for what it does not print the same.
      """)
  }

  /// The macros of one line of the synopsis.
  private static func synopsis(_ verb: Verb, _ page: inout Mdoc) {
    if verb != .list { page.macro("Cm \(verb)") }
    switch verb {
    case .list, .watch, .stats:
      page.macro("Op Ar options")
      page.macro("Op Ar term ...")
    case .trace:
      page.macro("Op Ar options")
      page.macro("Op Ar term ...")
      page.macro("Op Fl - Ar command ...")
    case .close, .kill:
      page.macro("Op Ar options")
      page.macro("Ar term ...")
    case .serve:
      page.macro("Op Ar options")
      page.macro("Oo Ar address : Oc Ns Ar port")
    case .connect:
      page.macro("Op Ar options")
      page.macro("Oo Ar host : Oc Ns Ar port")
    case .probe:
      page.macro("Op Ar options")
      page.macro("Oo Ar host : Oc Ns Ar ports")
    case .wait:
      page.macro("Op Ar options")
      page.macro("Oo Ar host : Oc Ns Ar port ...")
      page.macro("Op Ar term ...")
      page.macro("Op Fl - Ar command ...")
    case .why:
      page.macro("Op Ar options")
      page.macro("Oo Ar address : Oc Ns Ar port")
      page.macro("Op Cm udp")
    case .metrics, .check, .demo: page.macro("Op Ar options")
    case .diff:
      page.macro("Op Ar options")
      page.macro("Ar file Op Ar file")
    case .record:
      page.macro("Op Ar options")
      page.macro("Ar file")
      page.macro("Op Ar filter ...")
    case .completions: page.macro("Ar bash | zsh | fish")
    case .help: page.macro("Op Ar verb")
    case .man: break
    }
  }

  private static func verbs(_ page: inout Mdoc) {
    page.section("VERBS")
    page.list(
      Verb.allCases.map { ("Cm \($0)", $0.summary + " " + $0.explanation) }, width: "completions")
  }

  private static func options(_ page: inout Mdoc) {
    page.section("OPTIONS")
    page.text("After a sentence come the verbs that take the option, where the list does not.")
    for group in OptionGroup.all {
      let options = group.options.filter { !$0.isHidden }
      page.subsection(group.title)
      page.list(options.map { (head($0), explanation($0)) }, width: "Ds")
    }
  }

  /// `Fl c , Fl Fl watch Ns Op = Ns Ar SECONDS`
  private static func head(_ option: Option) -> String {
    let letters = option.letters.map { "Fl \(Mdoc.literal(String($0))) , " }.joined()
    let long = "Fl Fl \(Mdoc.literal(option.name))"
    return switch option.value {
    case .none: letters + long
    case .optional(let word, _): letters + long + " Ns Op = Ns Ar \(word)"
    case .required(let word, _): letters + long + " Ar \(word)"
    }
  }

  private static func explanation(_ option: Option) -> String {
    var text = option.help
    if !option.choices.isEmpty {
      text += " One of " + ArgumentError.list(option.choices) + "."
    }
    if !option.more.isEmpty { text += " " + option.more }
    if !option.more.isEmpty, !option.more.hasSuffix(".") { text += "." }
    let verbs = option.verbs.map(\.rawValue)
    return option.verbs.contains(.list) ? text : text + " For \(ArgumentError.list(verbs))."
  }
}

extension ManualPage {
  static func filter(_ page: inout Mdoc) {
    page.section("FILTER TERMS")
    page.text("Terms are joined by and.")
    page.list(
      TermText.all.map { term in
        (term.forms.map(Mdoc.argument).map { "Li " + $0 }.joined(separator: " , "), term.meaning)
      }, width: "Ds")
    page.paragraph(
      """
      A term about owners is answered by yes, no or can't tell: exit code 4 says that nothing \
      matched and that a hidden owner could have. A service's name stands for its port, in a term \
      and in the table below 1024.
      """)
    page.subsection("States")
    page.list(
      TCPState.named.compactMap { state in
        state.name().map { ("Li \($0)", state.explanation) }
      }, width: "SYN_RECEIVED")
    page.paragraph(
      """
      The groups are those of ss: all, connected (neither listening, bound nor closed), \
      synchronized (connected without SYN_SENT), bucket (SYN_RECEIVED and TIME_WAIT) and big (all \
      others).
      """)
    page.subsection("Differences from ss")
    page.text("An expression of ss means the same here, with these exceptions:")
    page.macro("Bl -bullet")
    for difference in differences {
      page.macro("It")
      page.text(difference)
    }
    page.macro("El")
  }

  private static let differences = [
    "and binds tighter than or, as the manual of ss says; ss itself reads from left to right.",
    "Operators and brackets need no spaces around them, and ::1 needs no brackets.",
    "src and dst take != and lists.",
    "Every spelling of a state is taken, in any case: LISTEN, estab, FIN_WAIT2.",
    "state and exclude may be anywhere among the terms.",
    "Every state is listed where none is named, listening sockets too.",
    "BOUND, the bound-inactive of ss, is in all and big, not in connected and synchronized.",
    """
    -4 also lists what an IPv6 socket carries or takes of IPv4: v4-mapped rows and dual-stack \
    listeners. ss -4 lists neither.
    """,
    "inet: in src and dst, as in src inet:127/8, matches v4-mapped rows too; in ss it does not.",
    "-6 and inet6: are every IPv6 socket in both, v4-mapped rows too.",
    "autobound goes by the port alone: one in ip_local_port_range, also where it was asked for.",
  ]

  static func fields(_ page: inout Mdoc) {
    page.section("FIELDS AND COLUMNS")
    page.text(
      """
      A column, a field of JSON and CSV, a sort key and a field of a term have one name. A hyphen is \
      taken for _, and so are the short forms in brackets. What a socket does not have is absent: \
      null in JSON, last in the order.
      """)
    page.list(
      Field.all.map { field in
        let aliases = field.aliases.joined(separator: ", ")
        let also = aliases.isEmpty ? "" : " (\(aliases))"
        return ("Li \(Mdoc.literal(field.name))", field.help + also)
      }, width: "Ds")
    page.subsection("Columns of their own")
    page.list(
      [
        ("Li local", "Local address and port."),
        ("Li remote", "Remote address and port."),
        (
          "Li queue",
          """
          Bytes not read / not acknowledged; for a listener connections waiting / limit, with ! \
          where it is full.
          """
        ),
        (
          "Li owner",
          """
          The lowest owning pid and its name, with (+4) for four more owners, (queued) for a \
          connection that is not accepted yet, and ? with the user where the owner is hidden; \
          --columns process is the same, and name the process's name alone.
          """
        ),
      ], width: "process")
  }

  static func output(_ page: inout Mdoc) {
    page.section("OUTPUT")
    page.text(
      """
      An address is never cut. Where a terminal is too narrow, owners wrap within their column, and a \
      long address has a line of its own; where most rows are too long, each is stacked over two \
      lines. A pipe gets plain wide rows, padded to 256 columns at most. JSON is one document with schema, host, time, sockets, \
      hidden_owners (shown, but whose is not known) and undecided (left out, but may match; null \
      where nobody knows how many); NDJSON is a socket a line with schema, host and time first; CSV is RFC 4180 with a \
      header, host and time first unless --columns names each column, all owners as JSON in one \
      field. Times are RFC 3339 in UTC. What other processes wrote is \
      escaped.
      """)
    page.subsection("Owners")
    page.list(
      [
        ("Li known", "A process was seen holding the socket."),
        ("Li queued", "No program has accepted the connection yet; its listeners are named."),
        ("Li none", "Certainly nobody holds it."),
        ("Li hidden", "It has an owner that we may not see; try again as root."),
      ], width: "hidden")
  }

  private static func endings(_ page: inout Mdoc) {
    page.section("ENVIRONMENT")
    page.list(
      [
        ("Ev NO_COLOR", "Where it is set and not empty, no colour is used."),
        ("Ev TERM", "Where it is dumb, there is no colour and no full screen."),
      ], width: "NO_COLOR")
    page.section("EXIT STATUS")
    page.list(ExitCode.allCases.map { ("Li \($0.rawValue)", $0.meaning) }, width: "124")
    page.paragraph("A closed pipe ends it quietly with 0, and so does Ctrl-C in watch and serve.")
    page.section("EXAMPLES")
    for (number, example) in Example.all.enumerated() {
      if number > 0 { page.macro("Pp") }
      page.text(example.answer)
      page.macro("Dl \(Mdoc.argument(example.line))")
    }
    page.section("SEE ALSO")
    // No .Xr: mandoc -T lint complains where the other pages are not installed.
    page.text("netstat(8), ss(8), sock_diag(7), tcp(7), proc(5)")
  }
}
