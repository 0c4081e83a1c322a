import Testing

@testable import Arguments

@Suite("Errors of the command line")
struct ArgumentErrorTests {
  @Test(
    "each says what is wrong and what to type",
    arguments: [
      ("--lisening", "unknown option --lisening; did you mean --listening?"),
      ("--listen=x", "--listen takes no value"),
      ("--jsn", "unknown option --jsn; did you mean --json?"),
      ("--xyzzy", "unknown option --xyzzy; sockeye --help lists all"),
      ("-j", "unknown option -j; sockeye --help lists all"),
      ("-tjn", "unknown option -j in -tjn; sockeye --help lists all"),
      ("-json", "unknown option -json; did you mean --json?"),
      ("-5", "unknown option -5; sockeye --help lists all"),
      ("-n=2", "unknown option -= in -n=2; sockeye --help lists all"),
      ("--json=yes", "--json takes no value"),
      ("--columns", "--columns needs a value: --columns LIST"),
      ("--columns=", "--columns needs a value: --columns LIST"),
      ("--columns --json", "--columns needs a value: --columns LIST"),
      ("--record --", "--record needs a value: --capture FILE"),
      ("--color=red", "--color takes auto, always or never, not 'red'"),
      (
        "stats --by size",
        "--by takes process, pid, user, service, state, unit, container, cgroup, netns, verdict, local_port or remote_address, not 'size'"
      ),
      // Without --by there are no groups to cut: it did nothing.
      (
        "stats --top 3", "--top 3: it cuts groups; say which: sockeye stats --by FIELD --top 3"
      ),
      ("stats --top 0", "--top takes a number from 1 to 1000000000, not '0'"),
      ("stats --top -3", "--top takes a number from 1 to 1000000000, not '-3'"),
      (
        "stats --top 99999999999999999999",
        "--top takes a number from 1 to 1000000000, not '99999999999999999999'"
      ),
      ("watch --interval 0.01", "--interval takes 0.1 to 86400 seconds, not '0.01'"),
      ("watch --interval soon", "--interval takes 0.1 to 86400 seconds, not 'soon'"),
      ("--watch=2d", "--watch takes 0.1 to 86400 seconds, not '2d'"),
      ("--expect some", "--expect takes none, any, N, <N or >N, not 'some'"),
      ("serve 1 --rate 0", "--rate takes a number of bytes such as 65536, 64K or 1M, not '0'"),
      ("--interval 2", "--interval belongs to sockeye watch, not to sockeye"),
      ("serve 1 --free", "--free belongs to sockeye wait, not to sockeye serve"),
      (
        "watch --json",
        "--json belongs to sockeye, sockeye stats, sockeye diff, sockeye check, sockeye close, "
          + "sockeye kill, sockeye probe, sockeye why and sockeye demo, not to sockeye watch"
      ),
      ("-cs", "-s belongs to sockeye and sockeye stats, not to sockeye watch"),
      ("--json --csv", "--json and --csv cannot be combined"),
      ("--pids --csv", "--pids and --csv cannot be combined"),
      ("--pids --no-process", "--pids and --no-process cannot be combined"),
      ("--proc-root / --source diag", "--proc-root and --source diag cannot be combined"),
      ("--proc-root / --owners bpf", "--proc-root and --owners bpf cannot be combined"),
      ("--record a --replay b", "--replay and --capture cannot be combined"),
      ("--record a --source proc", "--capture and --source proc cannot be combined"),
      ("--redact --record a", "--redact and --capture cannot be combined"),
      (
        "serve",
        "serve needs [ADDRESS:]PORT, e.g. sockeye serve 8080; for a process called serve: "
          + "sockeye process=serve"
      ),
      (
        "wait -- true",
        "wait needs [HOST:]PORT, e.g. sockeye wait 8080; for a process called wait: "
          + "sockeye process=wait"
      ),
      (
        "completions",
        "completions needs bash, zsh or fish, e.g. sockeye completions bash; for a process called "
          + "completions: sockeye process=completions"
      ),
      ("completions tcsh", "completions 'tcsh': there are bash, zsh or fish"),
      ("serve 80 81", "unexpected word '81' after serve"),
      ("demo x", "unexpected word 'x' after demo"),
      ("help me", "unexpected word 'me' after help"),
      ("man ls", "unexpected word 'ls' after man"),
    ] as [(String, String)])
  func message(line: String, expected: String) {
    #expect(refusal(line) == expected)
  }
}
