/// What sockeye can be told to do: the first word, where it is one of these.
public enum Verb: String, CaseIterable, Sendable {
  case list, watch, trace, stats, diff, record, metrics, check, close, kill, serve, connect, probe,
    wait, why, demo, completions, man, help
}

extension Verb {
  /// How it is called, after the program's name.
  public var synopsis: String {
    switch self {
    case .list: "[OPTIONS] [FILTER…]"
    case .watch: "watch [OPTIONS] [FILTER…]"
    case .trace: "trace [OPTIONS] [FILTER…] [-- COMMAND…]"
    case .stats: "stats [OPTIONS] [FILTER…]"
    case .diff: "diff [OPTIONS] FILE [FILE]"
    case .record: "record [OPTIONS] FILE [FILTER…]"
    case .metrics: "metrics [OPTIONS]"
    case .check: "check [OPTIONS]"
    case .close: "close [OPTIONS] FILTER…"
    case .kill: "kill [OPTIONS] FILTER…"
    case .serve: "serve [OPTIONS] [ADDRESS:]PORT"
    case .connect: "connect [OPTIONS] [HOST:]PORT"
    case .probe: "probe [OPTIONS] [HOST:]PORTS"
    case .wait: "wait [OPTIONS] [HOST:]PORT… [FILTER…] [-- COMMAND…]"
    case .why: "why [OPTIONS] [ADDRESS:]PORT [udp]"
    case .demo: "demo [OPTIONS]"
    case .completions: "completions bash|zsh|fish"
    case .man: "man"
    case .help: "help [VERB]"
    }
  }

  /// What it does, in a few words.
  public var summary: String {
    switch self {
    case .list: "List sockets and who owns them (the default)."
    case .watch: "Show them live, again every second."
    case .trace: "Tell of every connection that ends, and who was at both ends."
    case .stats: "Show totals instead of rows."
    case .diff: "Say what changed since a list was written, or between two."
    case .record: "Write down what changes, with a full table every so often."
    case .metrics: "Print counts for Prometheus."
    case .check: "Say what is wrong on this host, worst first."
    case .close: "Close connections: list them, ask, and say what came of each."
    case .kill: "End the processes that hold sockets, after the same question."
    case .serve: "Run a test server that echoes what it gets."
    case .connect: "Run a test client: standard input to the server, answers back."
    case .probe: "Tell whether ports are open, closed or filtered, and why."
    case .wait: "Wait until a port listens, or no longer does."
    case .why: "Tell why a port can't be had, and who reaches what has it."
    case .demo: "Make connections and list exactly these."
    case .completions: "Print a completion script for a shell."
    case .man: "Print the manual page."
    case .help: "Print help, for a verb where one is named."
    }
  }

  /// What the manual and the verb's help say of it.
  public var explanation: String {
    switch self {
    case .list:
      """
      Every socket in every state, listening ones first, then by address, so that two runs can be \
      compared. Without an option or a term that says otherwise these are the TCP sockets of \
      this network namespace; a port, an address or exposed as a term asks for UDP as well.
      """
    case .watch:
      """
      A full screen that is redrawn in place: rates, new rows (+), changed states (~) and closed \
      rows (-). Press ? for the keys and q to leave. Without a terminal it prints plain frames.
      """
    case .trace:
      """
      A line for each TCP connection at its end, however short it was: both ends, their processes as \
      far as they are on this host, how long it lasted, payload bytes, and who closed it or why it \
      failed. It takes CAP_BPF and CAP_PERFMON; without them ends are told by the kernel's notices, and \
      owners as far as a look four times a second sees them. With -- COMMAND it is about what this \
      command and all that it starts connect to, until the command ends, whose exit code it has; the \
      lines are on standard error then. A connect(2) that finds no route is not told; -v says what else \
      is not. In a filter, duration, reason, closed_by, event and error are fields.
      """
    case .stats:
      """
      Sockets by protocol, family and state, states without sockets as zero; with --by in groups, \
      the largest first. Each socket counts once. The numbers are those of this network \
      namespace, or of those that -N and --everywhere name.
      """
    case .diff:
      """
      Compares two files of --json, --ndjson or record, or one with now, asked with its own question. \
      Listeners are told apart by address, connections are counted by process and other end; who holds \
      a listener may change, so a restart is one line. Exit code 0 is that nothing changed, 1 that \
      something did, 2 that the two can't be compared (another question, or other rights), 4 that one \
      of them lacks sockets, which may be all that differs.
      """
    case .record:
      """
      Appends NDJSON to FILE (mode 0600, locked): a full table at first and every hour, between them \
      what opened, changed and closed. TIME_WAIT is left out, and connections too short for any table \
      are summed up by minute and other end. SIGHUP opens FILE again, as logrotate wants; at half of \
      --keep FILE becomes FILE.1. A full disk is waited for, and what is missing is said in the file.
      """
    case .metrics:
      """
      Counts of all TCP and UDP sockets in Prometheus's text format: by state, by process and unit, \
      queues and drops of listeners. Without --textfile or --http they are printed. No label is a pid, \
      a remote address or a port that the kernel chose, and there are 2,000 series at most.
      """
    case .check:
      """
      Looks at all TCP and UDP sockets twice, --for SECONDS apart, and at what the kernel counts. Each \
      finding is a sentence with its evidence and a command that shows more. Exit code 0 is that nothing \
      was found, 1 that something was, 4 that nothing was found and not all could be seen.
      """
    case .close:
      """
      Has the kernel destroy the sockets that match (CAP_NET_ADMIN): the owner's next call fails with \
      ECONNABORTED, the other end gets a reset. A port without an end is that of this end, so that \
      close 8080 closes what the server has accepted; its clients are rport=8080. What listens stays, \
      unless --listeners is given; even then its port stays bound until its owner closes it, and a \
      server may spin. Never closed are the ssh connection that one sits in, what a process holds \
      that the command descends from, and what listens for process 1. Sockets that are only bound, \
      MPTCP, and all but TCP and UDP the kernel can't close. Exit code 0 says that all is gone that was meant.
      """
    case .kill:
      """
      Sends a signal to the processes that hold the sockets that match: each is held on to by a pidfd, \
      and must still hold one of them. A port without an end is that of this end: kill 8080 ends the \
      server, and not its clients, which are rport=8080. Never sent a signal are process 1, the \
      command itself and what it descends from, the holder of the ssh connection that one sits in, \
      threads of the kernel, and processes of another pid namespace. Exit code 0 says that all have ended.
      """
    case .serve:
      """
      Listens on the loopback address unless an ADDRESS is given, says where on its first line, \
      and echoes to many clients at once until Ctrl-C or SIGTERM. Port 0 takes a free one.
      """
    case .connect:
      """
      Sends --message or standard input and prints what comes back; says the two endpoints, the \
      bytes and the time on standard error. A bare port means this host, over IPv4 or IPv6. \
      Connections that the other end closes before what was sent comes back are counted: exit 3.
      """
    case .probe:
      """
      Connects to each port, at most 100 at once, and closes at once. PORTS is a list of numbers, \
      ranges and service names (22,80,8000-8100,https); HOST 22 80 is taken too. Without HOST \
      it is this host. All addresses of a name are probed; where they differ, each has a line. Many \
      closed or filtered ports are one line.
      """
    case .wait:
      """
      A port of this host is awaited in the kernel's table, without connecting; one of another \
      HOST, or with --connect, by connecting. A HOST that has no address yet is looked up again. \
      udp awaits a UDP port; more ports, and terms such as process=java, may follow. With -- \
      COMMAND it becomes that command then.
      """
    case .why:
      """
      Says whether the port can be had, what stands in the way and how one \
      knows, and what to type; then who reaches what listens there. It looks at the kernel's table \
      first, and binds at most one socket at a time where that does not decide: of TCP with \
      SO_REUSEADDR, without ever listening; of UDP without any option, and only where a row has the \
      port. Without ADDRESS it is about all addresses; port 0 is any port that the kernel hands out. \
      The exit code is 0 where the port is free (also where only for a server that sets \
      SO_REUSEADDR), 1 where it can't be had, 4 where it can't be told. Firewalls, NAT, security \
      modules and SocketBindDeny= of a unit are not looked at.
      """
    case .demo:
      """
      Starts the test server and clients in this process, sends a message over each connection, \
      and lists exactly their sockets, told apart by their source ports.
      """
    case .completions:
      """
      Put the output where the shell looks for completions, or load it at once: \
      source <(sockeye completions bash).
      """
    case .man: "Prints the mdoc source: sockeye man | man -l - shows it."
    case .help: "sockeye help VERB is sockeye VERB --help."
    }
  }

  /// What it can't do without: the operand's form and an example.
  var object: (form: String, example: String)? {
    switch self {
    case .close: ("a FILTER", "close 8080")
    case .kill: ("a FILTER", "kill 8080")
    case .diff: ("a FILE", "diff yesterday.json")
    case .record: ("a FILE", "record --every 60s sockets.ndjson")
    case .serve: ("[ADDRESS:]PORT", "serve 8080")
    case .connect: ("[HOST:]PORT", "connect localhost:8080")
    case .probe: ("[HOST:]PORTS", "probe localhost:22,80,443")
    case .wait: ("[HOST:]PORT", "wait 8080")
    case .why: ("[ADDRESS:]PORT", "why 8080")
    case .completions: ("bash, zsh or fish", "completions bash")
    case .list, .watch, .trace, .stats, .metrics, .check, .demo, .man, .help: nil
    }
  }
}
