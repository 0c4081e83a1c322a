import TestSupport
import Testing

/// What a shell sees of `serve`, `connect`, `probe` and `wait`. Namespaces keep other programs'
/// ports out.
@Suite(.enabled(if: Namespace.isAvailable, "\(Namespace.requirement)"))
struct PeerCommandTests {
  /// A server on port 7000; `$SERVER` is its process.
  private static let serving = """
    { $SOCKEYE serve 7000 > /dev/null & } ; SERVER=$!
    $SOCKEYE wait -q 7000

    """

  /// SIGINT is ignored by what a script starts in the background; a signal sent before the program
  /// waits for it would end it by itself.
  @Test(arguments: [
    ("serve 7001", "listening", 0), ("demo --hold", "LISTENING", 0),
    ("demo --hold=60", "LISTENING", 0), ("demo --states --hold=60", "LISTENING", 0),
    ("connect 7000", "connected", 130),
    ("connect 7000 --hold", "connected", 0),
  ])
  func aSignalEndsItAsItShould(arguments: String, sign: String, status: Int32) throws {
    let outcome = try Namespace.shell(
      Self.serving + """
        out=$(mktemp)
        mkfifo "$out.input"
        exec 3<> "$out.input"
        $SOCKEYE \(arguments) <&3 > "$out" 2>&1 &
        until grep -q '\(sign)' "$out"; do sleep 0.02; kill -0 $! || break; done
        kill -TERM $!
        wait $!
        echo "exit $?"
        kill $SERVER
        rm "$out" "$out.input"
        """)
    #expect(outcome.lines.last == "exit \(status)", "\(outcome.errors)")
  }

  @Test(arguments: [
    ("wait 9 --timeout 0.05", 124, "nobody listens on port 9"),
    ("wait 9 --free", 0, "port 9 is free"),
    ("wait 7000 --connect", 0, "127.0.0.1:7000 accepts connections"),
    ("wait 127.0.0.1:9 --timeout 0.1", 124, "nobody listens on port 9 of 127.0.0.1"),
    ("wait 127.0.0.1:9 --free", 0, "port 9 of 127.0.0.1 is free"),
    (
      "wait 127.0.0.1:9 --connect --timeout 0.1", 124,
      "127.0.0.1 port 9: connection refused: nobody listens there (tried 127.0.0.1:9)"
    ),
    ("wait 127.0.0.1:9 --connect --free", 0, "127.0.0.1 port 9 refuses connections"),
    (
      "wait 127.0.0.1:7000 --connect --free --timeout 0.1", 124,
      "127.0.0.1 port 7000 still accepts connections"
    ),
    (
      "wait 192.0.2.1:80 --timeout 0.1", 124,
      "192.0.2.1 port 80: no route from here (tried 192.0.2.1:80)"
    ),
    (
      "wait 192.0.2.1:80 --free --timeout 0.1", 124,
      "192.0.2.1 port 80: no route from here (tried 192.0.2.1:80)"
    ),
    // A command that can't be run ended with 3, like an answer of the kernel's.
    ("wait -q 7000 -- /no/such", 127, "cannot run /no/such: No such file or directory"),
    ("wait -q 7000 -- /", 126, "cannot run /: Permission denied"),
    // Terms that nobody looked at.
    (
      "wait 192.0.2.1:80 process=x", 2,
      "192.0.2.1: 'process=x' is about sockets of this host, and would not be looked at"
    ),
    ("wait 192.0.2.1:80 udp", 2, "192.0.2.1: UDP has no handshake that could be awaited"),
    (
      "connect nosuch.invalid:80", 3,
      "cannot resolve nosuch.invalid: no name server answers (see /etc/resolv.conf)"
    ),
    (
      "serve 192.0.2.1:80", 3,
      "can't listen on 192.0.2.1:80: 192.0.2.1 is not an address of this host"
    ),
    ("wait 127.0.0.1:7000 process=sockeye -q", 0, ""),
    (
      "wait 7000 process=other --timeout 0.05", 124,
      "somebody listens on port 7000, but does not match process=other"
    ),
    ("wait 7000 process=other --free", 0, "no socket on port 7000 matches process=other"),
    (
      "serve 7000", 3,
      "can't listen on 127.0.0.1:7000: Address already in use; who has it: sockeye lport=7000"
    ),
    (
      "connect 127.0.0.1:9", 3,
      "127.0.0.1 port 9: connection refused: nobody listens there (tried 127.0.0.1:9)"
    ),
    (
      "connect 192.0.2.1:80", 3,
      "192.0.2.1 port 80: no route from here (tried 192.0.2.1:80)"
    ),
    (
      "connect [fe80::1]:80", 3,
      "fe80::1 port 80: a link-local address needs its zone, e.g. [fe80::1%eth0]:80 (tried [fe80::1]:80)"
    ),
  ])
  func whatItSays(arguments: String, status: Int32, sentence: String) throws {
    let outcome = try Namespace.shell(
      Self.serving + "$SOCKEYE \(arguments); echo $?; kill $SERVER")
    #expect(outcome.lines.last == "\(status)")
    #expect(outcome.errors == (sentence.isEmpty ? "" : "sockeye: \(sentence)\n"))
  }

  @Test func whatWaitsForAServerTalksToIt() throws {
    let outcome = try Namespace.shell(
      """
      ($SOCKEYE serve 7000 > /dev/null) &
      $SOCKEYE wait 7000 process=sockeye -- $SOCKEYE connect 7000 --message hello
      echo " $?"
      kill $($SOCKEYE --pids listening :7000)
      """)
    #expect(outcome.output == "hello 0\n", "\(outcome.errors)")
  }

  @Test func aServerThatRestartsIsSeenEachTime() throws {
    let outcome = try Namespace.shell(
      """
      for round in 1 2 3 4 5 6 7 8 9 10; do
        $SOCKEYE serve 7000 > /dev/null &
        $SOCKEYE wait -q 7000 || echo "not there: $?"
        $SOCKEYE wait -q 127.0.0.1:7000 --connect || echo "does not answer: $?"
        kill -TERM $!
        $SOCKEYE wait -q 7000 --free || echo "not free: $?"
        $SOCKEYE wait -q 127.0.0.1:7000 --connect --free || echo "does not refuse: $?"
        wait $! || echo "ended with $?"
      done
      """)
    #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.output)\(outcome.errors)")
  }

  // Clients that got nothing back ended with 0 and without a word.
  @Test func connectionsThatAreClosedEarlyAreCounted() throws {
    let outcome = try Namespace.shell(
      """
      $SOCKEYE serve 7000 --max-connections 2 > /dev/null & FULL=$!
      $SOCKEYE serve 7001 --mode discard > /dev/null & SILENT=$!
      $SOCKEYE wait -q 7000 7001
      $SOCKEYE connect 7000 --connections 4 --message x --hold=0.01; echo " $?"
      $SOCKEYE connect 7001 --connections 4 --message x; echo " $?"
      kill $FULL $SILENT
      """)
    #expect(outcome.output == "xx 3\n 0\n")
    let sentence =
      "sockeye: 2 of 4 connections were closed by the other end before what was sent came back; "
      + "it may not take so many clients\n"
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
  }

  @Test func howManyCouldBeConnectedIsSaid() throws {
    let outcome = try Namespace.shell(
      Self.serving + "ulimit -n 30; $SOCKEYE connect 7000 --connections 100; echo $?; kill $SERVER")
    #expect(outcome.lines.last == "3")
    #expect(outcome.errors.contains(" connections to 127.0.0.1:7000 in "))
    #expect(
      outcome.errors.contains(
        " more: Too many open files (this process may open 30, see ulimit -n)\n"))
  }

  @Test func aFullAcceptQueueIsNamed() throws {
    let outcome = try Namespace.shell(
      """
      table=$(mktemp)
      $SOCKEYE demo --states --hold -n > "$table" &
      until grep -q ' 1/0! ' "$table"; do sleep 0.02; done
      port=$(sed -n 's/^tcp *127.0.0.1:\\([0-9]*\\) .* 1\\/0! .*/\\1/p' "$table")
      $SOCKEYE probe --timeout 0.1 127.0.0.1 $port
      echo $?
      kill $!
      rm "$table"
      """)
    #expect(outcome.lines.first == "127.0.0.1 is up", "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("accept queue full, 1/0"))
    #expect(outcome.lines.last == "1")
  }

  // It was connected, and then there was no descriptor left for signals: exit 3.
  @Test func fourDescriptorsAreEnoughForOneConnection() throws {
    let outcome = try Namespace.shell(
      Self.serving + """
        ulimit -n 4
        $SOCKEYE connect 127.0.0.1:7000 --message hello; echo " $?"
        $SOCKEYE connect 127.0.0.1:7000; echo "$?"
        kill $SERVER
        """)
    #expect(outcome.output == "hello 0\n0\n", "\(outcome.errors)")
  }

  // Only ::1's refusal was told, and to probe it was an open port.
  @Test func bothLoopbackAddressesAreToldOf() throws {
    let outcome = try Namespace.shell(
      """
      echo 40000 40003 > /proc/sys/net/ipv4/ip_local_port_range
      $SOCKEYE serve 127.0.0.1:7000 > /dev/null & SERVER=$!
      $SOCKEYE wait -q 7000
      $SOCKEYE connect 127.0.0.1:7000 --connections 4 --hold 2> /dev/null & HELD=$!
      until $SOCKEYE -q established lport=40003; do sleep 0.02; done
      $SOCKEYE connect 7000 2>&1
      $SOCKEYE wait 7000 --connect --timeout 0.1 2>&1
      $SOCKEYE probe 7000 | tail -n 2 | sed 's/ bbs /     /; s/[0-9.]* ms/TIME/'
      kill $HELD $SERVER
      """)
    let why = """
      127.0.0.1:7000: no local port is left to connect from (net.ipv4.ip_local_port_range); \
      [::1]:7000: connection refused: nobody listens there
      """
    #expect(
      outcome.lines == [
        "sockeye: port 7000 of this host: \(why)", "sockeye: port 7000: \(why)",
        "7000/tcp  closed           TIME  refused",
        "127.0.0.1: no local port is left to connect from (net.ipv4.ip_local_port_range)",
      ], "\(outcome.errors)")
  }

  // A name's first address was all that was probed.
  @Test func everyAddressOfANameIsProbed() throws {
    let outcome = try Namespace.shell(
      """
      hosts=$(mktemp)
      printf '127.0.0.2 multi.test\\n127.0.0.3 multi.test\\n' > "$hosts"
      $SOCKEYE serve 127.0.0.3:7000 > /dev/null & SERVER=$!
      $SOCKEYE wait -q 7000
      export hosts
      unshare -m sh -c 'mount --bind "$hosts" /etc/hosts; $SOCKEYE probe multi.test:7000; echo $?' |
        sed "s/ bbs //; s/[0-9.]* m*s/TIME/g; s/$SERVER/PID/" | tr -s ' '
      kill $SERVER
      rm "$hosts"
      """)
    #expect(
      outcome.lines == [
        "multi.test (127.0.0.2, 127.0.0.3) is up, TIME away",
        "PORT ADDRESS STATE SERVICE TIME REASON OWNER",
        "7000/tcp 127.0.0.2 closed TIME refused",
        "7000/tcp 127.0.0.3 open TIME PID/sockeye", "0",
      ], "\(outcome.errors)")
  }
}
