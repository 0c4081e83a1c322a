import Glibc
import TestSupport
import Testing

/// Raw, ping, UDP-Lite, MPTCP, packet and netlink sockets that a process of known pid holds.
@Suite struct OtherKindsCommandTests {
  static let isAvailable = Namespace.isAvailable && geteuid() == 0
  static let requirement = "needs root: raw and packet sockets"

  /// In a network namespace of its own; `$PID` holds the sockets.
  private static let scene = """
    ready=$(mktemp)
    python3 -u -c '
    import signal, socket as s
    open("/proc/self/comm", "w").write("holder")
    open("/proc/sys/net/ipv4/ping_group_range", "w").write("0 0")
    kept = []
    def kind(*args):
        kept.append(s.socket(*args)); return kept[-1]
    kind(s.AF_INET, s.SOCK_RAW, 1); kind(s.AF_INET6, s.SOCK_RAW, 58)
    kind(s.AF_INET, s.SOCK_RAW, 253).connect(("127.0.0.2", 0))
    kind(s.AF_INET, s.SOCK_DGRAM, 1).bind(("127.0.0.1", 77))
    kind(s.AF_PACKET, s.SOCK_RAW, s.htons(0x88cc)).bind(("lo", 0x88cc))
    kind(s.AF_PACKET, s.SOCK_DGRAM, s.htons(0x806))
    kind(s.AF_NETLINK, s.SOCK_RAW, 0).bind((0, 1)); kind(s.AF_NETLINK, s.SOCK_RAW, 15).bind((0, 1))
    print("ready"); signal.alarm(60); signal.pause()
    ' > "$ready" & PID=$!; trap 'kill $PID; rm -f "$ready"' EXIT
    until grep -q ready "$ready"; do sleep 0.02; kill -0 $PID || exit 9; done
    short() { sed "s/$PID/PID/g; s/ 0[./][^ ]*$//" | tr -s ' '; }

    """

  private func run(_ script: String) throws -> Program.Outcome {
    try Namespace.shell(Self.scene + script)
  }

  private static let raw: [Substring] = [
    "raw 0.0.0.0:icmp * - UNCONNECTED PID/holder", "raw [::]:ipv6-icmp * - UNCONNECTED PID/holder",
    "raw 127.0.0.1:253 127.0.0.2 - ESTABLISHED PID/holder",
    "ping 127.0.0.1:77 *:* - UNCONNECTED PID/holder",
  ]
  private static let packets: [Substring] = [
    "p_dgr arp:* * - UNCONNECTED PID/holder", "p_raw lldp:lo * - UNCONNECTED PID/holder",
  ]

  @Test(.enabled(if: isAvailable, "needs root"), arguments: ["auto", "proc"])
  func eachIsListedWithItsOwner(source: String) throws {
    let outcome = try run(
      """
      for kind in -w -0; do $SOCKEYE -H --source \(source) $kind | short; done
      $SOCKEYE -H --source \(source) --netlink pid=$PID | short
      $SOCKEYE -H --source \(source) nl netlink_port=0 subprotocol=rtnl,audit | short
      """)
    #expect(
      outcome.lines == Self.raw + Self.packets + [
        "nl rtnl:PID * - UNCONNECTED PID/holder", "nl uevent:PID * - UNCONNECTED PID/holder",
        "nl rtnl:kernel * - UNCONNECTED kernel", "nl audit:kernel * - UNCONNECTED kernel",
      ], "\(outcome.output)\(outcome.errors)")
    #expect(outcome.errors == "")
  }

  // Its own socket was among the rows, of an owner that could not be seen.
  @Test(.enabled(if: isAvailable, "needs root"))
  func theSocketThatAsksIsNoRow() throws {
    let outcome = try run(
      """
      $SOCKEYE -H --netlink subprotocol=tcpdiag netlink_port!=0 --no-process; echo $?
      $SOCKEYE --netlink --csv --columns owner_status 'subprotocol!=tcpdiag' | sort -u | tr -d '\\r'
      """)
    #expect(outcome.lines == ["1", "kernel", "known", "owner_status"], "\(outcome.output)")
  }

  @Test(.enabled(if: isAvailable, "needs root"))
  func dataHaveWhatThereIsAndNullForTheRest() throws {
    let outcome = try run(
      """
      $SOCKEYE -A raw,packet,netlink pid=$PID --json > "$ready"
      jq -r '.sockets[]|[.protocol,.family,.local_address,.local_port,.remote_address,.interface,.subprotocol,.netlink_port,.uid,.owner_status]|map(tostring)|join(" ")' "$ready" | sed "s/$PID/PID/"
      """)
    #expect(
      outcome.lines == [
        "raw ipv4 0.0.0.0 null 0.0.0.0 null icmp null 0 known",
        "raw ipv6 :: null :: null ipv6-icmp null 0 known",
        "raw ipv4 127.0.0.1 null 127.0.0.2 null 253 null 0 known",
        "ping ipv4 127.0.0.1 77 0.0.0.0 null null null 0 known",
        "p_dgr link null null null null arp null 0 known",
        "p_raw link null null null lo lldp null 0 known",
        "nl netlink null null null null rtnl PID null known",
        "nl netlink null null null null uevent PID null known",
      ], "\(outcome.output)\(outcome.errors)")
  }

  @Test(.enabled(if: isAvailable, "needs root"))
  func filtersOrderAndFormsHoldForAll() throws {
    let outcome = try run(
      """
      list() { $SOCKEYE -H "$@" | short | cut -d' ' -f1,2; echo "= $?"; }
      list -0 dev=lo; list -0 'dev!=lo'; list packet subprotocol=arp; list family=link p_raw
      list -w :77; list -w subprotocol=icmp; list -w 'not :1' ipv4; list -w 127.0.0.2
      list -l raw; list -A '!all'; list -w --sort=-subprotocol raw
      list -f netlink subprotocol=uevent,genl netlink_port'>'0; list -4 -w subprotocol='ipv6*'
      $SOCKEYE stats -w0 --by state | tr -s ' ' | cut -d' ' -f1,2
      $SOCKEYE stats -A raw,packet | tr -s ' ' | sed -n '1p;$p'
      $SOCKEYE stats -w0 --by local_port | tr -s ' ' | cut -d' ' -f1,2
      """)
    #expect(
      outcome.lines == [
        "p_raw lldp:lo", "= 0", "p_dgr arp:*", "= 0", "p_dgr arp:*", "= 0", "p_raw lldp:lo", "= 0",
        "ping 127.0.0.1:77", "= 0", "raw 0.0.0.0:icmp", "= 0", "raw 0.0.0.0:icmp",
        "raw 127.0.0.1:253", "ping 127.0.0.1:77", "= 0", "raw 127.0.0.1:253", "= 0",
        "raw 0.0.0.0:icmp", "raw [::]:ipv6-icmp", "= 0", "= 0", "raw [::]:ipv6-icmp",
        "raw 0.0.0.0:icmp", "raw 127.0.0.1:253", "= 0", "nl uevent:PID", "= 0", "= 0",
        "State Sockets", "UNCONNECTED/raw 2", "ESTABLISHED/raw 1", "UNCONNECTED/ping 1",
        "UNCONNECTED/p_dgr 1", "UNCONNECTED/p_raw 1",
        "State raw/ipv4 raw/ipv6 ping/ipv4 ping/ipv6 p_raw p_dgr Total", "Total 2 1 1 0 1 1 6",
        "Local port", "- 5", "77/ping 1",
      ], "\(outcome.output)\(outcome.errors)")
  }

  // A sandbox that refuses netlink must not make an empty list of it.
  @Test(.enabled(if: RefusedNetlink.isAvailable && geteuid() == 0, "needs root and seccomp"))
  func withoutNetlinkTheTablesOfProcAnswer() throws {
    let outcome = try Namespace.shell(
      RefusedNetlink.definition
        + Self.scene.replacing("trap 'kill $PID;", with: "trap 'kill $PID; rm -f \"$filter\";")
          + """
          for kind in -w -0; do $REFUSED $SOCKEYE -H $kind | short; done
          $REFUSED $SOCKEYE -H --netlink pid=$PID | short
          $REFUSED $SOCKEYE -q -M; echo $?
          $REFUSED $SOCKEYE -q -x; echo $?
          $REFUSED $SOCKEYE -q -w dev=lo; echo $?
          """)
    #expect(
      outcome.lines == Self.raw + Self.packets + [
        "nl rtnl:PID * - UNCONNECTED PID/holder", "nl uevent:PID * - UNCONNECTED PID/holder", "4",
        "0", "4",
      ], "\(outcome.output)\(outcome.errors)")
  }

  @Test(.enabled(if: isAvailable, "needs root"))
  func theSocketOfATunnelIsTheKernels() throws {
    let outcome = try Namespace.shell(
      """
      ip link add vx0 type vxlan id 7 dstport 4789 local 127.0.0.1 dev lo 2>/dev/null || { echo none; exit; }
      list() { $SOCKEYE -H -u "$@" | tr -s ' ' | sed 's/ *$//' ; }
      list; ip link set vx0 up; list
      $SOCKEYE -u --json | grep -o '"owner_status":"[a-z]*"'
      cp $SOCKEYE /tmp/.sockeye-$$; chmod 755 /tmp/.sockeye-$$
      setpriv --reuid 65534 --regid 65534 --clear-groups /tmp/.sockeye-$$ -H -u | tr -s ' ' | cut -d' ' -f6
      rm /tmp/.sockeye-$$
      $SOCKEYE -q -u owner_status=kernel; echo $?
      ip link set vx0 down; list
      """)
    if outcome.lines == ["none"] { return }
    #expect(
      outcome.lines.first == "udp 0.0.0.0:4789 *:* - UNCONNECTED kernel"
        && outcome.lines.dropFirst().prefix(2) == ["\"owner_status\":\"kernel\"", "kernel"]
        && outcome.lines.last == "0" && outcome.lines.count == 4,
      "\(outcome.output)\(outcome.errors)")
  }

  // Each namespace has tunnels of its own, here with the same port as a process's in the other.
  @Test(.enabled(if: geteuid() == 0, "needs root"))
  func aTunnelInAnotherNamespaceIsItsKernels() throws {
    let outcome = try Namespace.shell(
      """
      unshare -n sleep 1000 & P=$!; trap 'kill $P' EXIT
      until [ "$(readlink /proc/$P/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
      tunnel='ip link set lo up; ip link add vx0 type vxlan id 7 dstport 4789 local 127.0.0.1 dev lo && ip link set vx0 up'
      nsenter -t $P -n sh -c "$tunnel" 2>/dev/null || { echo none; exit; }
      python3 - $P <<'END'
      import os, socket, subprocess, sys
      one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); one.bind(("", 4789))
      words = ["-N", sys.argv[1], "-N", str(os.getpid()), "-Hu", "--columns", "netns,owner_status", "4789"]
      rows = subprocess.run([os.environ["SOCKEYE"]] + words, capture_output=True, text=True).stdout.split()
      own = str(os.stat("/proc/self/ns/net").st_ino)
      print(sorted(("own" if netns == own else "other", status) for netns, status in zip(rows[::2], rows[1::2])))
      END
      """)
    if outcome.lines == ["none"] { return }
    #expect(
      outcome.lines == ["[('other', 'kernel'), ('own', 'known')]"],
      "\(outcome.output)\(outcome.errors)")
  }

  @Test(.enabled(if: isAvailable, "needs root"))
  func theLiveViewHasThemAll() throws {
    let outcome = try run(
      """
      $SOCKEYE watch -A raw,packet,unix,netlink pid=$PID --count 2 --interval 0.1 | short > "$ready"
      grep -c 'raw 0.0.0.0:icmp' "$ready"; grep -c 'p_raw lldp:lo' "$ready"; grep -c 'rtnl:PID' "$ready"
      $SOCKEYE watch -0 --ndjson --count 1 | jq -r '[.event,.protocol,.interface,.subprotocol]|map(tostring)|join(" ")'
      """)
    #expect(
      outcome.lines.count >= 3 && outcome.lines.prefix(3).allSatisfy { $0 != "0" },
      "\(outcome.output)\(outcome.errors)")
  }

  // What a process held besides TCP was nowhere said.
  @Test(.enabled(if: isAvailable, "needs root"))
  func theSumSaysWhatElseAProcessHolds() throws {
    let outcome = try Namespace.shell(
      """
      python3 -c '
      import os, socket as s, sys, subprocess
      kept = [s.socket(), s.socket(s.AF_PACKET, s.SOCK_RAW, 0), *s.socketpair()]
      kept[0].bind(("127.0.0.1", 7099)); kept[0].listen()
      import pty
      answer = b""
      pid, fd = pty.fork()
      if pid == 0: os.execl(os.environ["SOCKEYE"], "sockeye", "pid=%d" % os.getppid())
      try:
          while True: answer += os.read(fd, 4096)
      except OSError: pass
      print(" ".join(answer.decode().split()))'
      """)
    #expect(
      outcome.output.contains("1 socket: 1 listening, and ")
        // Where its output goes may be one more.
        && outcome.output.contains(" unix, 1 packet: add -x -0"),
      "\(outcome.output)\(outcome.errors)")
  }
}
