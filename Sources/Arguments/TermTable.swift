import SocketModel

/// One kind of filter term, for the help and the manual page.
struct TermText {
  /// Ways to write it.
  let forms: [String]
  let meaning: String

  init(_ forms: String..., means meaning: String) {
    self.forms = forms
    self.meaning = meaning
  }
}

extension TermText {
  static let all = [
    TermText(
      "8080", ":https", ":8000-8100",
      means: "That port at either end; without tcp or udp, both are asked."),
    TermText(
      "10.0.0.5", "10.0.0.0/8", "[::1]:443",
      means: "That address at either end; IPv4 also as v4-mapped IPv6."),
    TermText(
      "nginx", "post*",
      means: "A process: its name, or its first argument's base name."),
    TermText(
      "listening", "time-wait",
      means: "A state in any usual spelling, or a group of states as in ss."),
    TermText("tcp", "udp", means: "That protocol."),
    TermText(
      "exposed", means: "Listening on an address that is not loopback; firewalls are not looked at."
    ),
    TermText(
      "loopback", means: "On a loopback address at its own end; not loopback is the rest."),
    TermText(
      "reaches=10.0.0.5:8080",
      means: "A listener that would serve that address, wildcards included."),
    TermText(
      "pid=812", "lport=22,1024-",
      means: "A field, with = != < <= > >=, lists and open ranges."),
    TermText(
      "rtt>10ms", "recv_q>64k",
      means: "Units: us ms s m h d for times, k m g for bytes (1024), kbit mbit for rates."),
    TermText(
      "and", "or", "not", "&&", "||", "!", "( )",
      means: "Combinations; and binds tighter than or."),
    TermText(
      "state time-wait", "dport = :443",
      means: "What ss takes, word for word: sport, dport, src, dst, dev, autobound."),
  ]

  /// Words that a completion offers where a term may be.
  static let words: [String] =
    TCPState.named.compactMap { $0.name() }.map { name in
      String("\(name)".lowercased().map { $0 == "_" ? "-" : $0 })
    } + [
      "unconnected", "all", "connected", "synchronized", "bucket", "big", "tcp", "udp", "exposed",
      "loopback",
      "and", "or", "not", "state", "exclude", "sport", "dport", "src", "dst", "dev", "autobound",
      "reaches=", "process=", "pid=", "user=", "local=", "remote=", "lport=", "rport=",
    ]
}

/// A command line and what it answers, for the help and the manual page.
struct Example {
  let line: String
  let answer: String

  /// The help shows the first five.
  static let all = [
    Example(line: "sockeye 8080", answer: "Who is on port 8080, at either end?"),
    Example(line: "sockeye nginx", answer: "All sockets of nginx."),
    Example(line: "sockeye -tulpn", answer: "Who listens, as in netstat and ss."),
    Example(
      line: "sockeye established not 127.0.0.0/8", answer: "Connections with other hosts."),
    Example(line: "sockeye kill 8080", answer: "End what serves port 8080."),
    Example(
      line: "sockeye exposed not user=root",
      answer: "What other users than root open to the network."),
    Example(
      line: "sockeye -tan state established '( dport = :443 or sport = :443 )'",
      answer: "An expression of ss."),
    Example(
      line: "sockeye --columns +rtt,+retransmits --sort -rtt established",
      answer: "Connections with their round-trip times, the slowest first."),
    Example(
      line: "sockeye -q listening :8080 || start-it", answer: "Start it where nothing listens."),
    Example(
      line: "sockeye --expect '<100' time-wait", answer: "Fail where 100 or more are in TIME_WAIT."),
    Example(line: "sockeye --json | jq '.sockets[].state'", answer: "The states, for a script."),
    Example(
      line: "sockeye close rport=5432 process=java --yes",
      answer: "Close java's connections to its database."),
    Example(line: "sockeye watch --sort -rx_bytes", answer: "Live, the most received first."),
    Example(
      line: "sockeye stats --by process --top 10", answer: "The processes with the most sockets."),
    Example(
      line: "sockeye probe example.com 22,80,443", answer: "Are these open, closed or filtered?"),
    Example(
      line: "sockeye wait 5432 process=postgres -- ./migrate",
      answer: "Run ./migrate when postgres listens."),
    Example(line: "sockeye why 8080", answer: "Why can't a server have port 8080?"),
    Example(line: "sockeye serve 8080 --log", answer: "An echo server to test with."),
  ]
}
