import Testing

@testable import Arguments

@Suite("What would be another query here")
struct MisspellingHintTests {
  @Test(
    "is refused with the right words",
    arguments: [
      ("-s rtt", "-s rtt: -s shows totals; for the order type: sockeye --sort rtt"),
      (
        "-s TCP:LISTEN",
        "-s TCP:LISTEN: -s shows totals; for the state type: sockeye tcp listen"
      ),
      ("-sTCP:LISTEN", "-sTCP:LISTEN: -s shows totals; for the state type: sockeye tcp listen"),
      ("-c 5", "-c 5: for every 5 s type: --watch=5; for the port: :5"),
      ("-c5", "-c5: for every 5 s type: --watch=5; for the port: :5"),
      ("-c=5", "-c=5: for every 5 s type: --watch=5; for the port: :5"),
      ("-tanc 0.5", "-tanc 0.5: for every 0.5 s type: --watch=0.5; for the port: :0.5"),
      ("--watch 5", "--watch 5: for 5 s type: --watch=5; for the port: :5"),
      ("watch -n 2", "-n 2: for every 2 s type: --interval 2; for the port: :2"),
      ("watch -n2", "-n2: for every 2 s type: --interval 2; for the port: :2"),
      ("-p 812", "-p 812: for the process type: sockeye pid=812; for the port: :812"),
      (
        "-i :8080",
        "-i :8080: -i shows TCP internals; type: sockeye :8080; with TCP internals: sockeye "
          + "--info :8080"
      ),
      (
        "-i:8080",
        "-i:8080: -i shows TCP internals; type: sockeye :8080; with TCP internals: sockeye "
          + "--info :8080"
      ),
      (
        "-iTCP:22",
        "-iTCP:22: -i shows TCP internals; type: sockeye tcp :22; with TCP internals: sockeye "
          + "--info tcp :22"
      ),
      (
        "-i @10.0.0.5:80",
        "-i @10.0.0.5:80: -i shows TCP internals; type: sockeye 10.0.0.5:80; with TCP internals: "
          + "sockeye --info 10.0.0.5:80"
      ),
      (
        "-ti:8080",
        "-ti:8080: -t is TCP and -i TCP internals; for pids type: sockeye --pids :8080; with TCP "
          + "internals: sockeye --info :8080"
      ),
      (
        "-ti :8080",
        "-ti :8080: -t is TCP and -i TCP internals; for pids type: sockeye --pids :8080; with TCP "
          + "internals: sockeye --info :8080"
      ),
      ("--port 8080", "--port 8080: that is a term here; type: sockeye :8080"),
      ("stats --port=8080", "--port 8080: that is a term here; type: sockeye stats :8080"),
      ("--state listen", "--state listen: that is a term here; type: sockeye listen"),
      ("--pid 123", "--pid 123: that is a term here; type: sockeye pid=123"),
      ("--user root", "--user root: that is a term here; type: sockeye user=root"),
      ("--dport 443", "--dport 443: that is a term here; type: sockeye rport=443"),
      ("--output json", "--output json: type: --json"),
      ("-o json", "-o json: -o shows timers; for the form type: --json"),
      ("-tuno csv", "-tuno csv: -o shows timers; for the form type: --csv"),
      ("probe db -p 5432", "-p 5432: the port follows the host; type: sockeye probe db:5432"),
      ("probe -p5432", "-p5432: the port follows the host; type: sockeye probe HOST:5432"),
      (
        "connect ::1 --port 80",
        "--port 80: the port follows the host; type: sockeye connect [::1]:80"
      ),
      ("serve --port 80", "--port 80: the port follows the host; type: sockeye serve 80"),
      (
        "stats -c 2",
        "-c 2: totals are printed once; for every 2 s type: watch -n 2 sockeye stats"
      ),
      (
        "kill -9 8080", "-9: type: --signal KILL"
      ),
      (
        "-nP -iTCP:8080 -sTCP:LISTEN",
        "-nP -iTCP:8080 -sTCP:LISTEN: these are lsof's options; type: sockeye -n tcp :8080 listen"
      ),
      ("-tP -i :8080", "-tP -i :8080: these are lsof's options; type: sockeye --pids :8080"),
      ("connect 80 --hold 5", "--hold 5: for 5 s type: --hold=5; for the port: :5"),
    ] as [(String, String)])
  func refused(line: String, expected: String) {
    #expect(refusal(line) == expected)
  }

  @Test(
    "and what is meant as typed is taken",
    arguments: [
      "-n 8080", "-tlnp 8080", "-ti", "-i nginx", "-i 10.0.0.5", "-s nginx", "-c nginx", "-ti 8080",
      "-t -i dport = :443", "watch -n :2", "watch -tn", "-p nginx", "--watch=5", "-c", "-i 8080",
      "kill 8080", "kill -6 8080", "process=kill 8080", "-o 8080", "-o jsond",
    ])
  func taken(line: String) {
    #expect(refusal(line) == nil)
  }
}
