import Foundation
import TestSupport
import Testing

/// `diff` of what really changed, in a network namespace of the test's own.
@Suite(.enabled(if: Namespace.isAvailable, "\(Namespace.requirement)")) struct DiffCommandTests {
  /// `serve ADDRESS` listens on port 1010 and accepts, `client` holds three connections to it; both say
  /// that they are ready.
  private func shell(_ script: String) throws -> Program.Outcome {
    try Namespace.shell(
      """
      d=$(mktemp -d); chmod 755 "$d"; cd "$d"; trap 'kill $S $C 2>/dev/null; rm -r "$d"' EXIT
      cat > server.py <<'END'
      import signal, socket, sys
      s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
      s.bind((sys.argv[1], 1010)); s.listen(9); open("ready", "w"); signal.alarm(60)
      kept = []
      while True: kept.append(s.accept())
      END
      cat > client.py <<'END'
      import signal, socket
      c = [socket.create_connection(("127.0.0.1", 1010)) for _ in range(3)]
      for one in c: one.send(b"x")
      open("connected", "w"); signal.alarm(60); signal.pause()
      END
      serve() { rm -f ready; python3 server.py $1 & S=$!; until [ -e ready ]; do sleep 0.01; done; }
      client() {
        rm -f connected; python3 client.py & C=$!; until [ -e connected ]; do sleep 0.01; done
        until [ $($SOCKEYE --no-process -H -t lport=1010 state=established inode!=0 | wc -l) = 3 ]
        do sleep 0.01; done
      }
      end() { kill $1; wait $1 2>/dev/null; }

      """ + script)
  }

  @Test func nothingChanged() throws {
    let outcome = try shell(
      """
      serve 127.0.0.1; client
      $SOCKEYE --json > a; $SOCKEYE --ndjson > b
      $SOCKEYE diff a b; echo $?; $SOCKEYE diff b; echo $?; $SOCKEYE diff a --json | tail -n +1
      """)
    #expect(outcome.errors == "")
    #expect(outcome.lines.prefix(2) == ["0", "0"])
    #expect(outcome.output.hasSuffix("\"changes\":[]}\n"))
  }

  /// Stand-ins of two runs are not of the same things.
  @Test func redactedTablesAreRefused() throws {
    let outcome = try shell(
      """
      serve 127.0.0.1; $SOCKEYE -l --redact --json > a; $SOCKEYE -l --redact --ndjson > b
      $SOCKEYE diff a b; echo $?; $SOCKEYE diff b; echo $?; $SOCKEYE --from a -q listening; echo $?
      """)
    #expect(outcome.lines == ["2", "2", "0"])
    #expect(outcome.errors.contains("a was written with --redact, and its stand-ins are others"))
  }

  /// At the same address a listener may take more than before, or less.
  @Test func whatAListenerTakesIsCompared() throws {
    let outcome = try shell(
      """
      cat > take.py <<'END'
      import signal, socket, sys
      s = socket.socket(socket.AF_INET6 if sys.argv[1] == "::" else socket.AF_INET)
      if sys.argv[1] == "::": s.setsockopt(41, 26, int(sys.argv[2]))
      elif sys.argv[2] != "-": s.setsockopt(1, 25, sys.argv[2].encode())
      s.bind((sys.argv[1], 1010)); s.listen(9); open("ready", "w"); signal.alarm(60); signal.pause()
      END
      take() { rm -f ready; python3 take.py "$@" & S=$!; until [ -e ready ]; do sleep 0.01; done; }
      for ways in ":: 1 0" "0.0.0.0 lo -"; do
        set -- $ways; take $1 $2; $SOCKEYE -le --json > a; end $S; take $1 $3; $SOCKEYE -le --json > b; end $S
        $SOCKEYE diff --listening a b; echo $?; $SOCKEYE diff b a; echo $?
      done | sed -E 's/pid [0-9]+/pid PID/g'
      """)
    #expect(
      outcome.lines == [
        "~ tcp [::]:1010 exposed: it took IPv6 alone before, and takes more now (python3, pid PID)",
        "1",
        "~ tcp [::]:1010 takes IPv6 alone now, all before (python3, pid PID)", "1",
        "~ tcp 0.0.0.0:1010 exposed: it took all that comes in over lo before, and takes more now "
          + "(python3, pid PID)", "1",
        "~ tcp 0.0.0.0:1010 takes all that comes in over lo now, all before (python3, pid PID)",
        "1",
      ], "\(outcome)")
  }

  /// A port that is taken, though nobody listens.
  @Test
  func whatIsOnlyBoundIsCompared() throws {
    let outcome = try shell(
      """
      $SOCKEYE --json > a
      python3 -c 'import signal, socket
      s = socket.socket(); s.bind(("127.0.0.1", 1010)); open("ready", "w"); signal.alarm(60); signal.pause()' & S=$!
      until [ -e ready ]; do sleep 0.01; done
      $SOCKEYE diff a | sed -E 's/pid [0-9]+/pid PID/'; $SOCKEYE diff --listening a; echo $?
      $SOCKEYE diff a --json | jq -c '.changes[0] | [.what, .direction, .local_port]'
      """)
    #expect(
      outcome.lines == [
        "+ tcp 127.0.0.1:1010 is bound (python3, pid PID)", "0", #"["bound",null,1010]"#,
      ], "\(outcome)")
  }

  /// What a table lacks may be all that differs: no change is proven by it, and no sameness.
  @Test func aTableThatLacksSocketsProvesNothing() throws {
    let outcome = try shell(
      """
      serve 127.0.0.1; $SOCKEYE -l --json > whole; jq .undecided=null whole > lacks
      jq '.sockets = []' whole > none; jq .undecided=null none > part
      for pair in "lacks whole" "whole lacks" "whole part" "part whole" "none lacks" "lacks none"
      do $SOCKEYE diff $pair | sed "s/ $S)/ PID)/"; $SOCKEYE diff $pair > out 2> errors; echo $? $(cat errors); done
      $SOCKEYE diff whole part --json | jq -c '[.from.incomplete, .to.incomplete]'
      """)
    let missing = "lack sockets: not all could be read"
    let opened = "+ tcp 127.0.0.1:1010 listens (python3, pid PID)"
    let closed = "- tcp 127.0.0.1:1010 listens no longer (python3, pid PID)"
    #expect(
      outcome.lines.map(String.init) == [
        "4 sockeye: lacks may \(missing)", "4 sockeye: lacks may \(missing)",
        closed, "4 sockeye: part may \(missing)", opened, "4 sockeye: part may \(missing)",
        opened, "1 sockeye: lacks may \(missing)", closed, "1 sockeye: lacks may \(missing)",
        "[false,true]",
      ])
  }

  /// A new pid and new ports of its clients: one change.
  @Test func aRestartIsOneChange() throws {
    let outcome = try shell(
      """
      serve 127.0.0.1; client; $SOCKEYE --json > a; old=$S
      end $C; end $S; serve 127.0.0.1; client
      $SOCKEYE diff a | sed "s/ $old / OLD /; s/ $S / NEW /"; $SOCKEYE diff a >/dev/null; echo $?
      $SOCKEYE --json > b; $SOCKEYE diff a b --json
      """)
    #expect(outcome.errors == "")
    #expect(
      outcome.lines.prefix(2) == ["~ tcp 127.0.0.1:1010 owner pid OLD → NEW (python3)", "1"])
    let json = outcome.lines.dropFirst(2).joined(separator: "\n")
    let root = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    let change = try #require((root?["changes"] as? [[String: Any]])?.first)
    #expect(change["change"] as? String == "changed" && change["local_port"] as? Int == 1010)
    let schema =
      try JSONSerialization.jsonObject(with: Data(fixture("diff.schema.json"))) as? [String: Any]
    let definitions = schema?["$defs"] as? [String: [String: Any]]
    #expect(
      Set(change.keys) == Set((definitions?["change"]?["properties"] as? [String: Any] ?? [:]).keys)
    )
    #expect(
      Set(root?.keys.map(\.self) ?? [])
        == Set((schema?["properties"] as? [String: Any] ?? [:]).keys))
  }

  @Test func whatOthersMayReachNowIsExposed() throws {
    let outcome = try shell(
      """
      serve 127.0.0.1; $SOCKEYE -l --json > a; end $S; serve 0.0.0.0
      $SOCKEYE diff --listening a | sed "s/ $S)/ NEW)/"
      $SOCKEYE -l --json > b; $SOCKEYE diff b a | sed "s/pid [0-9]*/pid N/"
      """)
    #expect(outcome.errors == "")
    #expect(
      outcome.lines == [
        "~ tcp 0.0.0.0:1010 exposed: it was tcp 127.0.0.1:1010, and other hosts may reach it now "
          + "(python3, pid NEW)",
        "~ tcp 127.0.0.1:1010 was tcp 0.0.0.0:1010 before (python3, pid N)",
      ])
  }

  @Test func connectionsAreCounted() throws {
    let outcome = try shell(
      """
      serve 127.0.0.1; $SOCKEYE --json > a; client; $SOCKEYE --json > b
      $SOCKEYE diff a b; $SOCKEYE diff b a; $SOCKEYE diff --listening a b; echo $?
      """)
    #expect(
      outcome.lines == [
        "+ python3 ← tcp 127.0.0.1 to port 1010: 3 connections, none before",
        "+ python3 → tcp 127.0.0.1:1010: 3 connections, none before",
        "- python3 ← tcp 127.0.0.1 to port 1010: no longer; 3 connections before",
        "- python3 → tcp 127.0.0.1:1010: no longer; 3 connections before",
        "0",
      ])
  }

  /// /proc has no users of unix sockets, and a process may end before its name is read.
  @Test func whatOneSideDoesNotTellIsNoChange() throws {
    let outcome = try shell(
      """
      serve 127.0.0.1
      python3 -c 'import signal, socket
      u = socket.socket(socket.AF_UNIX); u.bind("u"); u.listen(); signal.alarm(60); signal.pause()
      ' & C=$!
      until [ "$($SOCKEYE -xlH | wc -l)" = 1 ]; do sleep 0.01; done
      $SOCKEYE -txl --json > a; $SOCKEYE -txl --source proc --json > b 2>/dev/null
      sed 's/"name":"python3"/"name":null/' a > c
      for one in a b c; do for other in a b c; do
        $SOCKEYE diff $one $other 2>/dev/null; echo $?
      done; done
      """)
    #expect(outcome.lines == Array(repeating: "0", count: 9))
  }

  /// Where a process can't be looked into, its connections are somebody's and no others.
  @Test func connectionsOfSomebodyUnknownAreTheSame() throws {
    let outcome = try shell(
      """
      serve 127.0.0.1; client; $SOCKEYE --json > a
      sed 's/"owner_status":"known","owners":.*"fds":[^]]*[]][^]]*[]]/"owner_status":"hidden","owners":[]/' a > b
      sed '0,/"state":"ESTABLISHED"/s/"name":"python3"/"name":null/' a > c
      grep -q hidden b && grep -q null..fds c || echo unlike
      for one in a b c; do for other in a b c; do $SOCKEYE diff $one $other; echo $?; done; done
      """)
    #expect(outcome.lines == Array(repeating: "0", count: 9))
  }

  /// A listener that lost one of its owners is told with all that is known of who is left.
  @Test func whoHoldsItNowIsNamedAsFarAsItIsKnown() throws {
    let outcome = try shell(
      """
      serve 127.0.0.1; $SOCKEYE -l --json > a
      sed -E 's/"pid":[0-9]+,"name":"python3"/"pid":7,"name":null/' a > b
      sed -E 's/"owners":\\[[^]]*\\][^]]*\\]/"owners":[]/' a > c
      for new in b c; do $SOCKEYE diff a $new | sed "s/ $S / OLD /"; done
      """)
    #expect(
      outcome.lines == [
        "~ tcp 127.0.0.1:1010 owner pid OLD → 7",
        "~ tcp 127.0.0.1:1010 owner python3 pid OLD → nobody",
      ])
  }

  @Test func anotherQuestionIsNotCompared() throws {
    let outcome = try shell(
      """
      $SOCKEYE -t --json > a; $SOCKEYE -u --json > b; $SOCKEYE -l --json > c
      $SOCKEYE diff a b; echo $?; $SOCKEYE diff a c 2>/dev/null; echo $?
      $SOCKEYE diff --listening a c; echo $?; $SOCKEYE diff a none; echo $?
      """)
    #expect(outcome.lines == ["2", "2", "0", "3"])
    #expect(
      outcome.errors == """
        sockeye: they answer different questions: 'tcp' in a, 'udp' in b
        sockeye: can't read none: No such file or directory

        """)
  }

  @Test(.enabled(if: geteuid() == 0, "needs root"))
  func otherRightsAreNotCompared() throws {
    let outcome = try shell(
      """
      serve 127.0.0.1; $SOCKEYE --json > a
      setpriv --reuid 65534 --regid 65534 --clear-groups "$SOCKEYE" --json > b
      $SOCKEYE diff a b; echo $?
      """)
    #expect(outcome.lines == ["2"])
    #expect(
      outcome.errors.contains("made with different rights: all owners are seen in a, not in b"))
  }
}
