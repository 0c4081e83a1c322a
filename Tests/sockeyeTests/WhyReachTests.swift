import Glibc
import TestSupport
import Testing

/// Who reaches what listens on a port, as `why` says it, and that to ask is harmless.
@Suite(.enabled(if: Namespace.isAvailable, "\(Namespace.requirement)"))
struct WhyReachTests {
  /// A program that accepts nothing: the queue fills, new connections are dropped, and the first waits.
  @Test func aQueueThatIsFull() throws {
    let program = """
      s = listener('127.0.0.1', 7000, backlog=1)
      for _ in range(6):
          c = socket.socket(); c.setblocking(False); c.connect_ex(s.getsockname()); kept.append(c)
      """
    let outcome = try WhyScene.beside(
      program,
      """
      for look in $(seq 300); do
        $SOCKEYE why 7000 > $dir/text
        grep -q 'accept(2)' $dir/text && grep -q 'so far' $dir/text && break
        sleep 0.05
      done
      cat $dir/text
      """)
    #expect(
      outcome.output.contains(
        "- The accept queue of 127.0.0.1:7000 is full (2 wait, the limit is 1), and new connections are "
          + "dropped: "), "\(outcome)")
    #expect(outcome.output.contains("to be accepted (2 in the queue): the program does not call"))
  }

  @Test func aProgramThatIsStopped() throws {
    let outcome = try WhyScene.beside(
      "listener('127.0.0.1', 7000)",
      """
      kill -STOP $PID
      until grep -q '^State:.T' /proc/$PID/status; do sleep 0.01; done
      $SOCKEYE why 7000
      kill -CONT $PID
      """)
    #expect(
      outcome.output.contains(
        "- PID/python3 (user root) is stopped (state T) and answers nobody.\n    kill -CONT PID\n"),
      "\(outcome)")
  }

  /// A UDP socket that shared the port took others' datagrams. Each datagram has to be answered before
  /// the next one is sent, so that none is lost for want of room.
  @Test func aUDPServiceLosesNoDatagram() throws {
    let program = """
      s = datagrams('127.0.0.1', 7000)
      c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); kept.append(c)
      c.settimeout(20)
      def serve():
          while True:
              data, peer = s.recvfrom(100); s.sendto(data, peer)
      def send():
          sent = lost = 0
          while not os.path.exists(sys.argv[1] + "/stop"):
              sent += 1; c.sendto(b"%d" % sent, ("127.0.0.1", 7000))
              try:
                  if c.recv(100) != b"%d" % sent: lost += 1
              except TimeoutError: lost += 1
          open(sys.argv[1] + "/sum.new", "w").write("%d %d\\n" % (lost, sent > 1000))
          os.rename(sys.argv[1] + "/sum.new", sys.argv[1] + "/sum")
      for body in serve, send: threading.Thread(target=body, daemon=True).start()
      """
    let outcome = try WhyScene.beside(
      program,
      """
      for look in $(seq 50); do
        for ask in 7000 127.0.0.1:7000 0.0.0.0:7000 127.0.0.2:7000; do
          $SOCKEYE why $ask udp -q; echo $?
        done
      done | sort | uniq -c | tr -s ' '
      touch $dir/stop
      for look in $(seq 3000); do [ -e $dir/sum ] && break; sleep 0.01; done
      cat $dir/sum
      """)
    #expect(outcome.lines == [" 50 0", " 150 1", "0 1"], "\(outcome)")
  }

  /// A plain bind(2) of ours made others' fail.
  @Test func aServiceThatRestartsIsNotHindered() throws {
    let program = """
      def restart():
          failed = begun = 0
          while not os.path.exists(sys.argv[1] + "/stop"):
              s = socket.socket(); s.setsockopt(*REUSE)
              try:
                  s.bind(("127.0.0.1", 7000)); s.listen(8); begun += 1
              except OSError: failed += 1
              s.close()
          open(sys.argv[1] + "/sum.new", "w").write("%d %d\\n" % (failed, begun > 1000))
          os.rename(sys.argv[1] + "/sum.new", sys.argv[1] + "/sum")
      threading.Thread(target=restart, daemon=True).start()
      """
    let outcome = try WhyScene.beside(
      program,
      """
      for look in $(seq 100); do
        for ask in 7000 127.0.0.1:7000; do $SOCKEYE why $ask -q; echo $?; done
      done | sort -u | grep -v '^[01]$'
      touch $dir/stop
      for look in $(seq 3000); do [ -e $dir/sum ] && break; sleep 0.01; done
      cat $dir/sum
      $SOCKEYE -q lport=7000; echo $?
      """)
    #expect(outcome.lines == ["0 1", "1"], "\(outcome)")
  }

  /// bind(2) is asked once at most, with SO_REUSEADDR of TCP and without any option of UDP, and nobody
  /// listens.
  @Test(
    .enabled(if: (try? Program.shell("strace -V"))?.status == 0, "needs strace"),
    arguments: [
      ("", "7000", "1 1"), ("", "7000 udp", "0 0"), ("", "127.0.0.1:7000", "1 1"),
      ("", "127.0.0.1:7000 udp", "0 0"), ("listener('127.0.0.1', 7000)", "7000", "0 0"),
      ("listener('127.0.0.1', 7000)", "127.0.0.2:7000", "1 1"),
      ("bound('127.0.0.1', 7000)", "7000", "0 0"),
      ("datagrams('127.0.0.1', 7000)", "7000 udp", "0 0"),
      ("datagrams('127.0.0.1', 7000)", "127.0.0.2:7000 udp", "1 0"),
      ("datagrams('127.0.0.1', 7000)", "127.0.0.2:7000", "1 1"),
      ("s = listener('127.0.0.1', 7000); pair(s); close(s)", "7000", "1 1"),
    ])
  func bindsOnceAtMost(program: String, ask: String, counts: String) throws {
    let outcome = try WhyScene.beside(
      program,
      """
      strace -f -e trace=bind,listen,setsockopt -o $dir/trace $SOCKEYE why \(ask) -q
      echo $(grep -c 'bind(.*sin.*_port=htons(7000)' $dir/trace) \
        $(grep -c 'SO_REUSE[A-Z]*, \\[1\\]' $dir/trace)
      grep -c 'listen(' $dir/trace
      """)
    #expect(outcome.lines == [Substring(counts), "0"], "\(outcome)")
  }
}
