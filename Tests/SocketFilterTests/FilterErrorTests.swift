import SocketFilter
import Testing

@Suite struct FilterErrorTests {
  /// What was typed, the reason, and the line with the caret.
  @Test(arguments: [
    (
      "( not )",
      "missing term after 'not'",
      "    ^~~"
    ),
    (
      "(",
      "unclosed '('",
      "  ^"
    ),
    (
      "()",
      "empty parentheses",
      "  ^"
    ),
    (
      "(22",
      "unclosed '('",
      "  ^"
    ),
    (
      ")",
      "unexpected ')'",
      "  ^"
    ),
    (
      "10.0",
      "incomplete address '10.0': for the block type 10.0.0.0/16",
      "  ^~~~"
    ),
    (
      "10.0.0.0/255.0.255.0",
      "invalid prefix length '/255.0.255.0': expected 0 to 32",
      "  ^~~~~~~~~~~~~~~~~~~~"
    ),
    (
      "10.0.0.0/33",
      "invalid prefix length '/33': expected 0 to 32",
      "  ^~~~~~~~~~~"
    ),
    (
      "10.0.0.300",
      "invalid address '10.0.0.300': expected one like 10.0.0.5, 10.0.0.0/8, ::1 or [::1]:443",
      "  ^~~~~~~~~~"
    ),
    (
      "22 and",
      "missing term after 'and'",
      "     ^~~"
    ),
    (
      "22 or or 23",
      "missing term after 'or'",
      "     ^~"
    ),
    (
      "22)",
      "unexpected ')'",
      "    ^"
    ),
    (
      "70000",
      "invalid port '70000': ports are 0 to 65535 (a process: pid=70000)",
      "  ^~~~~"
    ),
    (
      "::1/129",
      "invalid prefix length '/129': expected 0 to 128",
      "  ^~~~~~~"
    ),
    (
      "::1:443",
      "ambiguous address '::1:443': [::1]:443 is port 443 of ::1, [::1:443] is an address",
      "  ^~~~~~~"
    ),
    (
      ":htps",
      "unknown service 'htps'; did you mean 'https'?",
      "  ^~~~~"
    ),
    (
      ":nothing-like-it",
      "unknown service 'nothing-like-it': type the port's number",
      "  ^~~~~~~~~~~~~~~~"
    ),
    (
      ">1024",
      "missing field before '>', as in 'lport > 1024'",
      "  ^"
    ),
    (
      "[::1",
      "invalid address '[::1': expected one like 10.0.0.5, 10.0.0.0/8, ::1 or [::1]:443",
      "  ^~~~"
    ),
    (
      "cgroup=/x",
      "unknown cgroup '/x'",
      "         ^~"
    ),
    (
      "dev eth1",
      "unknown interface 'eth1'; did you mean 'eth0'?",
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
      "missing field before 'ge', as in 'lport ge 1024'",
      "  ^~"
    ),
    (
      "local=443",
      "invalid address '443': for a port type lport=443, rport=443 or :443",
      "        ^~~"
    ),
    (
      "lport= and tcp",
      "missing value after 'lport='",
      "       ^"
    ),
    (
      "lport=",
      "missing value after 'lport='",
      "       ^"
    ),
    (
      "lport=22,,23",
      "missing value after 'lport='",
      "           ^"
    ),
    (
      "lport=22;",
      "invalid port '22;': expected a number, a range like 8000-8100 or a service name",
      "        ^~~"
    ),
    (
      "lport=8100-8000",
      "empty range '8100-8000': write 8000-8100",
      "        ^~~~~~~~~"
    ),
    (
      "lport>22,23",
      "'>' takes one number, no list and no range",
      "        ^~~~~"
    ),
    (
      "lport>both",
      "ambiguous service 'both': ports 700, 701",
      "        ^~~~"
    ),
    (
      "lprt=22",
      "unknown field 'lprt'; did you mean 'lport'?",
      "  ^~~~"
    ),
    (
      "not",
      "missing term after 'not'",
      "  ^~~"
    ),
    (
      "or 22",
      "missing term before 'or'",
      "  ^~"
    ),
    (
      "owner_status=gone",
      "invalid value 'gone' of 'owner_status': expected known, partial, queued, unheld, kernel, none, hidden",
      "               ^~~~"
    ),
    (
      "pid=nginx",
      "invalid number 'nginx': 'pid' takes a number like 5, 5-10, 5- or -5",
      "      ^~~~~"
    ),
    (
      "process=\"a",
      "unclosed quote",
      "          ^~"
    ),
    (
      "process>5",
      "'process' is compared with = or !=, not with >",
      "  ^~~~~~~"
    ),
    (
      "protocol=sctp",
      "invalid value 'sctp' of 'protocol': expected tcp, udp, u_str, u_dgr, u_seq, mptcp, udplite, raw, "
        + "ping, p_raw, p_dgr, nl",
      "           ^~~~"
    ),
    (
      "reaches=10.0.0.0/8",
      "'reaches' takes one address, and '10.0.0.0/8' is a block",
      "          ^~~~~~~~~~"
    ),
    (
      "remote=nowhere.example",
      "cannot resolve 'nowhere.example'",
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
      "src netlink:/run/x",
      "unsupported address prefix 'netlink:'; type: family=netlink subprotocol=rtnl netlink_port=0",
      "      ^~~~~~~~~~~~~~"
    ),
    (
      "state lisening",
      "unknown state 'lisening'; did you mean 'listening'?",
      "        ^~~~~~~~"
    ),
    (
      "tcp udp",
      "no socket is both 'tcp' and 'udp': write 'tcp or udp' for either",
      "      ^~~"
    ),
    (
      "timer=x",
      "invalid value 'x' of 'timer': expected off, on, keepalive, timewait, persist, delayed_ack",
      "        ^"
    ),
    (
      "user=rot",
      "unknown user 'rot'; did you mean 'root'?",
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
    let reason = "empty term '\(named)': it matches nothing (is a variable unset?)"
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
