import Glibc
import TestSupport
import Testing

/// The terminal under the live view: its size, and that it is given back.
@Suite struct WatchScreenTests {
  private static let taken = "\u{1b}[?1049h"
  private static let given = "\u{1b}[?1049l"

  /// What is on the screen after these keys is there after a resize as well.
  @Test(arguments: [
    ("", "Foreign Address"), ("/\u{15}port=PORT", "as before"), ("ss", "by receive rate"),
    (" ", "PAUSED"), ("\r", "connections wait to be accepted"), ("\t", "Estab"),
    ("?", "these keys, and back"),
  ])
  func keepsItsViewOnAnotherSize(keys: String, shown: String) throws {
    let pair = try LoopbackPair()
    let terminal = try watch("lport=\(pair.port)")
    #expect(terminal.wait { $0.text.contains("1 socket: 1 listening") })
    terminal.clear()
    func naming(_ text: String) -> String {
      text.split(separator: "PORT", omittingEmptySubsequences: false)
        .joined(separator: "\(pair.port)")
    }
    terminal.type(naming(keys))
    #expect(keys.isEmpty || terminal.wait { $0.text.contains(naming(shown)) })
    for (columns, rows) in [(74, 12), (300, 100), (80, 24)] {
      terminal.clear()
      terminal.resize(columns: columns, rows: rows)
      #expect(
        terminal.wait {
          $0.text.contains("\u{1b}[2J\u{1b}[1;1H") && $0.text.contains(naming(shown))
        })
    }
    terminal.type(keys.hasPrefix("/") ? "\rq" : "q")
    #expect(terminal.exitStatus() == 0)
  }

  @Test func endsWithItsTerminal() throws {
    let terminal = try watch("listening")
    #expect(terminal.wait { $0.text.contains("quit") })
    terminal.hangUp()
    // By the signal, or since there is no more to read.
    #expect([0, 128 + SIGHUP].contains(terminal.exitStatus()))
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
}
