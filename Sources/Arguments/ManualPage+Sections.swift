import Display
import SocketModel

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
      The groups are those of ss: all, connected (neither listening nor closed), synchronized \
      (connected without SYN_SENT), bucket (SYN_RECEIVED and TIME_WAIT) and big (all others).
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

  static let differences = [
    "and binds tighter than or, as the manual of ss says; ss itself reads from left to right.",
    "Operators and brackets need no blanks around them, and ::1 needs no brackets.",
    "src and dst take != and lists.",
    "Every spelling of a state is taken, in any case: LISTEN, estab, FIN_WAIT2.",
    "state and exclude may stand anywhere among the terms.",
    "Every state is listed where none is named, listening sockets too.",
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
          "Li process",
          """
          The lowest owning pid and its name, with (+4) for four more owners, (queued) for a \
          connection that is not accepted yet, and ? with the user where the owner is hidden.
          """
        ),
      ], width: "process")
  }

  static func output(_ page: inout Mdoc) {
    page.section("OUTPUT")
    page.text(
      """
      An address is never cut. On a terminal that is too narrow a socket takes two lines. A pipe \
      gets plain wide rows. JSON is one document with schema, host, time, sockets, \
      hidden_owners (shown, but whose is not known) and undecided (left out, but may match); NDJSON is a socket a line with host and time first; CSV is RFC 4180 with a \
      header, all owners as JSON in one field. Times are RFC 3339 in UTC. What other processes wrote is \
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

  static func endings(_ page: inout Mdoc) {
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
