import Foundation
import Glibc
import TestSupport
import Testing

/// `sockeye close`, in network namespaces that the test makes, with sockets of processes that it started.
@Suite struct CloseCommandTests {
  /// What is said of each state and family equals what its owner and its peer saw.
  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func everyStateAndFamily() throws {
    let outcome = try EndedSockets.run(
      """
      echo 7001 $(say close --yes 7001 established)
      echo 7002 $(say close --yes 7002 close-wait)
      echo 7003 $(say close --yes rport=7003 fin-wait-2)
      echo 7004 $(say close --yes rport=7004 fin-wait-1)
      echo 7005 $(say close --yes lport=7005 last-ack)
      echo 7006 $(say close --yes rport=7006 time-wait)
      echo 7007 $(say close --yes rport=7007 syn-sent)
      echo 7008 $(say close --yes 7008 syn-received)
      echo 7009 $(say close --yes 7009 established)
      echo 7015 $(say close --yes 7015 established)
      echo 7016 $(say close --yes 7016 established)
      echo udp $(say close --yes rport=7014)
      echo seen; seen | grep -v mptcp
      """)
    #expect(
      outcome.lines == [
        "7001 ended 0", "7002 ended 0", "7003 ended 0", "7004 ended 0", "7005 ended 0",
        "7006 ended 0", "7007 ended 0", "7008 ended 0", "7009 ended 0", "7015 ended 0",
        "7016 ended 0", "udp ended 0", "seen", "established ECONNABORTED ECONNRESET",
        "close-wait ECONNABORTED ECONNRESET", "fin-wait-2 ECONNABORTED EPIPE",
        "fin-wait-1 - ECONNRESET", "last-ack - ECONNRESET", "syn-sent ECONNABORTED -",
        "queued ECONNABORTED ECONNRESET", "udp alive -", "udp-connected ECONNABORTED -",
        "ipv6 ECONNABORTED ECONNRESET", "mapped ECONNABORTED ECONNRESET",
      ] as [Substring], "\(outcome.errors)")
  }

  /// Whoever asks for JSON gets a document, and names are those of a list.
  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func nothingDoneIsADocumentToo() throws {
    let outcome = try EndedSockets.run(
      """
      for words in "close 5999" "kill 5999" "close --max 1 7011 --listeners"; do
        $SOCKEYE $words --yes --json 2>/dev/null | jq -c '[.verb, .targets]'
      done
      $SOCKEYE close --yes -x 'src @ended' 2>/dev/null | tr -s ' '
      """)
    #expect(
      outcome.lines == [
        #"["close",[]]"#, #"["kill",[]]"#, #"["close",[]]"#,
        "RESULT LOCAL REMOTE REASON",
        "not supported @ended * the kernel destroys TCP and UDP sockets alone; kill ends its owner",
      ] as [Substring], "\(outcome)")
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func listenersAndWhatStaysBound() throws {
    let outcome = try EndedSockets.run(
      """
      echo left $(say close --yes 7010); cat errors
      $SOCKEYE -q listening lport=7010 && echo listens
      echo all $(say close --yes --listeners 7010); jq -r '.targets[0].reason' answer
      $SOCKEYE -q listening lport=7010 || echo silent
      echo twins $(say close --yes --listeners 7011) $(jq '.targets | length' answer)
      echo again $(say close --yes --listeners 7011)
      echo udp $(say close --yes --listeners -u 7014); jq -r '.targets[0].reason' answer
      seen | grep '^udp '
      """)
    let left: Substring = """
      sockeye: not closed: 127.0.0.1:7010: it listens; --listeners closes it too, but its port \
      stays bound
      """
    let staysBound: Substring = "its port stays bound until its owner closes it"
    #expect(
      outcome.lines == [
        "left left 1",
        left,
        "listens", "all ended 0", staysBound, "silent", "twins ended 0 4",
        "again not_supported 1", "udp still_there 1",
        "its owner got an error, and it stays bound until its owner closes it",
        "udp ECONNABORTED -",
      ] as [Substring], "\(outcome.errors)")
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func whatTheKernelCannotClose() throws {
    let outcome = try EndedSockets.run(
      """
      echo bound $(say close --yes 7012)
      echo unix $(say close --yes -x src @ended)
      seen | grep -q mptcp && {
        echo mptcp $(say close --yes 7017 established); seen | grep mptcp
      } || printf 'mptcp not_supported 1\\nmptcp alive alive\\n'
      """)
    #expect(
      outcome.lines == [
        "bound not_supported 1", "unix not_supported 1", "mptcp not_supported 1",
        "mptcp alive alive",
      ] as [Substring], "\(outcome.errors)")
  }

  /// A bare port is the server's side: who is connected to it from here is not meant.
  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func nothingElseIsClosed() throws {
    let outcome = try EndedSockets.run(
      """
      $SOCKEYE -t --json | jq '.sockets[] | select((.local_port == 7001 or .remote_port == 7001)
        and .state == "ESTABLISHED") | .cookie' | sort > both
      cookies > before
      echo $(say close --yes 7001) $(jq '[.targets[] | select(.outcome == "ended")] | length' answer)
      jq '.targets[] | select(.outcome == "ended") | .sockets[].local_port' answer
      cookies > after
      comm -23 before after | cmp - both && echo "those two alone"
      echo none $(say close --yes lport=7001 established)
      $SOCKEYE close --yes 7016 time-wait; echo $?
      """)
    #expect(
      outcome.lines == [
        "ended left 0 1", "7001", "those two alone", "none 1", "1",
      ] as [Substring], "\(outcome.errors)")
    #expect(outcome.errors.contains("clients of it are rport=7016"), "\(outcome.errors)")
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func noMoreThanMax() throws {
    let outcome = try EndedSockets.run(
      """
      cookies > before
      $SOCKEYE close --yes --max 3 rport=7001-7016; echo $?
      cookies > after; cmp before after && echo untouched
      $SOCKEYE close --dry-run --max 3 7001 --json | jq -r '.targets[].outcome' | sort
      cookies > after; cmp before after && echo untouched
      """)
    #expect(
      outcome.lines == ["1", "untouched", "left", "would_end", "untouched"] as [Substring],
      "\(outcome.errors)")
    #expect(
      outcome.errors.contains("match, and --max allows 3; nothing was ended"), "\(outcome.errors)")
  }

  /// sudo takes the variable away, which the caller's process has still.
  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func theLoginThatOneSitsIn() throws {
    let outcome = try EndedSockets.run(
      """
      PORT=$($SOCKEYE --json rport=7001 established | jq '.sockets[0].local_port')
      export LOGIN="127.0.0.1 $PORT 127.0.0.1 7001"
      echo $(SSH_CONNECTION=$LOGIN say close --yes lport=7001 established)
      echo $(SSH_CONNECTION=$LOGIN say close --yes rport=7001)
      SSH_CONNECTION=$LOGIN sh -c 'env -u SSH_CONNECTION $SOCKEYE close --yes rport=7001; echo $?'
      seen | grep established
      """)
    #expect(
      outcome.lines == ["refused 1", "refused 1", "1", "established alive alive"] as [Substring],
      "\(outcome.errors)")
    #expect(outcome.errors.contains("it is the ssh connection that you sit in"))
  }

  /// The process that runs sockeye holds it.
  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func whatAnAncestorHoldsStays() throws {
    let outcome = try EndedSockets.run(
      """
      python3 -c '
      import os, socket, subprocess
      s = socket.create_connection(("127.0.0.1", 7009))
      port = "lport=%d" % s.getsockname()[1]
      answer = subprocess.run([os.environ["SOCKEYE"], "close", "--yes", port], capture_output=True)
      print(answer.returncode, answer.stderr.decode().count("holds it, of which this command"))
      print(subprocess.run([os.environ["SOCKEYE"], "-q", port]).returncode)'
      """)
    #expect(outcome.lines == ["1 1", "0"] as [Substring], "\(outcome.errors)")
  }

  /// In a user namespace of its own root has no right over the network namespace.
  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func withoutTheRight() throws {
    let outcome = try EndedSockets.run(
      """
      unshare -U $SOCKEYE close --yes lport=7001 established 2> /dev/null | tr -s ' '; echo
      unshare -U $SOCKEYE close --yes lport=7001 established --json > answer; echo $?
      jq -r '.targets[].outcome' answer
      seen | grep established
      """)
    #expect(outcome.lines.contains("1") && outcome.lines.contains("not_permitted"))
    #expect(outcome.lines.last == "established alive alive", "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("not permitted"))
  }

  @Test func withoutATerminalNothingIsAsked() throws {
    for verb in ["close", "kill"] {
      let outcome = try Program.run(verb, "lport=1", "time-wait")
      #expect(outcome.status == 2 && outcome.output.isEmpty)
      #expect(
        outcome.errors
          == "sockeye: \(verb): there is no terminal to ask on; --yes does it without a question, "
          + "--dry-run says what it would be\n")
      #expect(try Program.run(verb, "--yes").status == 2)
      #expect(try Program.run(verb, "--yes", "").status == 2)
    }
  }

  /// Each waits for the shell's end, whose trap ends what it started: that would hold other tests' pipes.
  private func onTerminal(_ script: String) throws -> Pseudoterminal {
    let prefix = geteuid() == 0 ? ["-n"] : ["-r", "-n"]
    return try Pseudoterminal(
      ["/usr/bin/env", "unshare"] + prefix
        + ["/bin/sh", "-c", "ip link set lo up\n" + EndedSockets.scene + script], columns: 100,
      environment: ["SOCKEYE": Program.sockeye])
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func asksOnATerminal() throws {
    for (answer, code, seen) in [
      ("n", 1, "alive"), ("", 1, "alive"), ("y", 0, "ECONNABORTED"),
    ] {
      let terminal = try onTerminal(
        "$SOCKEYE close -n lport=7001 established; echo code $?; seen | grep established; echo END")
      #expect(terminal.wait { $0.text.contains("Close 1 socket? [y/N] ") })
      #expect(terminal.text.contains("ESTABLISHED") && terminal.text.contains("/python3"))
      terminal.type(answer + "\n")
      #expect(terminal.wait { $0.text.contains("END") })
      _ = terminal.exitStatus()
      #expect(terminal.text.contains("code \(code)"), "\(terminal.text)")
      #expect(terminal.text.contains("established \(seen)"), "\(terminal.text)")
    }
  }

  /// `x` in the live view, about the row as it was.
  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func closesFromTheLiveView() throws {
    let terminal = try onTerminal(
      "$SOCKEYE watch -n --interval 0.2 lport=7001 established; seen | grep established; echo END")
    #expect(terminal.wait { $0.text.contains("127.0.0.1:7001") })
    terminal.type("jx")
    #expect(terminal.wait { $0.text.contains("y/n") })
    #expect(terminal.text.contains("close 127.0.0.1:7001 to 127.0.0.1:"))
    terminal.type("y")
    #expect(terminal.wait { $0.text.contains("closed: 127.0.0.1:7001") })
    terminal.type("q")
    #expect(terminal.wait { $0.text.contains("END") })
    _ = terminal.exitStatus()
    #expect(terminal.text.contains("established ECONNABORTED ECONNRESET"), "\(terminal.text)")
  }

  /// By name, and everywhere: in the other one alone.
  @Test(.enabled(if: geteuid() == 0, "needs root"))
  func inOtherNamespaces() throws {
    let outcome = try Program.run(
      [
        "/usr/bin/env", "unshare", "-m", "-n", "/bin/sh", "-c",
        """
        mount -t tmpfs none /run; ip netns add one; ip netns add two
        cd "$(mktemp -d)"
        hold() {
          ip -n $1 link set lo up
          ip netns exec $1 python3 -c '
        import os, signal, socket
        l = socket.create_server(("127.0.0.1", 6317))
        kept = [socket.create_connection(("127.0.0.1", 6317)) for _ in range(2)]
        kept += [l.accept()[0] for _ in range(2)]
        print(os.getpid(), flush=True); signal.pause()' > $1.pid &
          until [ -s $1.pid ]; do sleep 0.01; done
        }
        hold one; hold two
        trap 'kill $(cat one.pid two.pid); ip netns del one; ip netns del two' EXIT
        count() { $SOCKEYE -N $1 --json 6317 established | jq '.sockets | length'; }
        $SOCKEYE close --yes -N one lport=6317 established > /dev/null; echo $? $(count one) $(count two)
        $SOCKEYE close --yes --everywhere lport=6317 established netns_name=two > /dev/null
        echo $(count one) $(count two)
        ip netns exec one python3 -c 'import socket; c = socket.create_connection(("127.0.0.1", 6317))'
        $SOCKEYE close --yes -N one -N two 6317 --listeners --json | jq -r '.targets[] |
          "\\(.outcome) \\(.sockets[0].netns_name) \\(.sockets[0].state)"' | sort
        """,
      ], environment: ["SOCKEYE": Program.sockeye])
    #expect(outcome.lines.first == "0 0 4" && outcome.lines.dropFirst().first == "0 0")
    #expect(outcome.lines.contains("ended one LISTENING"))
    #expect(outcome.lines.contains("ended two LISTENING"), "\(outcome.output)\(outcome.errors)")
  }
}
