import Glibc
import LinuxSystem
import TestSupport
import Testing

/// Network namespaces by name, pid and path, and all of them at once. Names are made in a mount namespace of
/// the test's own, where nobody else's are.
@Suite(.serialized) struct NamespaceCommandTests {
  /// Two namespaces with the same listener and the same connection in its queue, and a third with an
  /// interface of its own; `A` and `B` are the pids that hold them.
  private static let scene = """
    mount -t tmpfs none /run
    ip netns add one; ip netns add two
    hold() {
      ip -n $1 link set lo up
      ip netns exec $1 python3 -c '
    import os, signal, socket, sys
    s = socket.socket(); s.setsockopt(1, 2, 1); s.bind(("127.0.0.1", 6217)); s.listen()
    c = socket.socket(); c.bind(("127.0.0.1", 6218)); c.connect(("127.0.0.1", 6217))
    d = socket.socket(); d.setsockopt(1, 25, sys.argv[1].encode()); d.bind(("0.0.0.0", 6219)); d.listen()
    print(os.getpid(), flush=True); signal.pause()' $2 > $1.pid &
      until [ -s $1.pid ]; do sleep 0.01; done
    }
    cd "$(mktemp -d)"
    ip -n one link add far type veth peer name near
    hold one lo; hold two lo
    A=$(cat one.pid); B=$(cat two.pid)
    trap 'kill $A $B; ip netns del one; ip netns del two' EXIT

    """

  private static let isRoot = geteuid() == 0

  private func run(_ script: String) throws -> Program.Outcome {
    try Program.run(
      ["/usr/bin/env", "unshare", "-m", "-n", "/bin/sh", "-c", Self.scene + script],
      environment: ["SOCKEYE": Program.sockeye])
  }

  @Test(.enabled(if: Self.isRoot, "needs root"))
  func oneByNamePidAndPath() throws {
    let outcome = try run(
      """
      ip netns exec one $SOCKEYE -n > want
      for name in one $A /run/netns/one /proc/$A/ns/net; do
        $SOCKEYE -N $name -n | cmp - want && echo same
      done
      $SOCKEYE -nN one 6217 | cmp -s - want || echo less
      $SOCKEYE --netns=two --pids lport=6218 | cmp - two.pid && echo owner
      $SOCKEYE -N one wait -q 6217 && echo listens
      $SOCKEYE wait --timeout 0.1 -q 6217; echo $?
      """)
    #expect(
      outcome.lines == ["same", "same", "same", "same", "less", "owner", "listens", "124"],
      "\(outcome.errors)")
  }

  // Rows of several were told apart by nothing: owners, queues and ends are each namespace's own.
  @Test(.enabled(if: Self.isRoot, "needs root"))
  func theSameAddressesInTwoAreNotMixedUp() throws {
    let outcome = try run(
      """
      $SOCKEYE -N one -N two -n --columns netns_name,state,owner 6217 |
        sed "s/$A/A/; s/$B/B/" | tr -s ' ' | sort
      $SOCKEYE --everywhere --json 6217 listening |
        jq -r '.sockets[] | select(.netns_name) | "\\(.netns_name) \\(.owners[0].pid) \\(.netns_cookie != null)"' |
        sed "s/$A/A/; s/$B/B/" | sort
      $SOCKEYE --everywhere --csv --columns netns 6217 listening netns_name=two | tail -1 | tr -d '\\r' > inode
      stat -Lc %i /run/netns/two | cmp - inode && echo inode
      $SOCKEYE --everywhere stats --json 6217,6218 netns_name=one,two | jq .total
      $SOCKEYE --everywhere -q 6217 netns_name=three; echo $?
      """)
    #expect(
      outcome.lines == [
        "Netns State PID/Process", "one ESTABLISHED A/python3",
        "one ESTABLISHED A/python3 (queued)",
        "one LISTENING A/python3", "two ESTABLISHED B/python3",
        "two ESTABLISHED B/python3 (queued)",
        "two LISTENING B/python3", "one A true", "two B true", "inode", "6",
        Self.isClosedToRoot && !BPF.isPermitted ? "4" : "1",
      ], "\(outcome.errors)")
  }

  /// Where a sandbox closes a process even to root, what is not found may be in its namespace, unless the
  /// kernel tells of its sockets.
  private static let isClosedToRoot =
    (try? Program.run([
      "/bin/sh", "-c", "for p in /proc/[0-9]*; do stat -L $p/ns/net || exit 1; done",
    ]))?
    .errors.contains("denied") ?? false

  // Its number means another interface, or none, in another namespace.
  @Test(.enabled(if: Self.isRoot, "needs root"))
  func anInterfaceIsKnownByItsName() throws {
    let outcome = try run(
      """
      ip -n two link add name far type veth peer name near
      ip netns exec two python3 -c '
      import os, signal, socket
      s = socket.socket(); s.setsockopt(1, 25, b"far"); s.bind(("0.0.0.0", 6220)); s.listen()
      print(os.getpid(), flush=True); signal.pause()' > far.pid &
      until [ -s far.pid ]; do sleep 0.01; done
      $SOCKEYE --everywhere --ndjson dev=far | jq -r '"\\(.netns_name) \\(.interface) \\(.local_port)"'
      $SOCKEYE -N two --ndjson dev=far | jq -r '"\\(.interface) \\(.local_port)"'
      kill $(cat far.pid)
      """)
    #expect(outcome.lines == ["two far 6220", "far 6220"], "\(outcome.errors)")
  }

  // It has no name, and its process has gone on to another.
  @Test(.enabled(if: Self.isRoot && BPF.isPermitted, "needs root, and BPF"))
  func oneThatOnlyASocketHoldsIsFound() throws {
    let outcome = try run(
      """
      unshare -n python3 -c '
      import ctypes, os, signal, socket
      s = socket.socket(); s.bind(("0.0.0.0", 6221)); s.listen()
      print(os.stat("/proc/self/ns/net").st_ino, flush=True)
      ctypes.CDLL(None).setns(os.open("/run/netns/two", 0), 0)
      print(os.getpid(), flush=True); signal.pause()' > lost &
      until [ "$(wc -l < lost)" = 2 ]; do sleep 0.01; done
      $SOCKEYE --everywhere --csv --columns netns,pid lport=6221 | tail -1 | tr -d '\r' | tr , '\n' | cmp - lost
      echo $?
      kill $(tail -1 lost)
      """)
    #expect(outcome.lines == ["0"], "\(outcome.errors)")
  }

  // "0 sockets", while another namespace's listened on it.
  @Test(.enabled(if: Self.isRoot, "needs root"))
  func nothingHereSaysWhere() throws {
    let outcome = try run(
      """
      $SOCKEYE 6217 2>&1 >/dev/null | sed "s/$A/A/; s/$B/B/" | sort
      $SOCKEYE -q 6217; echo $?
      ip netns del one
      ( $SOCKEYE 6217 2>&1 >/dev/null ) | grep -c "another network namespace: sockeye -N $A 6217"
      ip netns add one
      """)
    #expect(
      outcome.lines == [
        "sockeye: nothing here; A/python3 listens on 127.0.0.1:6217 in the network namespace 'one': "
          + "sockeye -N one 6217",
        "sockeye: nothing here; B/python3 listens on 127.0.0.1:6217 in the network namespace 'two': "
          + "sockeye -N two 6217", "1", "1",
      ], "\(outcome.errors)")
  }

  @Test(.enabled(if: Self.isRoot, "needs root"))
  func watchHasAColumnForThem() throws {
    let outcome = try run(
      "$SOCKEYE watch --everywhere --count 1 lport=6217,6218 netns_name=one,two | tr -s ' '")
    let lines = outcome.lines
    #expect(lines.contains { $0.contains("Netns") }, "\(outcome.errors)")
    for name in ["one", "two"] {
      #expect(lines.count { $0.split(separator: " ").contains(Substring(name)) } == 3, "\(lines)")
    }
  }

  @Test func whatIsNoNamespaceIsSaid() throws {
    for (name, sentence) in [
      ("no-such", "no network namespace 'no-such': there is no /run/netns/no-such"),
      ("/etc/passwd", "no network namespace '/etc/passwd': /etc/passwd is not one"),
      (
        "/proc/self/ns/mnt",
        "no network namespace '/proc/self/ns/mnt': /proc/self/ns/mnt is not one"
      ),
      ("/", "no network namespace '/': / is not one"),
    ] {
      let outcome = try Program.run([Program.sockeye, "-N", name])
      #expect(outcome.status == 3 && outcome.errors == "sockeye: \(sentence)\n")
    }
    for words in [
      ["--everywhere", "-N", "x"], ["--everywhere", "--replay", "x"],
      ["-N", "x", "--proc-root", "x"],
      ["-N", "x", "-N", "y", "--record", "z"], ["-N"], ["wait", "-N", "x", "-N", "y", "80"],
    ] {
      #expect(try Program.run([Program.sockeye] + words).status == 2, "\(words)")
    }
  }

  // Who may not look says so, and nothing is "no".
  @Test(.enabled(if: !Self.isRoot, "needs an ordinary user"))
  func whoMayNotLookIsNotTold() throws {
    let outcome = try Program.run([Program.sockeye, "-N", "1"])
    #expect(outcome.status == 3 && outcome.errors.contains("try it with sudo"))
    let everywhere = try Program.run([Program.sockeye, "--everywhere", "-q", "dev=no-such"])
    #expect(everywhere.status == 4)
  }
}
