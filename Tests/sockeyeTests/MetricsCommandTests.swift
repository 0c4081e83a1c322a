import SocketModel
import TestSupport
import Testing

/// `metrics` of a namespace of the test's own, where one socket listens on port 7 with two in its queue.
@Suite(.enabled(if: Namespace.isAvailable, "\(Namespace.requirement)")) struct MetricsCommandTests {
  private func shell(_ script: String) throws -> Program.Outcome {
    try Namespace.shell(
      """
      d=$(mktemp -d); cd "$d"; trap 'kill $P; rm -r "$d"' EXIT
      python3 -c '
      import signal, socket
      s = socket.socket(); s.bind(("127.0.0.1", 1007)); s.listen(5)
      c = [socket.create_connection(("127.0.0.1", 1007)) for _ in range(2)]
      open("ready", "w"); signal.alarm(60); signal.pause()' & P=$!
      until [ -e ready ]; do sleep 0.01; done
      ask() { printf "$1" | timeout 20 $SOCKEYE metrics --http | tr -d '\\r'; }

      """ + script)
  }

  @Test func countsWhatIsThere() throws {
    let outcome = try shell(
      """
      $SOCKEYE metrics --remote-port 1007 > m
      grep -E 'LISTENING|_queue|remote_port' m | grep -v '^#' | grep -v ' 0$'
      grep -c 'sockeye_build_info{version=' m
      $SOCKEYE metrics --source proc 2>/dev/null | grep '^sockeye_listener_queue' | sed 's/{.*"} / /'
      """)
    #expect(outcome.status == 0 && outcome.errors == "")
    let lines = outcome.lines.map(String.init)
    #expect(lines.contains(#"sockeye_sockets{protocol="tcp",family="ipv4",state="LISTENING"} 1"#))
    #expect(
      lines.contains(
        #"sockeye_remote_port_sockets{protocol="tcp",port="1007",state="ESTABLISHED"} 2"#))
    #expect(lines.contains { $0.hasPrefix(#"sockeye_process_sockets{process="python3""#) })
    #expect(
      lines.contains {
        $0.hasPrefix(#"sockeye_listener_queue{protocol="tcp",address="127.0.0.1",port="1007""#)
          && $0.hasSuffix(" 2")
      }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("sockeye_listener_queue_limit{") && $0.hasSuffix(" 5") })
    // /proc does not tell the limit: 0 would be a queue that is always full.
    #expect(lines.suffix(2) == ["1", "sockeye_listener_queue 2"])
  }

  /// A second look at all connections is taken only where it is asked for.
  @Test func verdictsAreCountedWhereTheyAreAskedFor() throws {
    let outcome = try shell(
      """
      $SOCKEYE metrics --for 0.1 | grep '^sockeye_verdicts{' > v
      wc -l < v; awk '{ sum += $2 } END { print sum }' v; $SOCKEYE metrics | grep -c verdict
      """)
    #expect(outcome.lines == ["\(Verdict.allCases.count)", "4", "0"])
  }

  @Test func theFileIsReplacedWhenItIsComplete() throws {
    let outcome = try shell(
      """
      umask 077; echo old > a.prom; ln a.prom old
      $SOCKEYE metrics --textfile a.prom; echo $?
      stat -c %a a.prom; grep -c '^sockeye_build_info' a.prom; cat old; ls
      ln -s a.prom b.prom; $SOCKEYE metrics --textfile b.prom 2>&1; echo $?
      """)
    #expect(
      outcome.lines == [
        "0", "644", "1", "old", "a.prom", "old", "ready",
        "sockeye: can't write b.prom: it is a symbolic link", "3",
      ])
  }

  @Test func answersOneRequest() throws {
    let outcome = try shell(
      #"""
      ask 'GET /metrics?a=b HTTP/1.1\r\nHost: x\r\n\r\n' > answer; head -3 answer
      grep -n '^$' answer | head -1; grep -c '^sockeye_build_info' answer
      printf 'GET /metrics HTTP/1.1\r\n\r\n' | $SOCKEYE metrics --http > raw
      python3 -c '
      head, body = open("raw", "rb").read().split(b"\r\n\r\n", 1)
      print(int(head.split(b"Content-Length: ")[1].split(b"\r")[0]) == len(body))'
      ask 'HEAD /metrics HTTP/1.0\n\n' | head -1
      ask 'HEAD /metrics HTTP/1.0\n\n' | grep -c sockeye
      """#)
    let lines = outcome.lines.map(String.init)
    #expect(
      lines.prefix(2) == [
        "HTTP/1.1 200 OK", "Content-Type: text/plain; version=0.0.4; charset=utf-8",
      ])
    #expect(lines.dropFirst(3) == ["5:", "1", "True", "HTTP/1.1 200 OK", "0"], "\(lines)")
  }

  @Test(arguments: [
    (#"GET / HTTP/1.1\r\n\r\n"#, "404 Not Found"),
    (#"POST /metrics HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"#, "405 Method Not Allowed"),
    (#"hello\r\n\r\n"#, "400 Bad Request"), (#"GET /metrics HTTP/2\r\n\r\n"#, "400 Bad Request"),
    (#"GET /metrics HTTP/1.1\r\n"#, "400 Bad Request"),
    (#"\000\377\r\n\r\n"#, "400 Bad Request"),
  ])
  func refusesWhatIsNoSuchRequest(request: String, status: String) throws {
    let outcome = try shell("ask '\(request)' | head -1")
    #expect(outcome.lines == ["HTTP/1.1 \(status)"] && outcome.errors == "")
  }

  @Test func aRequestWithoutEndIsRefused() throws {
    let outcome = try shell(
      """
      yes a | tr -d '\\n' | timeout 20 $SOCKEYE metrics --http | head -1 | tr -d '\\r'
      $SOCKEYE metrics --http < /dev/null; echo $?
      """)
    #expect(outcome.lines == ["HTTP/1.1 431 Request Header Fields Too Large", "0"])
  }

  private static let ports = "at most 20 ports such as 443,8000-8010"

  @Test(arguments: [
    (["--remote-port", "0"], "--remote-port takes \(ports), not '0'"),
    (["--remote-port", "1-200"], "--remote-port takes \(ports), not '1-200'"),
    (["--http", "--textfile", "x"], "--textfile and --http cannot be combined"),
    (["8080"], "unexpected word '8080' after metrics"),
  ])
  func whatItDoesNotTake(words: [String], reason: String) throws {
    let outcome = try Program.run([Program.sockeye, "metrics"] + words)
    #expect(outcome.status == 2 && outcome.errors == "sockeye: \(reason)\n")
  }
}
