import Testing

@testable import Arguments

@Suite("What would be another question here")
struct SlipTests {
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
    ])
  func taken(line: String) {
    #expect(refusal(line) == nil)
  }
}
