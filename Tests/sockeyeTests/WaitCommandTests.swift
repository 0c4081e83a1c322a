import TestSupport
import Testing

/// What `wait` says of a port of this host, by the kernel's table.
@Suite(.enabled(if: Namespace.isAvailable, "\(Namespace.requirement)"))
struct WaitCommandTests {
  // A port was called free to which somebody was bound: bind(2) still failed.
  @Test func aPortThatSomebodyIsBoundToIsNotFree() throws {
    let outcome = try Namespace.shell(
      """
      table=$(mktemp)
      $SOCKEYE demo --states --hold=60 --csv --columns state,local_port -H > "$table" & PID=$!
      until grep -q '^BOUND' "$table"; do sleep 0.02; kill -0 $PID || break; done
      port=$(sed -n 's/^BOUND,\\([0-9]*\\).*/\\1/p' "$table" | head -n 1)
      $SOCKEYE wait $port --free --timeout 0.05 2>&1 | sed "s/$port/PORT/g; s/$PID/PID/"
      $SOCKEYE wait $port --free --timeout 0.05 -q; echo $?
      $SOCKEYE wait $port --timeout 0.05 -q; echo $?
      kill $PID; wait $PID
      $SOCKEYE wait $port --free -q; echo $?
      rm "$table"
      """)
    let sentence = "sockeye: port PORT is not free: PID/sockeye is bound to 127.0.0.1:PORT"
    #expect(outcome.output == "\(sentence)\n124\n124\n0\n", "\(outcome.errors)")
  }

  @Test func whoHoldsThePortIsNamedAtTheEnd() throws {
    let outcome = try Namespace.shell(
      """
      $SOCKEYE serve 7000 > /dev/null & PID=$!
      $SOCKEYE wait -q 7000
      $SOCKEYE wait 7000 --free --timeout 0.05 2>&1 | sed "s/$PID/PID/"
      kill $PID
      """)
    #expect(
      outcome.output
        == "sockeye: port 7000 is not free: PID/sockeye listens on 127.0.0.1:7000\n")
  }

  // A process's name could put a line of its own on standard error.
  @Test func aNameWithANewlineForgesNoLine() throws {
    let outcome = try Namespace.shell(
      """
      directory=$(mktemp -d)
      ln -s "$SOCKEYE" "$directory/a
      sockeye: FAKE"
      "$directory/a
      sockeye: FAKE" serve 7000 > /dev/null & PID=$!
      $SOCKEYE wait 7000 2>&1 | sed "s/$PID/PID/"
      kill $PID
      rm -r "$directory"
      """)
    #expect(
      outcome.output == "sockeye: PID/a\\nsockeye: FAKE listens on 127.0.0.1:7000\n")
  }

  // A pattern was held against names that nobody had looked up: it never matched.
  @Test func aPatternIsHeldAgainstNames() throws {
    let outcome = try Namespace.shell(
      """
      $SOCKEYE serve 7000 > /dev/null & PID=$!
      $SOCKEYE wait -q 7000
      $SOCKEYE wait -q 7000 'user=ro*' --timeout 0.05; echo $?
      $SOCKEYE wait -q 7000 'user=ro*' --timeout 0.05 --free; echo $?
      $SOCKEYE wait -q 7000 'user=nob*' --timeout 0.05; echo $?
      $SOCKEYE wait -q 7000 'user=nob*' --timeout 0.05 --free; echo $?
      kill $PID
      """)
    #expect(outcome.output == "0\n124\n124\n0\n")
  }

  /// Holds port 7000 as a Python script says, which prints a line when it is ready.
  private static func holding(_ script: String, then rest: String) throws -> Program.Outcome {
    try Namespace.shell(
      """
      ready=$(mktemp)
      python3 -u -c '
      import signal, socket
      def listener(port, reuse, kind=socket.SOCK_STREAM):
          s = socket.socket(socket.AF_INET, kind)
          s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
          s.bind(("127.0.0.1", port))
          if kind == socket.SOCK_STREAM: s.listen(8)
          return s
      def pair(s):
          c = socket.create_connection(s.getsockname())
          return c, s.accept()[0]
      \(script)
      print("ready", flush=True)
      signal.alarm(60); signal.pause()
      ' > "$ready" & PID=$!
      until grep -q ready "$ready"; do sleep 0.02; kill -0 $PID || break; done
      \(rest)
      kill $PID 2> /dev/null
      rm "$ready"
      """)
  }

  // A port was called free because nobody listened: bind(2) failed. And the other way round it can be
  // bound beside live connections, where all of them were made with SO_REUSEADDR.
  @Test(arguments: [
    // The server is gone, its connection lives on.
    ("s = listener(7000, 0); held = pair(s); s.close()", "124", "has a connection from"),
    ("s = listener(7000, 1); held = pair(s); s.close()", "0", "still there: 1 live connection"),
    // A client that was given the port.
    (
      "s = listener(7001, 1); c = socket.socket(); c.bind((\"127.0.0.1\", 7000)); "
        + "c.connect((\"127.0.0.1\", 7001))", "124", "has a connection from 127.0.0.1:7000 to"
    ),
    // The server closed first.
    (
      "s = listener(7000, 1); c, a = pair(s); a.close(); c.recv(1); c.close(); s.close()", "0",
      "still there: 1 connection in TIME_WAIT"
    ),
    (
      "s = listener(7000, 0); c, a = pair(s); a.close(); c.recv(1); c.close(); s.close()", "124",
      "bound without SO_REUSEADDR"
    ),
  ])
  func freeIsWhereAServerCouldBind(script: String, status: String, sentence: String) throws {
    let outcome = try Self.holding(
      script, then: "$SOCKEYE wait 7000 --free --timeout 0.3; echo $?")
    #expect(outcome.output == status + "\n", "\(outcome.errors)")
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
  }

  /// bind(2) may get in another server's way: once is enough, and of UDP it is never asked.
  @Test(
    .enabled(
      if: (try? Program.shell("strace -V"))?.status == 0, "needs strace"),
    arguments: [
      // Somebody listens all the time.
      ("s = listener(7000, 0)", "7000 --free", 0),
      // Free at the first look.
      ("", "7000 --free", 1),
      // A connection has it for as long as we wait: at the first look and at the last.
      ("s = listener(7000, 0); held = pair(s); s.close()", "7000 --free", 2),
      ("s = listener(7000, 0, socket.SOCK_DGRAM)", "7000 udp --free", 0),
      ("", "udp 7000 --free", 0), ("s = listener(7000, 0)", "7000", 0),
    ])
  func itBindsOnceAndNotForUDP(script: String, arguments: String, count: Int) throws {
    let outcome = try Self.holding(
      script,
      then: """
        strace -f -e trace=bind,setsockopt -o "$ready.trace" \
          $SOCKEYE wait -q \(arguments) --timeout 0.5
        grep -c 'bind(.*sin.*_port=htons(7000)' "$ready.trace"
        grep -c 'SO_REUSEADDR, \\[1\\]' "$ready.trace"
        rm "$ready.trace"
        """)
    #expect(outcome.output == "\(count)\n\(count)\n", "\(outcome.errors)")
  }

  // `udp` was a host, or a term that asked for a TCP socket which is UDP.
  @Test func aUDPPortIsAwaitedToo() throws {
    let outcome = try Self.holding(
      "s = listener(7000, 0, socket.SOCK_DGRAM)",
      then: """
        $SOCKEYE wait -q udp 7000 --timeout 5; echo $?
        $SOCKEYE wait -q 7000 udp --timeout 5; echo $?
        $SOCKEYE wait -q 7000 --timeout 0.05; echo $?
        $SOCKEYE wait --free 7000 udp --timeout 0.05 2>&1 | sed "s/$PID/PID/"
        $SOCKEYE wait -q --free 7000 --timeout 0.05; echo $?
        kill $PID
        $SOCKEYE wait --free udp 7000 2>&1
        """)
    #expect(
      outcome.lines == [
        "0", "0", "124",
        "sockeye: UDP port 7000 is not free: PID/python3 is bound to UDP 127.0.0.1:7000", "0",
        "sockeye: UDP port 7000 is free",
      ], "\(outcome.errors)")
  }

  // A server that takes one client had its accept queue filled by whoever waited for it.
  @Test(arguments: ["127.0.0.1:7000", "localhost:7000", "0.0.0.0:7000", "[::ffff:127.0.0.1]:7000"])
  func anAddressOfThisHostIsNotConnectedTo(target: String) throws {
    let outcome = try Self.holding(
      "s = listener(7000, 0)",
      then: """
        $SOCKEYE wait \(target) --timeout 5 2>&1 | sed "s/$PID/PID/"
        $SOCKEYE -H --no-process --columns recv_q listening :7000
        """)
    #expect(
      outcome.output == "sockeye: PID/python3 listens on 127.0.0.1:7000\n0\n",
      "\(outcome.errors)")
  }

  @Test func anotherAddressOfThisHostIsNotTheOneAskedFor() throws {
    let outcome = try Self.holding(
      "s = listener(7000, 0)",
      then: """
        $SOCKEYE wait 127.0.0.2:7000 --timeout 0.05 2>&1
        $SOCKEYE wait 127.0.0.2:7000 --free --timeout 5 2>&1
        """)
    #expect(
      outcome.lines == [
        "sockeye: nobody listens on port 7000 of 127.0.0.2",
        "sockeye: port 7000 of 127.0.0.2 is free",
      ], "\(outcome.errors)")
  }

  /// Runs with an own /etc/hosts (`$hosts`) that knows localhost alone.
  private static func withHosts(_ script: String) throws -> Program.Outcome {
    try Namespace.shell(
      """
      export hosts=$(mktemp)
      echo '127.0.0.1 localhost' > "$hosts"
      cat > "$hosts.sh" <<'END'
      mount --bind "$hosts" /etc/hosts
      \(script)
      END
      unshare -m sh "$hosts.sh"
      rm "$hosts" "$hosts.sh"
      """)
  }

  // A name that can't be resolved yet ended the wait in milliseconds.
  @Test func aNameMayComeLater() throws {
    let outcome = try Self.withHosts(
      """
      $SOCKEYE serve 7000 > /dev/null & SERVER=$!
      $SOCKEYE wait -q 7000
      $SOCKEYE wait -q late.test:7000 --timeout 30 & WAIT=$!
      $SOCKEYE wait late.test:7000 --timeout 0.2; echo $?
      echo '127.0.0.1 late.test' >> "$hosts"
      wait $WAIT; echo $?
      kill $SERVER
      """)
    #expect(outcome.output == "124\n0\n", "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("sockeye: cannot resolve late.test: "))
  }

  // A name server that is silent took ten seconds, whatever --timeout said.
  @Test(arguments: [
    ("wait db.test:80 --timeout 0.3", 124), ("connect db.test:80 --timeout 0.3", 3),
    ("probe db.test:80 --timeout 0.3", 3),
  ])
  func aSilentNameServerTakesNoMoreThanTheTime(arguments: String, status: Int) throws {
    let outcome = try Self.withHosts(
      """
      ip link add v0 type veth peer name v1
      ip addr add 192.0.2.1/24 dev v0
      ip link set v0 up
      ip link set v1 up
      ip neigh add 192.0.2.53 lladdr 02:00:00:00:00:53 dev v0
      echo 'nameserver 192.0.2.53' > "$hosts.resolv"
      mount --bind "$hosts.resolv" /etc/resolv.conf
      timeout 4 $SOCKEYE \(arguments); echo $?
      umount /etc/resolv.conf
      rm "$hosts.resolv"
      """)
    #expect(outcome.output == "\(status)\n", "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("sockeye: cannot resolve db.test: no answer "))
  }

  // It was one look.
  @Test func aTimeoutOfZeroIsForEver() throws {
    let outcome = try Namespace.shell(
      """
      $SOCKEYE wait -q 7000 --timeout 0 & WAIT=$!
      $SOCKEYE wait -q 7001 --timeout 0.3
      kill -0 $WAIT && echo waits
      $SOCKEYE serve 7000 > /dev/null & SERVER=$!
      wait $WAIT; echo $?
      kill $SERVER
      """)
    #expect(outcome.output == "waits\n0\n", "\(outcome.errors)")
  }
}
