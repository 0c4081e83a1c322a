import Foundation
import TestSupport
import Testing

/// `sockeye trace` by the kernel's own events, in network namespaces that the test makes.
@Suite(.enabled(if: TraceScene.isAvailable, "\(TraceScene.requirement)"))
struct TraceCommandTests {
  /// However short they are: each once, with both owners and every byte.
  @Test func everyShortConnectionIsToldOfWithBothOwners() throws {
    let outcome = try TraceScene.run(
      """
      serve 7101 7102 7103 7104
      begin --ndjson
      python3 ask.py 500 7101 7102 7103 7104
      lines 2000; finish
      cat asked.* | sort > asked
      jq -r 'select(.event == "closed") | [.local_port, .remote_port, .tx_bytes, .rx_bytes,
        .owners[0].pid, .peer_pid] | join(" ")' out | sort > told
      cmp asked told && wc -l < told
      jq -r '.closed_by + " " + .reason + " " + .owner_from + " " + (.incomplete | tostring)' out |
        sort -u
      jq -r 'select(.duration == null or .duration > 5000000 or .peer_process != "srv\\(.remote_port)"
        or .owners[0].name != "ask\\(.remote_port)" or .peer_local != true)' out | head -3
      cat errors
      """)
    #expect(
      outcome.lines == [
        "exit 0", "2000", "peer closed connect false",
        "sockeye: tracing TCP connections until Ctrl-C",
      ] as [Substring], "\(outcome.output.suffix(2000)) \(outcome.errors)")
  }

  /// Of a filter the ports are tested in the kernel, which refuses a program of which a part is never reached.
  @Test func theKernelTakesTheProgramOfEveryFilter() throws {
    let filters = [
      "127.0.0.1", "::1", "10.0.0.0/8 443", "src 10.0.0.1", "remote=10.0.0.0/8", "loopback",
      "127.0.0.1 or 80", "127.0.0.1:80 or ::1", "not 127.0.0.1", "::/0", "80,443", "not 80",
      "lport=1 lport=2", "lport=1 and (lport=2 or 10.0.0.1)", "port=1-65535", "lport!=80 rport=443",
      "(80 or 10.0.0.0/8) and (443 or 10.0.0.0/8)", "lport=1 lport=2 or 10.0.0.1", "rport=0",
    ]
    let outcome = try TraceScene.run(
      filters.map { "$SOCKEYE trace -v --for 0.02 '\($0)' 2>&1 | grep -c inet_sock_set_state\n" }
        .joined())
    #expect(outcome.lines == filters.map { _ in "1" }, "\(zip(filters, outcome.lines).map { $0 })")
  }

  /// What there was no room for is counted: nothing is lost in silence.
  @Test func whatAStoppedReaderLosesIsCounted() throws {
    let outcome = try TraceScene.run(
      """
      serve 7101 7102
      begin --ndjson --buffer 4096
      kill -STOP $TRACE
      python3 ask.py 300 7101 7102
      kill -CONT $TRACE
      finish
      lost=$(sed -n 's/.* lost \\([0-9,]*\\) events.*/\\1/p' errors | tr -d ,)
      # Two ends of each connection; one that lost its other end is told of alone.
      ends=$(jq -r 'if .peer_pid == null then 1 else 2 end' out |
        awk '{ s += $1 } END { print s + 0 }')
      [ "$lost" -gt 0 ] && echo $((lost + ends))
      """)
    #expect(outcome.lines == ["exit 0", "1200"], "\(outcome.output) \(outcome.errors)")
  }

  /// Each failure by its name, and its evidence.
  @Test(arguments: ["7105", "rport=7105"])
  func failuresAreNamed(closing: String) throws {
    let outcome = try TraceScene.run(
      """
      CLOSED=\(closing)
      # A router that forbids one address, knows no way to the next, and drops what is for the third.
      unshare -n sleep 60 & ROUTER=$!; SERVERS="$SERVERS $ROUTER"
      until [ "$(readlink /proc/$ROUTER/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.01; done
      ip link add v0 type veth peer name v1 netns $ROUTER
      ip address add 10.9.0.1/24 dev v0; ip link set v0 up; ip route add 10.8.0.0/24 via 10.9.0.2
      nsenter -t $ROUTER -n sh -c 'ip address add 10.9.0.2/24 dev v1; ip link set v1 up
        echo 1 > /proc/sys/net/ipv4/ip_forward; ip route add prohibit 10.8.0.2
        ip route add unreachable 10.8.0.3; ip route add blackhole 10.8.0.4'
      sysctl -qw net.ipv4.tcp_syn_retries=1 2>/dev/null || echo 1 > /proc/sys/net/ipv4/tcp_syn_retries
      serve 7101
      begin --ndjson
      cat > fail.py <<'END'
      import socket, struct, sys, time
      def attempt(place, timeout=None):
          s = socket.socket(); s.settimeout(timeout)
          try: s.connect(place)
          except OSError: pass
          s.close()
      attempt(("127.0.0.1", 1)); attempt(("10.8.0.2", 2))
      attempt(("10.8.0.3", 3)); attempt(("10.8.0.4", 4))
      l = socket.socket(); l.bind(("127.0.0.1", 7105)); l.listen()
      c = socket.socket(); c.connect(("127.0.0.1", 7105)); a, _ = l.accept()
      a.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); a.close(); c.close()
      c = socket.socket(); c.connect(("127.0.0.1", 7105)); a, _ = l.accept(); kept = c, a
      print("READY", flush=True); sys.stdin.readline()
      full = socket.socket(); full.bind(("127.0.0.1", 7106)); full.listen(0)
      one = socket.socket(); one.connect(("127.0.0.1", 7106))
      attempt(("127.0.0.1", 7106), 0.05); attempt(("127.0.0.1", 7106))
      END
      mkfifo in; python3 fail.py < in > ready & exec 3> in
      until grep -q READY ready; do sleep 0.01; done
      $SOCKEYE close --yes $CLOSED established > closed
      echo >&3; wait $!
      until grep timed_out out | grep -q 7106; do sleep 0.02; done
      finish
      jq -r 'select(.reason != "closed" and (.remote_port != 7106 or .event == "failed")) |
        [.event, .remote_port, .reason, .closed_by, .error, .owners[0].name] | map(tostring) |
        join(" ")' out | sort
      """)
    let error = closing == "7105" ? "ECONNRESET" : "ECONNABORTED"
    #expect(
      outcome.lines == [
        "exit 0", "closed 7105 destroyed aborted \(error) python3",
        "closed 7105 reset peer ECONNRESET python3", "failed 1 refused peer ECONNREFUSED python3",
        "failed 2 unreachable aborted EHOSTUNREACH python3",
        "failed 3 unreachable aborted EHOSTUNREACH python3",
        "failed 4 timed_out aborted ETIMEDOUT python3",
        "failed 7106 cancelled here null python3",
        "failed 7106 timed_out aborted ETIMEDOUT python3",
      ] as [Substring], "\(outcome.output) \(outcome.errors)")
  }

  @Test func linesOfTextSayWhatHappened() throws {
    let outcome = try TraceScene.run(
      """
      serve 7101
      begin --opens
      python3 ask.py 1 7101
      lines 2; finish
      sed -E 's/^[0-9:.]{12} //; s/:[0-9]{5} /:EPHEMERAL /; s/[0-9]+\\//PID\\//g; s/[0-9.]+ (us|ms)/TIME/g;
        s/(closed there, rtt TIME).*/\\1/; /^opened/s/(PID.srv7101).*/\\1/' out
      """)
    let opened: Substring =
      "opened 127.0.0.1:EPHEMERAL -> 127.0.0.1:7101, PID/ask7101 to PID/srv7101"
    let closed: Substring = """
      closed 127.0.0.1:EPHEMERAL -> 127.0.0.1:7101 after TIME, sent 4 bytes, received 0, \
      PID/ask7101 to PID/srv7101, closed there, rtt TIME
      """
    #expect(outcome.lines == ["exit 0", opened, closed], "\(outcome.output) \(outcome.errors)")
  }

  @Test func csvHasAHeaderAndTheSameFields() throws {
    let outcome = try TraceScene.run(
      """
      serve 7101
      begin --csv
      python3 ask.py 2 7101
      lines 3; finish
      python3 - <<'END'
      import csv
      rows = list(csv.DictReader(open("out", newline="")))
      print(len(rows), {r["event"] for r in rows}, {r["reason"] for r in rows}, [r["rx_bytes"] for r in rows],
        {r["process"] for r in rows}, {r["peer_process"] for r in rows}, {len(r) for r in rows})
      END
      """)
    #expect(
      outcome.lines == [
        "exit 0", "2 {'closed'} {'closed'} ['0', '37'] {'ask7101'} {'srv7101'} {32}",
      ] as [Substring], "\(outcome.output) \(outcome.errors)")
  }

  /// The filter is that of a list: either end may match, and the other is still known.
  @Test func filtersJudgeBothEnds() throws {
    let outcome = try TraceScene.run(
      """
      serve 7101 7102
      say() { jq -r '"\\(.owners[0].name)"' out | sort | uniq -c | sed 's/^ *//'; }
      for filter in rport=7101 lport=7101 srv7102 'process=ask710*' 'rx_bytes>=37 ask7101' \\
        'duration>1h' 'reason=closed peer_process=srv7101' 'closed_by=here'; do
        begin --ndjson "$filter"
        python3 ask.py 2 7101 7102
        finish > code
        echo "$filter: $(say | tr '\\n' ' ')$(cat code)"
      done
      """)
    #expect(
      outcome.lines == [
        "rport=7101: 2 ask7101 exit 0", "lport=7101: 2 srv7101 exit 0",
        "srv7102: 2 srv7102 exit 0", "process=ask710*: 2 ask7101 2 ask7102 exit 0",
        "rx_bytes>=37 ask7101: 1 ask7101 exit 0", "duration>1h: exit 0",
        "reason=closed peer_process=srv7101: 2 ask7101 exit 0",
        "closed_by=here: 2 srv7101 2 srv7102 exit 0",
      ] as [Substring], "\(outcome.output) \(outcome.errors)")
  }

  @Test func totalsAreByProcessAndPort() throws {
    let outcome = try TraceScene.run(
      """
      serve 7101
      begin --ndjson --summary 1h
      python3 ask.py 5 7101
      python3 -c 'import socket; socket.socket().connect_ex(("127.0.0.1", 7109))'
      finish
      jq -r '[.process, .direction, .port, .opened, .closed, .failed, .tx_bytes, .rx_bytes] |
        map(tostring) | join(" ")' out
      """)
    #expect(
      outcome.lines == ["exit 0", "ask7101 out 7101 5 5 0 30 370", "python3 out 7109 0 0 1 0 0"]
        as [Substring], "\(outcome.output) \(outcome.errors)")
  }

  @Test func itEndsByCountTimeAndClosedPipe() throws {
    let outcome = try TraceScene.run(
      """
      serve 7101
      begin --count 2
      python3 ask.py 5 7101
      wait $TRACE; echo "count $? $(wc -l < out)"
      $SOCKEYE trace --for 0.05 2>/dev/null; echo "for $?"
      $SOCKEYE trace --count 1 --for 50ms 2>/dev/null; echo "both $?"
      mkfifo pipe; $SOCKEYE trace > pipe 2> errors & TRACE=$!
      exec 3< pipe; until grep -q tracing errors; do sleep 0.01; done
      exec 3<&-; wait $TRACE; echo "pipe $?"
      """)
    #expect(
      outcome.lines == ["count 0 2", "for 0", "both 124", "pipe 0"] as [Substring],
      "\(outcome.output) \(outcome.errors)")
  }

  /// A command, what it starts and what these start: nobody else's connections. A daemon stays behind.
  @Test func aCommandIsFollowed() throws {
    let outcome = try TraceScene.run(
      """
      serve 7101 7102 7103
      python3 ask.py 100 7103 & OTHERS=$!
      cat > stay.py <<'END'
      import os, socket, time
      if os.fork() == 0:
          os.setsid(); s = socket.socket(); s.connect(("127.0.0.1", 7102)); open("stays", "w").write(str(os.getpid()))
          time.sleep(60)
      END
      $SOCKEYE trace --ndjson -- sh -c 'python3 ask.py 2 7101; (sh -c "python3 ask.py 3 7102"); python3 stay.py
        until [ -s stays ]; do sleep 0.01; done; echo its own; exit 7' > out 2> errors
      echo "exit $?"; wait $OTHERS; cat out
      grep '^{' errors | jq -r '"\\(.owners[0].name) \\(.peer_process)"' | sort | uniq -c | sed 's/^ *//'
      grep -v '^{' errors; kill $(cat stays)
      $SOCKEYE trace -- sh -c 'kill -9 $$' 2>/dev/null; echo "killed $?"
      $SOCKEYE trace -- /nowhere/at/all; echo "none $?"
      mkfifo go; $SOCKEYE trace --for 0.2 -- sh -c 'read x < go' 2>errors; echo "time $?"; cat errors; echo > go
      """)
    #expect(
      outcome.lines == [
        "exit 7", "its own", "2 ask7101 srv7101", "3 ask7102 srv7102",
        "sockeye: 1 connection of it is still open", "killed 137", "none 127", "time 124",
        "sockeye: sh goes on, and what it connects to is no longer told",
      ] as [Substring], "\(outcome.output) \(outcome.errors)")
  }

  @Test func underSudoItAsksForWhom() throws {
    let outcome = try TraceScene.run(
      """
      SUDO_USER=nobody $SOCKEYE trace -- id; echo $?
      SUDO_USER=nobody $SOCKEYE trace --as nobody -- sh -c 'id -un; echo $HOME; grep Groups /proc/self/status | wc -w' 2>errors
      echo $?; cat errors
      $SOCKEYE trace --as nobody-at-all -- id; echo $?
      $SOCKEYE trace --as nobody; echo $?
      """)
    #expect(
      outcome.lines == ["2", "nobody", "/nonexistent", "2", "0", "2", "2"] as [Substring],
      "\(outcome.output) \(outcome.errors)")
    #expect(outcome.errors.contains("id would run as root; --as nobody or --as root says as whom"))
  }

  /// Two side by side see the same; one that is killed leaves nothing behind.
  @Test func twoAtOnceAndNothingIsLeft() throws {
    let outcome = try TraceScene.run(
      """
      serve 7101
      programs() { cat /proc/$1/fdinfo/* 2>/dev/null | sed -n 's/^prog_id:[^0-9]*//p' | sort -u; }
      begin --ndjson; ONE=$TRACE; mv out one
      begin --ndjson
      python3 ask.py 20 7101
      lines 20; until [ "$(wc -l < one)" -ge 20 ]; do sleep 0.01; done
      jq -r .cookie one | sort > a; jq -r .cookie out | sort > b; cmp a b && echo same
      ids=$(programs $TRACE); [ -n "$ids" ] && echo attached
      kill -9 $ONE $TRACE; wait $ONE $TRACE 2>/dev/null
      python3 - $ids <<'END'
      import ctypes, errno, os, sys, time
      libc = ctypes.CDLL(None, use_errno=True)
      class Attr(ctypes.Structure): _fields_ = [("id", ctypes.c_uint32), ("next", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("rest", ctypes.c_uint8 * 132)]
      number = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
      def exists(i):
          a = Attr(id=i); fd = libc.syscall(number, 13, ctypes.byref(a), ctypes.sizeof(a))
          if fd >= 0: os.close(fd)
          return fd >= 0
      deadline = time.time() + 30
      while any(exists(int(i)) for i in sys.argv[1:]) and time.time() < deadline: time.sleep(0.02)
      print("left", sum(exists(int(i)) for i in sys.argv[1:]))
      END
      """)
    #expect(
      outcome.lines == ["same", "attached", "left 0"] as [Substring],
      "\(outcome.output) \(outcome.errors)")
  }

  /// The two capabilities are enough.
  @Test func anOrdinaryUserWithTheCapabilities() throws {
    let outcome = try TraceScene.run(
      """
      serve 7101
      cp $SOCKEYE sockeye; chmod 755 sockeye
      as() { setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=$1 --ambient-caps=$1 \\
        --bounding-set=+all ./sockeye trace --ndjson > out 2> errors & TRACE=$!
        until grep -q tracing errors; do kill -0 $TRACE 2>/dev/null || break; sleep 0.01; done; }
      as +bpf,+perfmon
      python3 ask.py 3 7101
      lines 3; finish
      jq -r '"\\(.owners[0].name) \\(.peer_process) \\(.reason)"' out | sort -u; cat errors
      as -all
      python3 ask.py 3 7101
      lines 3; finish
      jq -r '"\\(.event) \\(.reason) \\(.duration)"' out | sort -u; 
      grep -o 'CAP_BPF and CAP_PERFMON are needed' errors
      """)
    #expect(
      outcome.lines == [
        "exit 0", "ask7101 srv7101 closed", "sockeye: tracing TCP connections until Ctrl-C",
        "exit 0", "closed null null",
        "CAP_BPF and CAP_PERFMON are needed",
      ] as [Substring], "\(outcome.output) \(outcome.errors)")
  }
}

/// What the command line refuses, and what there is without rights.
@Suite struct TraceRefusalTests {
  @Test(arguments: [
    (["trace", "--json"], "not to sockeye trace"),
    (["trace", "udp"], "trace: 'udp' leaves out TCP, which alone has events"),
    (["trace", "listening"], "trace: 'listening' asks for a state"),
    (["trace", "--as", "root"], "--as: there is no -- COMMAND"),
    (["trace", "80", "--"], "-- needs a value: sockeye trace [FILTER] -- COMMAND"),
  ])
  func saysWhatIsWrong(line: [String], words: String) throws {
    let outcome = try Program.run([Program.sockeye] + line)
    #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test(.enabled(if: Namespace.isAvailable, "\(Namespace.requirement)"))
  func aUserNamespaceIsSaid() throws {
    let outcome = try Program.run([
      "/usr/bin/env", "unshare", "-r", "-n", Program.sockeye, "trace", "--for", "0.01",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        "the kernel lets nobody of another user namespace load BPF programs"), "\(outcome.errors)")
  }
}
