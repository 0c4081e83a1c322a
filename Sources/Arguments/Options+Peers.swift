import SocketModel

extension OptionGroup {
  static let serving = OptionGroup(
    title: "Test server",
    options: [
      Option(
        "max-connections", takes: .number("N", 1...1_000_000), in: [.serve],
        "So many clients at once (1024).",
        more: "The one too many is closed at once and counted."
      ) { typed, value in typed.serve.maxConnections = value },
      Option(
        "idle-timeout", takes: .seconds("SECONDS", 10...86_400_000), in: [.serve],
        "Close a client that is silent for so long."
      ) { typed, value in typed.serve.idleTimeout = value },
      Option(
        "grace", takes: .seconds("SECONDS", 0...3_600_000), in: [.serve],
        "How long what is in flight may take at the end (5)."
      ) { typed, value in typed.serve.grace = value },
      Option("ipv4", "4", in: [.serve], "Listen on 127.0.0.1 (the default).") { typed in
        typed.serve.families = (typed.serve.families ?? []).union(.ipv4)
      },
      Option(
        "ipv6", "6", in: [.serve], "Listen on ::1; with an address, on IPv6 alone.",
        more: "-46 listens on both loopback addresses; [::]:PORT without -6 takes IPv4 as well."
      ) { typed in typed.serve.families = (typed.serve.families ?? []).union(.ipv6) },
      Option("log", in: [.serve], "A line for each client that comes and goes.") { typed in
        typed.serve.logsClients = true
      },
      Option(
        "mode", takes: .choice("MODE", ServeMode.self),
        in: [.serve], "Whether to echo, discard or chargen."
      ) { typed, value in typed.serve.mode = value },
      Option(
        "rate", takes: .bytes("BYTES"), in: [.serve],
        "At most so many bytes a second and client (1M)."
      ) { typed, value in typed.serve.rate = value },
    ])

  static let connecting = OptionGroup(
    title: "Test client",
    options: [
      Option(
        "message", takes: .text("TEXT"), in: [.connect],
        "Send this instead of standard input."
      ) { typed, value in typed.connect.message = value },
      Option(
        "timeout", takes: .seconds("SECONDS", 10...3_600_000), in: [.connect],
        "How long it may take, the name's lookup included (10)."
      ) { typed, value in typed.connect.timeout = value },
      Option(
        "connections", takes: .number("N", 1...1_000_000), in: [.connect],
        "Make so many connections (1)."
      ) { typed, value in typed.connect.connections = value },
      Option(
        "hold", takes: .optionalSeconds("SECONDS", 10...86_400_000), in: [.connect],
        "Keep them open, for SECONDS or until Ctrl-C."
      ) { typed, value in typed.connect.hold = Hold(value) },
    ])

  static let probing = OptionGroup(
    title: "Port probe",
    options: [
      Option(
        "timeout", takes: .seconds("SECONDS", 10...3_600_000), in: [.probe],
        "How long a name, and then a port, may take to answer (1)."
      ) { typed, value in typed.probe.timeout = value },
      Option(
        "rate", takes: .number("N", 1...1_000_000), in: [.probe],
        "At most so many new connections a second."
      ) { typed, value in typed.probe.rate = value },
    ])

  static let waiting = OptionGroup(
    title: "Waiting",
    options: [
      Option(
        "free", in: [.wait], "Until a server could have the port (with SO_REUSEADDR).",
        more: "Who holds it when the time is over is named."
      ) { typed in typed.wait.untilFree = true },
      Option("connect", in: [.wait], "By connecting, also to this host.") { typed in
        typed.wait.connects = true
      },
      Option(
        "timeout", takes: .seconds("SECONDS", 0...86_400_000), in: [.wait],
        "Give up after so long, with exit code 124 (60); 0 is never."
      ) { typed, value in typed.wait.timeout = value },
    ])

  static let demonstrating = OptionGroup(
    title: "Demonstration",
    options: [
      Option(
        "connections", takes: .number("N", 1...1_000_000), in: [.demo],
        "Make so many connections (3)."
      ) { typed, value in typed.demo.connections = value },
      Option("states", in: [.demo], "A socket in every state that holds still.") { typed in
        typed.demo.showsStates = true
      },
      Option(
        "hold", takes: .optionalSeconds("SECONDS", 10...86_400_000), in: [.demo],
        "Keep them open, for SECONDS or until Ctrl-C."
      ) { typed, value in typed.demo.hold = Hold(value) },
      Option(
        "watch", "c", takes: .optionalSeconds("SECONDS", 100...86_400_000), in: [.demo],
        "Show them live, again every SECONDS (1)."
      ) { typed, value in
        var pace = Pace()
        if let value { pace.interval = value }
        typed.demo.watch = pace
      },
    ])
}

extension Hold {
  fileprivate init(_ duration: Duration?) {
    self = duration.map { .duration($0) } ?? .untilInterrupted
  }
}
