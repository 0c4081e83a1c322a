import Glibc
import LinuxSystem
import TestSupport
import Testing

/// The live view and its terminal where something goes wrong: signals that kill, nobody who reads,
/// another process group in the foreground.
@Suite struct WatchTerminalTests {
  private static let given = "\u{1b}[?1049l"

  /// Traps of Swift's are among them. The terminal was left raw, and its cursor hidden.
  @Test(
    .enabled(if: !Program.isSanitized, "a sanitizer takes these signals for itself"),
    arguments: [
      SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU,
    ])
  func givesTheTerminalBackToASignalThatKills(signal: Int32) throws {
    // Swift's own backtrace asks on the terminal what to do next.
    let terminal = try watch("listening", environment: ["SWIFT_BACKTRACE": "enable=no"])
    #expect(terminal.wait { $0.text.contains("quit") && !$0.isCooked })
    terminal.send(signal: signal)
    #expect(terminal.exitStatus() == 128 + signal)
    #expect(terminal.isCooked)
    #expect(terminal.text.hasSuffix(Self.given))
  }

  /// Only SIGKILL ended it: the others waited for the end of a write(2) that had none.
  @Test(
    arguments: [(SIGINT, 0), (SIGTERM, 128 + SIGTERM), (SIGHUP, 128 + SIGHUP)]
      as [(Int32, Int32)])
  func endsOnATerminalThatNobodyReads(signal: Int32, status: Int32) throws {
    let terminal = try watch("listening", columns: 200, rows: 50)
    #expect(terminal.wait { $0.text.contains("quit") })
    #expect(
      eventually {
        terminal.type("?")
        return terminal.isFull
      })
    terminal.send(signal: signal)
    #expect(terminal.exitStatus(reading: false) == status)
    #expect(terminal.isCooked)
  }

  /// What was left out meanwhile is made up for by one frame.
  @Test func goesOnWhenTheTerminalIsReadAgain() throws {
    let pair = try LoopbackPair()
    let terminal = try watch("tcp", "port=\(pair.port)", columns: 200, rows: 50)
    #expect(terminal.wait { $0.text.contains("quit") })
    #expect(
      eventually {
        terminal.type("\u{c}")
        return terminal.isFull
      })
    terminal.read()
    terminal.clear()
    let client = try pair.connect()
    #expect(terminal.wait { $0.text.contains("127.0.0.1:\(client.port)") })
    terminal.type("q")
    #expect(terminal.exitStatus() == 0)
    client.close()
  }

  /// It made room for a million rows before it asked for the first.
  @Test(.enabled(if: !Program.isSanitized, "a sanitizer reserves terabytes of addresses"))
  func runsInLittleMemory() throws {
    let terminal = try Pseudoterminal(
      ["/bin/sh", "-c", "ulimit -v 200000; exec $SOCKEYE watch --interval 0.2 listening"],
      environment: ["SOCKEYE": Program.sockeye])
    #expect(terminal.wait { $0.text.contains("quit") && $0.text.contains("socket") })
    terminal.type("q")
    #expect(terminal.exitStatus() == 0)
    #expect(terminal.isCooked)
  }

  /// timeout(1) in a script puts it into a process group in the background, where it was stopped at
  /// each attempt to change the terminal, and never came to read the SIGTERM that had been sent.
  @Test func endsInTheBackground() throws {
    let terminal = try Pseudoterminal(
      ["/bin/sh", "-c", "timeout 0.5 $SOCKEYE watch; echo status=$?"],
      environment: ["SOCKEYE": Program.sockeye])
    #expect(terminal.wait { $0.text.contains("status=124") })
    #expect(terminal.exitStatus() == 0)
    #expect(!terminal.text.contains("\u{1b}"))
  }

  /// The kernel stops nobody there whom no shell could let go on.
  @Test func saysThatNoShellCanBringItToTheForeground() throws {
    let terminal = try Pseudoterminal(
      [
        "/bin/sh", "-c",
        "sh -c 'set -m; (sh -c \"\\$SOCKEYE watch; echo status=\\$?\" &)'; cat",
      ], environment: ["SOCKEYE": Program.sockeye])
    #expect(terminal.wait { $0.text.contains("status=3") }, "\(terminal.text)")
    #expect(terminal.text.contains("no shell can bring this one to the foreground"))
  }

  /// A shell with job control: the live view is a process group of its own, which the kernel may stop.
  private func underAShell(_ script: String) throws -> Pseudoterminal {
    try Pseudoterminal(
      ["/bin/bash", "-c", "set -m\n" + script], environment: ["SOCKEYE": Program.sockeye])
  }

  /// It was stopped with the terminal raw.
  @Test(arguments: ["TTIN", "TTOU", "TSTP"])
  func givesTheTerminalBackToASignalThatStops(signal: String) throws {
    let terminal = try underAShell(
      """
      $SOCKEYE watch --interval 0.2 listening
      while read line; do [ "$line" = go ] && fg > /dev/null; echo "ended $?"; done
      """)
    #expect(terminal.wait { $0.text.contains("quit") && !$0.isCooked })
    let pid = try #require(children(of: terminal.pid).first)
    #expect(try Program.shell("kill -\(signal) \(pid)").status == 0)
    #expect(terminal.wait { $0.isCooked && $0.text.contains(Self.given) })
    #expect(eventually { state(of: pid) == "T" })
    terminal.clear()
    terminal.type("go\n")
    #expect(terminal.wait { $0.text.contains("quit") && !$0.isCooked })
    terminal.type("q")
    #expect(terminal.wait { $0.text.contains("ended 0") && $0.isCooked })
  }

  private func children(of pid: Int32) -> [Int32] {
    let path = "/proc/\(pid)/task/\(pid)/children"
    guard let bytes = try? FileDescriptor.contents(of: path) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
  }

  private func state(of pid: Int32) -> Character? {
    guard let bytes = try? FileDescriptor.contents(of: "/proc/\(pid)/stat") else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.split(separator: ")").last?.dropFirst().first
  }
}
