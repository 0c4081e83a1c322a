import SocketFilter
import Testing

@Suite struct FilterErrorTests {
  /// What was typed, the reason, and the line with the caret.
  @Test(arguments: [
    (
      "( not )",
      "a term must follow 'not'",
      "    ^~~"
    ),
    (
      "(",
      "'(' is not closed",
      "  ^"
    ),
    (
      "()",
      "there is nothing between the parentheses",
      "  ^"
    ),
    (
      "(22",
      "'(' is not closed",
      "  ^"
    ),
    (
      ")",
      "')' closes nothing",
      "  ^"
    ),
    (
      "10.0",
      "'10.0' is a part of an address: type 10.0.0.0/16 for the block",
      "  ^~~~"
    ),
    (
      "10.0.0.0/255.0.255.0",
      "'/255.0.255.0' is no length of a prefix: expected 0 to 32",
      "  ^~~~~~~~~~~~~~~~~~~~"
    ),
    (
      "10.0.0.0/33",
      "'/33' is no length of a prefix: expected 0 to 32",
      "  ^~~~~~~~~~~"
    ),
    (
      "10.0.0.300",
      "'10.0.0.300' is no address: expected one like 10.0.0.5, 10.0.0.0/8, ::1 or [::1]:443",
      "  ^~~~~~~~~~"
    ),
    (
      "22 and",
      "a term must follow 'and'",
      "     ^~~"
    ),
    (
      "22 or or 23",
      "a term must follow 'or'",
      "     ^~"
    ),
    (
      "22)",
      "')' closes nothing",
      "    ^"
    ),
    (
      "70000",
      "'70000' is no port: they end at 65535 (a process: pid=70000)",
      "  ^~~~~"
    ),
    (
      "::1/129",
      "'/129' is no length of a prefix: expected 0 to 128",
      "  ^~~~~~~"
    ),
    (
      "::1:443",
      "'::1:443' has two readings: [::1]:443 is port 443 of ::1, [::1:443] is an address",
      "  ^~~~~~~"
    ),
    (
      ":htps",
      "'htps' is no service that this host knows; did you mean 'https'?",
      "  ^~~~~"
    ),
    (
      ":nothing-like-it",
      "'nothing-like-it' is no service that this host knows: give the port's number",
      "  ^~~~~~~~~~~~~~~~"
    ),
    (
      ">1024",
      "a field must stand before '>', as in 'lport > 1024'",
      "  ^"
    ),
    (
      "[::1",
      "'[::1' is no address: expected one like 10.0.0.5, 10.0.0.0/8, ::1 or [::1]:443",
      "  ^~~~"
    ),
    (
      "cgroup=/x",
      "there is no cgroup '/x'",
      "         ^~"
    ),
    (
      "dev eth1",
      "there is no interface 'eth1'; did you mean 'eth0'?",
      "      ^~~~"
    ),
    (
      "established time-wait",
      "no socket is both 'established' and 'time-wait': write 'established or "
        + "time-wait' for either",
      "              ^~~~~~~~~"
    ),
    (
      "ge 5",
      "a field must stand before 'ge', as in 'lport ge 1024'",
      "  ^~"
    ),
    (
      "local=443",
      "'443' is no address: for a port type lport=443, rport=443 or :443",
      "        ^~~"
    ),
    (
      "lport= and tcp",
      "a value must follow 'lport='",
      "       ^"
    ),
    (
      "lport=",
      "a value must follow 'lport='",
      "       ^"
    ),
    (
      "lport=22,,23",
      "a value must follow 'lport='",
      "           ^"
    ),
    (
      "lport=22;",
      "'22;' is no port: expected a number, a range like 8000-8100 or the name of a service",
      "        ^~~"
    ),
    (
      "lport=8100-8000",
      "the range 8100-8000 is empty: write 8000-8100",
      "        ^~~~~~~~~"
    ),
    (
      "lport>22,23",
      "'>' takes one number, no list and no range",
      "        ^~~~~"
    ),
    (
      "lport>both",
      "'both' has several ports: 700, 701",
      "        ^~~~"
    ),
    (
      "lprt=22",
      "there is no field 'lprt'; did you mean 'lport'?",
      "  ^~~~"
    ),
    (
      "not",
      "a term must follow 'not'",
      "  ^~~"
    ),
    (
      "or 22",
      "a term must stand before 'or'",
      "  ^~"
    ),
    (
      "owner_status=gone",
      "'gone' is no value of 'owner_status': expected known, queued, none, hidden",
      "               ^~~~"
    ),
    (
      "pid=nginx",
      "'nginx' is no number, and 'pid' is one: expected 5, 5-10, 5- or -5",
      "      ^~~~~"
    ),
    (
      "process=\"a",
      "the quote is not closed",
      "          ^~"
    ),
    (
      "process>5",
      "'process' is compared with = or !=, not with >",
      "  ^~~~~~~"
    ),
    (
      "protocol=sctp",
      "'sctp' is no value of 'protocol': expected tcp, udp",
      "           ^~~~"
    ),
    (
      "reaches=10.0.0.0/8",
      "'10.0.0.0/8' is a block: 'reaches' takes one address",
      "          ^~~~~~~~~~"
    ),
    (
      "remote=nowhere.example",
      "'nowhere.example' has no address",
      "         ^~~~~~~~~~~~~~~"
    ),
    (
      "rtt established",
      "'rtt' is a field and needs a comparison: type 'rtt>10ms' with the quotes, or "
        + "the shell takes > for itself (a program of that name: process=rtt)",
      "  ^~~"
    ),
    (
      "rtt",
      "'rtt' is a field and needs a comparison: type 'rtt>10ms' with the quotes, or "
        + "the shell takes > for itself (a program of that name: process=rtt)",
      "  ^~~"
    ),
    (
      "src unix:/run/x",
      "'unix:' sockets are not listed, inet: and inet6: are",
      "      ^~~~~~~~~~~"
    ),
    (
      "state lisening",
      "there is no state 'lisening'; did you mean 'listening'?",
      "        ^~~~~~~~"
    ),
    (
      "tcp udp",
      "no socket is both 'tcp' and 'udp': write 'tcp or udp' for either",
      "      ^~~"
    ),
    (
      "timer=x",
      "'x' is no value of 'timer': expected off, on, keepalive, timewait, persist, delayed_ack",
      "        ^"
    ),
    (
      "user=rot",
      "there is no user 'rot'; did you mean 'root'?",
      "       ^~~"
    ),
  ])
  func points(_ text: String, _ reason: String, _ caret: String) {
    let error = #expect(throws: FilterError.self) {
      _ = try Filter(parsing: [text], names: SampleNames())
    }
    #expect(error?.description == "\(reason)\n  \(text)\n\(caret)")
  }

  /// `kill $(sockeye --pids "$NAME")` with NAME unset had the pids of all owners.
  @Test(arguments: [
    ([""], "", "  ''", "  ^~"),
    (["  \t"], "  \u{fffd}", "  '  \u{fffd}'", "  ^~~~~"),
    (["22", "", "nginx"], "", "  22 '' nginx", "     ^~"),
    (["lport=", ""], "", "  lport= ''", "         ^~"),
  ])
  func anEmptyWordIsNoTerm(words: [String], named: String, line: String, caret: String) {
    let error = #expect(throws: FilterError.self) {
      _ = try Filter(parsing: words, names: SampleNames())
    }
    let reason = "'\(named)' is no term: an empty word matches nothing (is a variable unset?)"
    #expect(error?.description == "\(reason)\n\(line)\n\(caret)")
  }

  /// The example was of another number.
  @Test(arguments: [
    ("pid 24712", "pid=24712"), ("port 8080 listening", "port=8080"), ("rtt 10ms", "rtt>10ms"),
    ("process nginx", "process=nginx"), ("user Ann", "user=Ann"), ("rtt", "rtt>10ms"),
    ("pid listening", "pid=812"), ("address :80", "address=10.0.0.0/8"), ("uid (0)", "uid=33"),
  ])
  func theExampleOfALoneFieldHasItsValue(text: String, example: String) {
    let error = #expect(throws: FilterError.self) { try filter(text) }
    guard case .loneField(_, example: let found) = error?.reason else {
      Issue.record("\(text)")
      return
    }
    #expect(found == example)
  }
}
