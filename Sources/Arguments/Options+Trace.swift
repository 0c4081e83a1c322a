import SocketModel

extension OptionGroup {
  static let tracing = OptionGroup(
    title: "Events",
    options: [
      Option("opens", in: [.trace], "A line for the beginning of a connection as well.") { typed in
        typed.trace.tellsOpenings = true
      },
      Option(
        "count", takes: .number("N", 1...1_000_000_000), in: [.trace], "End after so many lines."
      ) { typed, value in typed.trace.count = value },
      Option(
        "for", takes: .seconds("SECONDS", 1...86_400_000), in: [.trace],
        "End after this time.",
        more: "Where --count was not reached by then, the exit code is 124."
      ) { typed, value in typed.trace.time = value },
      Option(
        "every", takes: .seconds("SECONDS", 100...86_400_000), in: [.trace],
        "Totals by process and port, this often, instead of a line for each connection.",
        more: "After the verb --summary SECONDS is the same."
      ) { typed, value in typed.trace.interval = value },
      Option(
        "as", takes: .text("USER"), in: [.trace], "Run COMMAND as this user."
      ) { typed, value in typed.trace.user = value },
      Option(
        "buffer", takes: .bytes("SIZE"), in: [.trace],
        "Keep this much of what happens while nobody reads (4M)."
      ) { typed, value in typed.trace.buffer = value },
    ])
}
