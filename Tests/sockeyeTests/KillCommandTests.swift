import Foundation
import Glibc
import TestSupport
import Testing

/// `sockeye kill`, of processes that the test started, in a network namespace of its own.
@Suite struct KillCommandTests {
  /// A server `$SERVER` on port 7100 with two clients `$CLIENT`, and `$STUBBORN`, which holds port 7101 and
  /// ignores SIGTERM. A shell whose terminal is gone runs no trap: they end by themselves then.
  private static let scene = """
    cd "$(mktemp -d)"; unset SSH_CONNECTION
    python3 -u -c '
    import signal, socket
    signal.alarm(120)
    l = socket.create_server(("127.0.0.1", 7100)); print("READY", flush=True)
    kept = [l.accept() for _ in range(2)]; signal.pause()' > server & SERVER=$!
    until grep -q READY server; do sleep 0.01; done
    python3 -u -c '
    import signal, socket
    signal.alarm(120)
    kept = [socket.create_connection(("127.0.0.1", 7100)) for _ in range(2)]
    print("READY", flush=True); signal.pause()' > client & CLIENT=$!
    python3 -u -c '
    import signal, socket
    signal.alarm(120)
    signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.signal(signal.SIGHUP, lambda *_: print("HUP", flush=True))
    l = socket.create_server(("127.0.0.1", 7101)); print("READY", flush=True)
    while True: signal.pause()' > stubborn & STUBBORN=$!
    trap 'kill -9 $SERVER $CLIENT $STUBBORN 2> /dev/null' EXIT
    until grep -q READY client && grep -q READY stubborn; do sleep 0.01; done
    until $SOCKEYE --expect 2 -q lport=7100 established; do sleep 0.01; done
    say() {
      $SOCKEYE "$@" --json > answer 2> errors; code=$?
      echo $(jq -r '.targets[] | "\\(.outcome) \\(.pid)"' answer | sort |
        sed "s/\\b$SERVER\\b/SERVER/; s/\\b$CLIENT\\b/CLIENT/; s/\\b$STUBBORN\\b/STUBBORN/") $code
    }
    alive() { for name in SERVER CLIENT STUBBORN; do eval "kill -0 \\$$name 2> /dev/null" && echo $name; done | xargs; }

    """

  private func run(_ script: String) throws -> Program.Outcome {
    try Namespace.shell(Self.scene + script)
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func theServerAndNotItsClients() throws {
    let outcome = try run(
      """
      say kill --dry-run 7100; alive
      say kill --yes 7100; wait $SERVER; echo $?; alive
      $SOCKEYE kill --yes 7100; echo $?
      """)
    #expect(
      outcome.lines == [
        "would_end SERVER 0", "SERVER CLIENT STUBBORN", "ended SERVER 0", "143",
        "CLIENT STUBBORN", "1",
      ] as [Substring], "\(outcome.errors)")
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func clientsAreNamed() throws {
    let outcome = try run("say kill --yes rport=7100; alive")
    #expect(
      outcome.lines == ["ended CLIENT 0", "SERVER STUBBORN"] as [Substring], "\(outcome.errors)")
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func oneThatDoesNotEndIsStillThere() throws {
    let outcome = try run(
      """
      say kill --yes --timeout 0.3 7101; jq -r '.targets[0].reason' answer
      say kill --yes --signal hup 7101; until grep -q HUP stubborn; do sleep 0.01; done
      say kill --yes --signal 9 7101; alive
      """)
    #expect(
      outcome.lines == [
        "still_there STUBBORN 1", "it got the signal, and did not end within 300 ms",
        "signalled STUBBORN 0", "ended STUBBORN 0", "SERVER CLIENT",
      ] as [Substring], "\(outcome.errors)")
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func noMoreThanMax() throws {
    let outcome = try run("$SOCKEYE kill --yes --max 1 7100-7101; echo $?; alive")
    #expect(outcome.lines == ["1", "SERVER CLIENT STUBBORN"] as [Substring])
    #expect(
      outcome.errors.contains("kill: 2 processes match, and --max allows 1; nothing was ended"),
      "\(outcome.errors)")
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func ourAncestorsLive() throws {
    let outcome = try run(
      """
      python3 -c '
      import os, socket, subprocess
      l = socket.create_server(("127.0.0.1", 7102))
      answer = subprocess.run([os.environ["SOCKEYE"], "kill", "--yes", "7102"], capture_output=True)
      print(answer.returncode, answer.stderr.decode().count("this command is a descendant of it"))'
      """)
    #expect(outcome.lines == ["1 1"] as [Substring], "\(outcome.errors)")
  }

  /// Whoever holds the login that one sits in, by whatever socket it was found.
  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func theHolderOfTheLogin() throws {
    let outcome = try run(
      """
      PORT=$($SOCKEYE --json rport=7100 established | jq '.sockets[0].local_port')
      export SSH_CONNECTION="127.0.0.1 $PORT 127.0.0.1 7100"
      say kill --yes 7100 listening; jq -r '.targets[0].reason' answer
      say kill --yes rport=7100; alive
      """)
    #expect(
      outcome.lines == [
        "refused SERVER 1", "it holds the ssh connection that you sit in", "refused CLIENT 1",
        "SERVER CLIENT STUBBORN",
      ] as [Substring], "\(outcome.errors)")
  }

  /// In a pid namespace of its own, where a process of the test is the first; and one from outside of it.
  @Test(.enabled(if: geteuid() == 0, "needs root"))
  func theFirstProcessAndThoseOfAnotherNamespace() throws {
    let outcome = try Namespace.shell(
      """
      cd "$(mktemp -d)"; mkfifo end
      cat > first.py <<'END'
      import os, signal, socket, subprocess
      signal.alarm(60)
      l = socket.create_server(("127.0.0.1", 7103)); open("ready", "w").close()
      answer = subprocess.run([os.environ["SOCKEYE"], "kill", "--yes", "7103"], capture_output=True)
      print(os.getpid(), answer.returncode, answer.stderr.decode().count("it is process 1"), flush=True)
      open("done", "w").close()
      open("end").read()
      END
      unshare -p -f --mount-proc python3 first.py &
      until [ -e done ]; do sleep 0.01; kill -0 $! || break; done
      $SOCKEYE kill --yes 7103 2>&1 > /dev/null | grep -c 'it is in another pid namespace'
      : > end; wait $!; echo $?
      """)
    #expect(outcome.lines == ["1 1 1", "1", "0"] as [Substring], "\(outcome.errors)")
  }

  /// Each waits for the shell's end, whose trap ends what it started: that would hold other tests' pipes.
  private func onTerminal(_ script: String) throws -> Pseudoterminal {
    let prefix = geteuid() == 0 ? ["-n"] : ["-r", "-n"]
    return try Pseudoterminal(
      ["/usr/bin/env", "unshare"] + prefix
        + ["/bin/sh", "-c", "ip link set lo up\n" + Self.scene + script], columns: 100,
      environment: ["SOCKEYE": Program.sockeye])
  }

  /// F9 in the live view.
  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func killsFromTheLiveView() throws {
    let terminal = try onTerminal(
      "$SOCKEYE watch -n --interval 0.2 rport=7100 established; alive; echo END")
    #expect(terminal.wait { $0.text.contains("127.0.0.1:7100") })
    terminal.type("j\u{1b}[20~")
    #expect(terminal.wait { $0.text.contains("y/n") })
    terminal.type("n")
    #expect(terminal.wait { $0.text.contains("nothing was killed") })
    terminal.type("\u{1b}[20~")
    #expect(terminal.wait { $0.text.components(separatedBy: "y/n").count > 2 })
    terminal.type("y")
    #expect(terminal.wait { $0.text.contains("ended: ") })
    terminal.type("q")
    #expect(terminal.wait { $0.text.contains("END") })
    _ = terminal.exitStatus()
    #expect(terminal.text.contains("SERVER STUBBORN"), "\(terminal.text)")
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func asksOnATerminal() throws {
    let terminal = try onTerminal(
      "$SOCKEYE kill -n 7100; echo code $?; alive; $SOCKEYE kill -n 7100; alive; echo END")
    #expect(terminal.wait { $0.text.contains("Send SIGTERM to 1 process (") })
    terminal.type("no\n")
    #expect(terminal.wait { $0.text.contains("code 1") })
    #expect(terminal.wait { $0.text.components(separatedBy: "[y/N]").count == 3 })
    terminal.type("yes\n")
    #expect(terminal.wait { $0.text.contains("END") })
    _ = terminal.exitStatus()
    #expect(terminal.text.contains("SERVER CLIENT STUBBORN\r\n"))
    #expect(terminal.text.contains("\nCLIENT STUBBORN\r\n"), "\(terminal.text)")
  }
}
