import Glibc
import LinuxSystem
import SocketModel
import TestSupport
import Testing

/// The live view on a real pseudo-terminal, and what it writes elsewhere.
@Suite struct WatchCommandTests {
  private static let taken = "\u{1b}[?1049h"
  private static let given = "\u{1b}[?1049l"

  private func watch(
    _ arguments: String..., columns: Int = 100, rows: Int = 30, environment: [String: String] = [:]
  ) throws -> Pseudoterminal {
    try Pseudoterminal(
      [Program.sockeye, "watch", "-n", "--interval", "0.2"] + arguments, columns: columns,
      rows: rows, environment: environment)
  }

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

  /// What ends it, and the status that a shell sees.
  @Test(
    arguments: [
      ("q", 0, 0), ("\u{3}", 0, 0), ("", SIGINT, 0), ("", SIGTERM, 128 + SIGTERM),
      ("", SIGHUP, 128 + SIGHUP), ("", SIGQUIT, 128 + SIGQUIT),
    ] as [(String, Int32, Int32)])
  func givesTheTerminalBack(keys: String, signal: Int32, status: Int32) throws {
    let terminal = try watch("listening")
    #expect(terminal.isCooked || terminal.text.isEmpty)
    #expect(terminal.wait { $0.text.contains(Self.taken) && $0.text.contains("quit") })
    #expect(!terminal.isCooked)
    if signal == 0 { terminal.type(keys) } else { terminal.send(signal: signal) }
    #expect(terminal.exitStatus() == status)
    #expect(terminal.isCooked)
    #expect(terminal.text.hasSuffix(Self.given))
    #expect(terminal.text.contains("\u{1b}[?25h"))
  }

  @Test func givesTheTerminalBackWhenItIsStopped() throws {
    let terminal = try Pseudoterminal(
      ["/bin/sh", "-i"], columns: 90, rows: 20,
      environment: ["SOCKEYE": Program.sockeye, "PS1": "$ ", "ENV": ""])
    terminal.type("$SOCKEYE watch listening\n")
    #expect(terminal.wait { $0.text.contains(Self.taken) && !$0.isCooked })
    terminal.clear()
    terminal.type("\u{1a}")
    #expect(terminal.wait { $0.text.contains("Stopped") })
    #expect(terminal.text.contains(Self.given))
    terminal.clear()
    terminal.type("fg\n")
    #expect(terminal.wait { $0.text.contains(Self.taken) && $0.text.contains("quit") })
    #expect(terminal.wait { !$0.isCooked })
    terminal.clear()
    terminal.type("q")
    #expect(terminal.wait { $0.text.contains(Self.given) })
    terminal.type("stty -a; exit\n")
    #expect(terminal.wait { $0.text.contains(" icanon") && $0.text.contains(" echo ") })
    _ = terminal.exitStatus()
  }

  @Test(arguments: [(20, 5), (300, 100), (1, 1)])
  func followsTheSizeOfTheTerminal(columns: Int, rows: Int) throws {
    let terminal = try watch("listening")
    #expect(terminal.wait { $0.text.contains("quit") })
    terminal.clear()
    terminal.resize(columns: columns, rows: rows)
    #expect(terminal.wait { $0.text.contains("\u{1b}[2J\u{1b}[1;1H") })
    terminal.type("?\u{1b}[B\u{1b}[B\t\t\r")
    terminal.type("q")
    #expect(terminal.exitStatus() == 0)
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
    let client = try pair.connect()
    try client.send(123_456)
    client.close()
    let received = "\"tx_bytes\":0,\"rx_bytes\":123456,\"bytes_exact\":true"
    #expect(
      terminal.wait {
        $0.text.contains("\"tx_bytes\":123456,\"rx_bytes\":0,\"bytes_exact\":true")
          && $0.text.contains(received)
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
    let client = try pair.connect()
    try client.send(4321)
    client.close()
    #expect(
      terminal.wait {
        $0.text.contains("closed tcp 127.0.0.1:\(pair.port) -> 127.0.0.1:\(client.port)")
      })
    #expect(terminal.text.contains("received 4,321 bytes"))
    terminal.send(signal: SIGINT)
    #expect(terminal.exitStatus() == 0)
  }

  /// Nothing is told of what was there at the first refresh: once something is, it has been.
  private func waitForEvents(_ terminal: Pseudoterminal, _ pair: LoopbackPair) throws {
    #expect(
      try eventually {
        try pair.connect().close()
        terminal.read()
        return terminal.text.contains("opened")
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
    #expect(!terminal.text.contains("\u{1b}[32m"))
    terminal.type("q")
    #expect(terminal.exitStatus() == 0)
    client.close()
  }

  @Test(arguments: [
    ("$SOCKEYE watch --interval 0.1 --count 2 listening | grep -c 'Local Address'", 0, "2\n"),
    ("($SOCKEYE watch --interval 0.1; echo $? >&2) | head -1 | wc -l", 0, "1\n"),
    ("$SOCKEYE watch --count 1 --ndjson", 0, ""), ("$SOCKEYE watch --count 1 '('", 2, ""),
    ("$SOCKEYE watch --count 1 --json", 2, ""),
    ("$SOCKEYE watch --count 1 --proc-root /nonexistent", 3, ""),
    ("$SOCKEYE watch --count 1 > /dev/full", 3, ""),
  ])
  func writesToAPipe(script: String, status: Int32, output: String) throws {
    let outcome = try Program.shell(script)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.output == output)
    #expect(outcome.errors.isEmpty == (status == 0 && !script.contains(">&2")))
  }

  @Test func readsAnotherProc() throws {
    let outcome = try Program.run(
      "watch", "--count", "1", "-n", "--proc-root", fixturePath("proc"))
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("LISTENING"))
    #expect(outcome.output.contains("no rates: /proc does not count bytes"))
  }
}

extension Pseudoterminal {
  /// Whether a line with this mark and port was drawn.
  fileprivate func shows(_ mark: Character, _ port: UInt16) -> Bool {
    text.split(separator: "\u{1b}[").contains {
      $0.contains(" \(mark)") && $0.contains("127.0.0.1:\(port) ")
    }
  }
}

/// A listener on 127.0.0.1 and its clients, all in this process.
private final class LoopbackPair {
  private let listener: TCPSocket
  let port: UInt16

  init() throws {
    listener = try TCPSocket(.ipv4)
    try listener.socket.bind(to: SocketAddress(Endpoint(.loopback(.ipv4), 0)))
    try listener.listen()
    port = try listener.socket.localAddress().endpoint.port
  }

  func connect() throws -> Client {
    let client = try TCPSocket(.ipv4)
    _ = try client.socket.connect(to: SocketAddress(Endpoint(.loopback(.ipv4), port)))
    _ = try PollSet.wait(at: listener.rawValue, timeout: .seconds(10))
    return try Client(client, listener.accept())
  }

  final class Client {
    private var near: TCPSocket?
    private var far: TCPSocket?
    let port: UInt16

    init(_ near: consuming TCPSocket, _ far: consuming TCPSocket) throws {
      port = try near.socket.localAddress().endpoint.port
      self.near = consume near
      self.far = consume far
    }

    /// Sends so many bytes and has the other end read them.
    func send(_ count: Int) throws {
      var left = count
      var bytes: [UInt8] = []
      while bytes.count < count {
        let piece = [UInt8](repeating: 7, count: min(left, 10_000))
        if left > 0 { left -= try near?.socket.send(piece.span) ?? 0 }
        if let far = far?.rawValue {
          _ = try PollSet.wait(at: far, timeout: .seconds(10))
          _ = try FileDescriptor.read(far, appendingTo: &bytes, atMost: 1 << 16)
        }
      }
    }

    /// This end first, then the other, which has seen it by then.
    func close() {
      near = nil
      if let far = far?.rawValue {
        _ = try? PollSet.wait(at: far, timeout: .seconds(10))
        var bytes: [UInt8] = []
        _ = try? FileDescriptor.read(far, appendingTo: &bytes, atMost: 16)
      }
      far = nil
    }
  }
}
