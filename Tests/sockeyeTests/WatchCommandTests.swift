import Glibc
import LinuxSystem
import SocketModel
import TestSupport
import Testing

/// The live view on a real pseudo-terminal, and what it writes elsewhere.
@Suite struct WatchCommandTests {
  @Test func marksWhatOpensAndCloses() throws {
    let pair = try LoopbackPair()
    let terminal = try watch("tcp", "port=\(pair.port)")
    #expect(terminal.wait { $0.text.contains("127.0.0.1:\(pair.port)") })
    #expect(!terminal.isCooked)
    terminal.clear()
    let client = try pair.connect()
    #expect(terminal.wait { $0.shows("+", client.port) })
    terminal.clear()
    client.close()
    #expect(terminal.wait { $0.shows("-", client.port) })
    terminal.clear()
    // The server's row goes; the client's stays in TIME_WAIT.
    #expect(terminal.wait { $0.text.contains("sockets: 1 listening, 1 time-wait") })
    terminal.type("q")
    #expect(terminal.exitStatus() == 0)
  }

  /// On every refresh the frame is whole here: each mark is in three.
  @Test func keepsAMarkForThreeRefreshes() throws {
    let pair = try LoopbackPair()
    let terminal = try watch(
      "tcp", "port=\(pair.port)", "not", "time-wait", environment: ["TERM": "dumb"])
    #expect(terminal.wait { $0.frames.count > 1 })
    let client = try pair.connect()
    let port = client.port
    #expect(terminal.wait { $0.marks(pair.port, port).contains(" ") })
    client.close()
    #expect(terminal.wait { $0.marks(pair.port, port).last == "-" })
    #expect(terminal.wait { $0.marks(pair.port, port).last.flatMap { $0 } == nil })
    let marks = String(terminal.marks(pair.port, port).compactMap { $0 })
    #expect(marks.hasPrefix("+++ ") && marks.hasSuffix(" ---"), "\(marks) \(terminal.text)")
    #expect(marks.count { $0 != " " } == 6)
    terminal.send(signal: SIGINT)
    #expect(terminal.exitStatus() == 0)
  }

  @Test func goesOnWhenAServerIsKilled() throws {
    let server = try Pseudoterminal([Program.sockeye, "serve", "127.0.0.1:0"])
    #expect(server.wait { $0.text.contains("\r\n") })
    let port = try #require(server.text.firstMatch(of: /127\.0\.0\.1:(\d+)/)?.1)
    let terminal = try watch("listening", "port=\(port)")
    #expect(terminal.wait { $0.text.contains("\(server.pid)/sockeye") })
    server.send(signal: SIGKILL)
    #expect(server.exitStatus() == 128 + SIGKILL)
    #expect(terminal.wait { $0.text.contains("nothing matches") })
    terminal.type("q")
    #expect(terminal.exitStatus() == 0)
  }

  /// `r` did nothing while the view was paused, and Ctrl-L left on the screen what others had
  /// written there.
  @Test func looksAndDrawsOnRequest() throws {
    let pair = try LoopbackPair()
    let terminal = try watch("tcp", "port=\(pair.port)")
    #expect(terminal.wait { $0.text.contains("127.0.0.1:\(pair.port)") })
    terminal.type(" ")
    #expect(terminal.wait { $0.text.contains("PAUSED") })
    let client = try pair.connect()
    terminal.type("r")
    #expect(terminal.wait { $0.shows("+", client.port) })
    terminal.clear()
    terminal.type("\u{c}")
    #expect(terminal.wait { $0.text.contains("\u{1b}[2J") && $0.shows("+", client.port) })
    #expect(terminal.text.contains("PAUSED"))
    terminal.type("q")
    #expect(terminal.exitStatus() == 0)
    client.close()
  }

  @Test func filtersAsItIsTyped() throws {
    let pair = try LoopbackPair()
    let terminal = try watch()
    #expect(terminal.wait { $0.text.contains("quit") })
    terminal.type("/lport=\(pair.port)\r")
    #expect(terminal.wait { $0.text.contains("1 socket: 1 listening") })
    terminal.clear()
    terminal.type("\r")
    #expect(terminal.wait { $0.text.contains("0 connections wait to be accepted") })
    // Esc alone is a key after a moment; the q that follows is one of its own.
    terminal.clear()
    terminal.type("\u{1b}")
    #expect(terminal.wait { $0.text.contains("PID/Process") })
    terminal.type("q")
    #expect(terminal.exitStatus() == 0)
  }

  /// The loop is never idle while the kernel tells of one closed connection after the other.
  @Test func takesAnEscapeAmongManyNotices() throws {
    let pair = try LoopbackPair()
    let terminal = try watch("lport=\(pair.port)")
    #expect(terminal.wait { $0.text.contains("1 socket: 1 listening") })
    terminal.type("\r")
    #expect(terminal.wait { $0.text.contains("0 connections wait to be accepted") })
    terminal.clear()
    terminal.type("\u{1b}")
    #expect(
      try eventually {
        for _ in 0..<50 { try pair.connect().close() }
        terminal.read(milliseconds: 0)
        return terminal.text.contains("PID/Process")
      })
    terminal.type("q")
    #expect(terminal.exitStatus() == 0)
  }

  @Test func tellsTheExactBytesOfAClosedConnection() throws {
    let pair = try LoopbackPair()
    let terminal = try watch("--ndjson", "tcp", "port=\(pair.port)", columns: 2000)
    try waitForEvents(terminal, pair)
    #expect(!terminal.text.contains("\u{1b}"))
    let received = "\"tx_bytes\":0,\"rx_bytes\":123456,\"bytes_exact\":true"
    // The kernel drops notices where other tests close very many connections at once.
    #expect(
      try eventually {
        let client = try pair.connect()
        try client.send(123_456)
        client.close()
        return terminal.wait(within: 10) {
          $0.text.contains("\"tx_bytes\":123456,\"rx_bytes\":0,\"bytes_exact\":true")
            && $0.text.contains(received)
        }
      })
    terminal.send(signal: SIGTERM)
    #expect(terminal.exitStatus() == 128 + SIGTERM)
  }

  @Test func tellsOfAConnectionBetweenTwoRefreshes() throws {
    let pair = try LoopbackPair()
    let terminal = try Pseudoterminal(
      [Program.sockeye, "watch", "--events", "-n", "--interval", "1", "tcp", "port=\(pair.port)"],
      columns: 2000, rows: 30)
    try waitForEvents(terminal, pair)
    #expect(
      try eventually {
        let client = try pair.connect()
        try client.send(4321)
        client.close()
        return terminal.wait(within: 10) {
          $0.text.contains("closed tcp 127.0.0.1:\(pair.port) -> 127.0.0.1:\(client.port)")
        }
      })
    #expect(terminal.text.contains("received 4,321 bytes"))
    terminal.send(signal: SIGINT)
    #expect(terminal.exitStatus() == 0)
  }

  /// A connection that was left in TIME_WAIT came twice: as that row, and under the cookie of its
  /// socket as one that had opened and closed, CLOSED both times.
  @Test func tellsOnceOfEachConnection() throws {
    let pair = try LoopbackPair()
    let terminal = try watch("--ndjson", "tcp", "port=\(pair.port)", columns: 2000)
    try waitForEvents(terminal, pair)
    let clients = try (0..<8).map { _ in
      let client = try pair.connect()
      try client.send(100)
      client.close()
      return client.port
    }
    func ports(_ event: String) -> [UInt16] {
      terminal.text.split(separator: "\r\n").filter { $0.contains("\"event\":\"\(event)\"") }
        .compactMap { line in
          line.firstMatch(of: /"local_port":([0-9]+),/).flatMap { UInt16($0.output.1) }
        }
    }
    #expect(
      terminal.wait { _ in
        Set(ports("changed") + ports("closed")).isSuperset(of: clients)
      })
    let opened = ports("opened")
    for port in clients { #expect(opened.count { $0 == port } == 1, "\(terminal.text)") }
    #expect(!terminal.text.contains("CLOSED"))
    terminal.send(signal: SIGTERM)
    #expect(terminal.exitStatus() == 128 + SIGTERM)
  }

  /// Nothing is told of what was there at the first refresh: once something is, it has been.
  private func waitForEvents(_ terminal: Pseudoterminal, _ pair: LoopbackPair) throws {
    // Few: each is an event that has to be printed and read before those that count.
    #expect(
      try eventually {
        try pair.connect().close()
        return terminal.wait(within: 0.2) { $0.text.contains("opened") }
      })
  }

  @Test func printsPlainFramesOnADumbTerminal() throws {
    let terminal = try watch("listening", "--count", "2", environment: ["TERM": "dumb"])
    #expect(terminal.exitStatus() == 0)
    #expect(!terminal.text.contains("\u{1b}"))
    #expect(terminal.text.split(separator: "Local Address").count == 3)
  }

  @Test func hasNoColourWhereNoneIsWanted() throws {
    let pair = try LoopbackPair()
    let terminal = try watch("port=\(pair.port)", environment: ["NO_COLOR": "1"])
    #expect(terminal.wait { $0.text.contains("127.0.0.1:\(pair.port)") })
    let client = try pair.connect()
    #expect(terminal.wait { $0.shows("+", client.port) })
    #expect(!terminal.text.contains("\u{1b}[38;"))
    terminal.type("q")
    #expect(terminal.exitStatus() == 0)
    client.close()
  }

  @Test(arguments: [
    ("$SOCKEYE watch --interval 0.1 --count 2 listening | grep -c 'Local Address'", 0, "2\n"),
    ("($SOCKEYE watch --interval 0.1; echo $? >&2) | head -1 | wc -l", 0, "1\n"),
    ("$SOCKEYE watch --count 1 --ndjson", 0, ""), ("$SOCKEYE watch --count 1 '('", 2, ""),
    ("$SOCKEYE watch --count 1 --json", 2, ""),
    ("$SOCKEYE watch --count 1 --columns +rtt", 2, ""),
    ("$SOCKEYE watch --count 1 --long", 2, ""), ("$SOCKEYE watch --count 1 -r", 2, ""),
    ("$SOCKEYE watch --count 1 --proc-root /nonexistent", 3, ""),
    ("$SOCKEYE watch --count 1 > /dev/full", 3, ""),
  ])
  func writesToAPipe(script: String, status: Int32, output: String) throws {
    let outcome = try Program.shell(script)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.output == output)
    #expect(outcome.errors.isEmpty == (status == 0 && !script.contains(">&2")))
  }

  /// nohup was of no use: each of the signals that it has ignored ended the view.
  @Test func ignoresTheSignalsThatItWasToldToIgnore() throws {
    let outcome = try Program.shell(
      """
      trap '' HUP INT
      out=$(mktemp)
      $SOCKEYE watch --interval 0.1 listening > "$out" &
      until [ -s "$out" ]; do sleep 0.02; kill -0 $! || break; done
      kill -HUP $!; kill -INT $!; kill -TERM $!
      wait $!
      echo "exit $?"
      rm "$out"
      """)
    #expect(outcome.output == "exit \(128 + SIGTERM)\n", "\(outcome.errors)")
  }

  @Test func readsAnotherProc() throws {
    let outcome = try Program.run(
      "watch", "--count", "1", "-n", "--proc-root", fixturePath("proc"))
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("LISTENING"))
    #expect(outcome.output.contains("no rates: /proc does not count bytes"))
  }
}
