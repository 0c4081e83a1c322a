import TestSupport
import Testing

/// What `Scripts/faults` found: a call that fails once may cost rows, and then that is said.
@Suite struct FaultsTests {
  private static let canInject =
    (try? Program.shell("strace -qq -o /dev/null -e trace=none true"))?.status == 0

  /// Netlink refused: /proc does not show what is only bound, and in a pipe nobody heard of it.
  @Test(
    .enabled(if: canInject && Namespace.isAvailable, "needs strace and a network namespace"),
    arguments: ["socket:error=EMFILE", "socket:error=EPERM", "sendto:error=ENOBUFS"])
  func whereNetlinkFailsRowsThatAreMissingAreSaidInAPipe(fault: String) throws {
    let found = try Self.besideAListener(
      "strace -f -qq -o /dev/null -e trace=socket,sendto -e inject=\(fault) $SOCKEYE -tun | cat")
    #expect(
      found.errors
        == "sockeye: can't tell of more: /proc does not show sockets that are only bound; "
        + "netlink does\n")
    // Who asked for /proc knows.
    #expect(try Self.besideAListener("$SOCKEYE -tn --source proc | cat").errors.isEmpty)
    #expect(try Self.besideAListener("$SOCKEYE -tn | cat").errors.isEmpty)
  }

  private static func besideAListener(_ command: String) throws -> Program.Outcome {
    try Namespace.shell(
      """
      $SOCKEYE serve 7000 > /dev/null 2>&1 & server=$!
      until $SOCKEYE -q listening :7000; do sleep 0.05; done
      \(command); kill $server; wait $server
      """)
  }

  /// A metric that is gone is an alert that never comes.
  @Test(.enabled(if: canInject, "needs strace"), arguments: ["read", "openat"])
  func aMetricThatIsLeftOutIsNamed(call: String) throws {
    let path = "/proc/sys/net/ipv4/ip_local_port_range"
    let found = try Program.shell(
      """
      strace -f -qq -o /dev/null -P \(path) -e trace=\(call) -e inject=\(call):error=EIO \
      $SOCKEYE metrics
      """)
    #expect(found.status == 0 && !found.output.contains("sockeye_ephemeral_ports"))
    #expect(
      found.errors.contains("sockeye: sockeye_ephemeral_ports is left out: can't read \(path)\n"))
  }

  /// What could not be asked may be what is wrong.
  @Test(
    .enabled(if: canInject, "needs strace"),
    arguments: [
      "/proc/net/sockstat", "/proc/sys/net/ipv4/tcp_mem", "/proc/sys/net/ipv4/tcp_max_orphans",
      "/proc/sys/net/ipv4/ip_local_port_range",
    ])
  func aFileThatCheckCannotReadIsNamed(path: String) throws {
    let found = try Program.shell(
      """
      strace -f -qq -o /dev/null -P \(path) -e trace=openat -e inject=openat:error=EACCES \
      $SOCKEYE check --for 0.1
      """)
    #expect([1, 4].contains(found.status))
    #expect(found.errors.contains("can't read \(path)"))
  }

  /// The runtime's abort was a crash to whoever looked at the exit code.
  @Test(
    .enabled(if: !Program.isSanitized, "a sanitizer has memory of its own"),
    arguments: ["v", "d"])
  func memoryThatRunsOutIsSaid(limit: String) throws {
    // A recording of 64 MiB that says nothing, and address space for the program alone.
    let found = try Program.shell(
      """
      f=$(mktemp); head -c 67108864 /dev/zero > "$f"
      kib=$(sh -c 'ulimit -\(limit) 400000; "$SOCKEYE" --version > /dev/null' && echo 400000)
      (ulimit -\(limit) "${kib:-800000}"; for i in 1 2 3 4 5 6 7 8; do cat "$f"; done | "$SOCKEYE" --replay /dev/stdin)
      s=$?; rm "$f"; exit $s
      """)
    #expect(found.status == 3)
    #expect(found.errors.split(separator: "\n").last?.hasPrefix("sockeye: memory ran out") == true)
  }

  /// However little there is, and whatever it is needed for: no crash.
  @Test(.enabled(if: !Program.isSanitized, "a sanitizer has memory of its own"))
  func littleMemoryIsNoCrash() throws {
    let found = try Program.shell(
      """
      d=$(mktemp -d); trap 'rm -r "$d"' EXIT; "$SOCKEYE" --json -l > "$d/list"
      for kib in 1024 2048 2560 3072 3584 4096 5120 6144 8192 12288; do
        (ulimit -d $kib; "$SOCKEYE" diff "$d/list" "$d/list" 2> /dev/null); echo $?
      done
      """)
    // 127 is the loader's.
    #expect(found.lines.allSatisfy { ["0", "3", "127"].contains($0) }, "\(found.lines)")
  }
}
