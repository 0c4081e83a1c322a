import Glibc
import TestSupport
import Testing

/// Each cause for which a port can't be had, made for real: the exit code, the findings' names and the
/// sentence with its evidence.
@Suite(.enabled(if: Namespace.isAvailable, "\(Namespace.requirement)"))
struct WhyCommandTests {
  struct Cause: CustomTestStringConvertible, Sendable {
    let program: String
    var before = ""
    var ask = "7000"
    let status: String
    let findings: [String]
    let sentences: [String]
    var testDescription: String { ask + " " + program + before }
  }

  private static let sockets: [Cause] = [
    Cause(program: "", status: "0", findings: [], sentences: ["TCP port 7000 is free.\n"]),
    Cause(
      program: "listener('0.0.0.0', 7000)", status: "1",
      findings: ["listener", "free-addresses", "other-hosts"],
      sentences: [
        "TCP port 7000 can't be had.\n", "- PID/python3 (user root) listens on 0.0.0.0:7000.\n",
        "\n    kill PID\n", "It is free on [::] (IPv6 alone, with IPV6_V6ONLY).",
        "Other hosts reach 0.0.0.0:7000, unless",
      ]),
    // One address is enough to keep all addresses from a server, and is in nobody's way at another.
    Cause(
      program: "listener('127.0.0.1', 7000)", status: "1",
      findings: ["listener", "free-addresses", "loopback-only"],
      sentences: [
        "listens on 127.0.0.1:7000.", "Only this host reaches 127.0.0.1:7000: that is a loopback",
      ]),
    Cause(
      program: "listener('127.0.0.1', 7000)", ask: "127.0.0.2:7000", status: "0",
      findings: ["other-address"],
      sentences: [
        "TCP port 7000 of 127.0.0.2 is free.",
        "Not in the way:\n- PID/python3 (user root) listens on 127.0.0.1:7000.",
      ]),
    Cause(
      program: "listener('0.0.0.0', 7000, LOOPBACK)", status: "1",
      findings: ["listener", "free-addresses", "device-only"],
      sentences: [
        "listens on 0.0.0.0:7000 on lo.",
        "Only what comes in over that interface reaches 0.0.0.0:7000 on lo",
      ]),
    Cause(
      program: "os.system('ip address add 10.7.0.1/24 dev lo'); listener('10.7.0.1', 7000); "
        + "os.system('ip address del 10.7.0.1/24 dev lo')", status: "1",
      findings: ["listener", "free-addresses", "address-gone"],
      sentences: ["Nobody reaches 10.7.0.1:7000, unless a route makes it local: no interface has"]),
    Cause(
      program: "listener('::', 7000, DUAL)", status: "1", findings: ["listener", "other-hosts"],
      sentences: ["listens on *:7000 (IPv4 and IPv6)."]),
    Cause(
      program: "listener('::', 7000, DUAL)", ask: "127.0.0.1:7000", status: "1",
      findings: ["listener", "other-hosts"], sentences: ["listens on *:7000 (IPv4 and IPv6)."]),
    Cause(
      program: "listener('::', 7000, V6ONLY)", status: "1",
      findings: ["listener", "free-addresses", "other-hosts", "v6only"],
      sentences: [
        "It is free on 0.0.0.0 (IPv4 alone).", "IPv6 alone reaches [::]:7000: it refuses IPv4",
      ]),
    Cause(
      program: "listener('::', 7000, V6ONLY)", ask: "0.0.0.0:7000", status: "0",
      findings: ["other-address"], sentences: ["TCP port 7000 of 0.0.0.0 is free."]),
    Cause(
      program: "bound('0.0.0.0', 7000, REUSE)", status: "1", findings: ["bound", "free-addresses"],
      sentences: ["PID/python3 (user root) is bound to 0.0.0.0:7000 and does not listen"]),
    // A server that sets the option may have what a connection has left; another may not.
    Cause(
      program: "s = listener('127.0.0.1', 7000, REUSE); c, a = pair(s); close(a); c.recv(1); "
        + "close(c); close(s)", status: "0", findings: ["time-wait"],
      sentences: [
        "TCP port 7000 is free for a server that sets SO_REUSEADDR.",
        "1 connection in TIME_WAIT (127.0.0.1:7000 to 127.0.0.1:",
        "can have the port now (bind(2) with it worked), and one that does not can't.",
      ]),
    Cause(
      program: "s = listener('127.0.0.1', 7000); c, a = pair(s); close(a); c.recv(1); "
        + "close(c); close(s)", status: "1", findings: ["time-wait", "free-addresses"],
      sentences: [
        "holds the port for at most a minute: SO_REUSEADDR does not help, since the old socket had not",
        "\n    sockeye wait 7000 --free\n",
      ]),
    Cause(
      program: "s = listener('127.0.0.1', 7000, REUSE); pair(s); close(s)", status: "0",
      findings: ["connection"],
      sentences: [
        "PID/python3 (user root) has a live connection at the port (127.0.0.1:7000 to 127.0.0.1:",
        "can have the port beside it (bind(2) with it worked).",
      ]),
    Cause(
      program: "s = listener('127.0.0.1', 7000); pair(s); close(s)", status: "1",
      findings: ["connection", "free-addresses"],
      sentences: ["SO_REUSEADDR does not help, since it was not made with it.", "\n    kill PID\n"]),
  ]

  private static let clients = "echo '40000 40003' > /proc/sys/net/ipv4/ip_local_port_range"

  private static let others: [Cause] = [
    Cause(
      program: "client(listener('127.0.0.1', 7000)); s = kept[1]",
      before: clients
        + "; echo 40000-40002,7001 > /proc/sys/net/ipv4/ip_local_reserved_ports",
      ask: "40003", status: "1", findings: ["client-port", "free-addresses"],
      sentences: [
        "PID/python3 (user root) has it as the local end of a connection (127.0.0.1:40003 to 127.0.0.1:7000)",
        "the kernel gives ports 40000-40003 to clients (net.ipv4.ip_local_port_range).",
        "\n    sysctl -w net.ipv4.ip_local_reserved_ports=7001,40000-40002,40003\n",
      ]),
    Cause(
      program: "s = listener('127.0.0.1', 7000)\nfor _ in range(4): client(s)", before: clients,
      ask: "0", status: "1", findings: ["ports-used-up"],
      sentences: [
        "A TCP port of the kernel's choice can't be had.\n",
        "- All 4 ports that the kernel gives to clients (40000-40003, net.ipv4.ip_local_port_range) are in use.",
        "\n    sockeye stats --by process\n",
      ]),
    Cause(
      program: "s = listener('127.0.0.1', 7000)\nfor _ in range(3): client(s)",
      before: clients, ask: "0", status: "0", findings: [], sentences: ["choice is free."]),
    Cause(
      program: "for port in range(40000, 40004): datagrams('0.0.0.0', port)", before: clients,
      ask: "0 udp", status: "1", findings: ["ports-used-up"], sentences: ["All 4 ports"]),
    // connect(2) to another host fails where all ports have a connection to it.
    Cause(
      program: """
        for _ in range(4):
            s = socket.socket(); s.setblocking(False); s.connect_ex(("192.0.2.7", 80)); kept.append(s)
        """,
      before: clients + """

        ip link add v0 type veth peer name v1; ip addr add 192.0.2.1/24 dev v0
        ip link set v0 up; ip link set v1 up
        ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:53 dev v0
        """, ask: "192.0.2.7:80", status: "1", findings: ["address-not-local", "ports-used-up"],
      sentences: [
        "- 192.0.2.7 is not an address of this host (EADDRNOTAVAIL).",
        "are in use by connections to 192.0.2.7:80: connect(2) fails with EADDRNOTAVAIL.",
        "\n    sockeye stats --by process rport=80 dst 192.0.2.7\n",
      ]),
    Cause(
      program: "", before: "echo 6999-7001 > /proc/sys/net/ipv4/ip_local_reserved_ports",
      status: "0", findings: ["reserved-port"],
      sentences: [
        "Not in the way:\n- Port 7000 is among net.ipv4.ip_local_reserved_ports: the kernel gives it to no "
          + "client, and a server can bind it."
      ]),
    Cause(
      program: "", ask: "192.0.2.9:7000", status: "1", findings: ["address-not-local"],
      sentences: ["TCP port 7000 of 192.0.2.9 can't be had."]),
    Cause(
      program: "", ask: "192.0.2.9:7000 udp", status: "1", findings: ["address-not-local"],
      sentences: ["UDP port 7000 of 192.0.2.9 can't be had."]),
    Cause(
      program: "", ask: "[fe80::1]:7000", status: "1", findings: ["zone-missing"],
      sentences: ["fe80::1 is link-local and needs its zone, e.g. [fe80::1%eth0]:7000."]),
    // UDP and TCP are not in each other's way.
    Cause(
      program: "datagrams('0.0.0.0', 7000)", status: "0", findings: ["other-protocol"],
      sentences: [
        "Not in the way:\n- UDP has ports of its own: PID/python3 (user root) receives on 0.0.0.0:7000."
      ]),
    Cause(
      program: "listener('0.0.0.0', 7000)", ask: "7000 udp", status: "0",
      findings: ["other-protocol"], sentences: ["- TCP has ports of its own: PID/python3"]),
    Cause(
      program: "datagrams('127.0.0.1', 7000)", ask: "udp 7000", status: "1",
      findings: ["udp-socket", "free-addresses", "loopback-only"],
      sentences: ["PID/python3 (user root) receives UDP on 127.0.0.1:7000."]),
    Cause(
      program: "datagrams('127.0.0.1', 7000)", ask: "127.0.0.2:7000 udp", status: "0",
      findings: ["other-address"], sentences: ["UDP port 7000 of 127.0.0.2 is free."]),
  ]

  /// Without ::1, and with IPv6 off on every interface.
  private static let withoutIPv6: [Cause] = {
    let off = "for i in all default lo; do echo 1 > /proc/sys/net/ipv6/conf/$i/disable_ipv6; done"
    return [
      Cause(program: "", before: off, status: "0", findings: [], sentences: ["is free."]),
      Cause(
        program: "listener('127.0.0.1', 7000)", before: off, status: "1",
        findings: ["listener", "loopback-only"], sentences: ["listens on 127.0.0.1:7000."]),
      Cause(
        program: "", before: off, ask: "localhost:7000", status: "0", findings: [],
        sentences: ["TCP port 7000 of 127.0.0.1 is free."]),
      Cause(
        program: "", before: off, ask: "[::1]:7000", status: "1", findings: ["address-not-local"],
        sentences: [
          "::1 can't be bound (EADDRNOTAVAIL): IPv6 is off",
          "\n    sysctl -w net.ipv6.conf.lo.disable_ipv6=0\n",
        ]),
      Cause(
        program: "", before: off, ask: "[::1]:7000 udp", status: "1",
        findings: ["address-not-local"], sentences: ["::1 can't be bound"]),
    ]
  }()

  @Test(arguments: sockets + others + withoutIPv6)
  func isNamed(cause: Cause) throws {
    let answer = try WhyScene.ask(cause.ask, beside: cause.program, before: cause.before)
    #expect(answer.status == cause.status, "\(answer.text)")
    #expect(answer.verdict == (cause.status == "0" ? "free" : "taken"))
    #expect(answer.findings == cause.findings, "\(answer.text)")
    for sentence in cause.sentences {
      #expect((answer.text + "\n").contains(sentence), "\(answer.text)")
    }
    #expect(
      answer.text.hasSuffix(
        "This holds for user root, this cgroup and this security domain. Not looked at: firewall rules, "
          + "NAT, SELinux and other security modules, and SocketBindDeny= of a service's unit."
      ) || geteuid() != 0, "\(answer.text)")
  }

  // MARK: Those that take more than one user

  @Test(.enabled(if: WhyScene.isRoot, "needs root"))
  func listenersOfAnotherUserThatShareAPort() throws {
    let program = """
      if os.fork() == 0:
          os.setgid(65534); os.setuid(65534); ctypes.CDLL(None).prctl(1, 9)  # ends with its parent
          listener('0.0.0.0', 7000, SHARE); signal.alarm(60); signal.pause()
      os.setegid(65534); os.seteuid(65534); listener('0.0.0.0', 7000, SHARE)
      while len([1 for line in open("/proc/net/tcp") if ":1B58 " in line]) < 2: pass
      """
    let answer = try WhyScene.ask("7000", beside: program)
    #expect(answer.status == "1" && answer.findings.first == "shared-listeners", "\(answer.text)")
    #expect(
      answer.text.contains(
        " listen together on 0.0.0.0:7000, as SO_REUSEPORT allows: only another socket of user nobody that "
          + "sets it can join them, and you are not that user."), "\(answer.text)")
  }

  @Test(.enabled(if: WhyScene.isRoot, "needs root"))
  func aPortThatTakesARight() throws {
    let less = "setpriv --inh-caps=-net_bind_service --bounding-set=-net_bind_service"
    for user in [less, WhyScene.nobody] {
      for ask in ["80", "80 udp", "127.0.0.1:80"] {
        let answer = try WhyScene.ask(ask, as: user)
        #expect(answer.status == "1" && answer.findings == ["privileged-port"], "\(answer.text)")
        #expect(
          answer.text.contains("Ports below 1024 (net.ipv4.ip_unprivileged_port_start) take")
            && answer.text.contains("\n    sysctl -w net.ipv4.ip_unprivileged_port_start=80\n"))
      }
    }
    let lower = "echo 80 > /proc/sys/net/ipv4/ip_unprivileged_port_start"
    let answer = try WhyScene.ask("80", before: lower, as: WhyScene.nobody)
    #expect(answer.status == "0" && answer.findings == [], "\(answer.text)")
  }

  /// An ordinary user sees the row, and that it is somebody's; under hidepid as well.
  @Test(.enabled(if: WhyScene.isRoot, "needs root"), arguments: [false, true])
  func whoMayNotSeeTheOwner(underHidepid: Bool) throws {
    // The mount ends with the namespace that it is made in.
    let mount = "mount --make-rprivate / && mount -t proc -o hidepid=2 proc /proc"
    let script = """
      cat > $dir/ask <<'END'
      \(underHidepid ? mount : "true")
      \(WhyScene.nobody) $SOCKEYE why 7000; echo $?
      \(WhyScene.nobody) $SOCKEYE why 7001; echo $?
      END
      export SOCKEYE; unshare -m sh $dir/ask
      """
    let outcome = try WhyScene.beside("listener('0.0.0.0', 7000)", script)
    let text = outcome.output
    #expect(
      text.contains(
        "- A process that you may not see (user root) listens on 0.0.0.0:7000.\n"), "\(text)")
    #expect(text.contains("The owner of 1 socket is hidden ("), "\(text)")
    #expect(text.contains("Not looked at: ") && text.contains("other network namespaces"))
    #expect(
      outcome.lines.filter { $0.count == 1 } == ["1", "0"] && text.contains("for user nobody"),
      "\(text)")
  }

  @Test(.enabled(if: WhyScene.isRoot, "needs root"))
  func anotherNamespaceIsNotInTheWay() throws {
    // Other tests have namespaces at the same time, and none of them this port.
    let outcome = try Program.run(
      [
        "/usr/bin/env", "unshare", "-m", "-n", "/bin/sh", "-c",
        """
        mount -t tmpfs none /run; ip netns add pod; ip -n pod link set lo up; ip link set lo up
        ready=$(mktemp)
        ip netns exec pod python3 -c '
        import os, signal, socket
        s = socket.create_server(("127.0.0.1", 7377)); print(os.getpid(), flush=True)
        signal.alarm(60); signal.pause()' > $ready & PID=$!
        until [ -s $ready ]; do sleep 0.01; kill -0 $PID || exit 9; done
        $SOCKEYE why 7377 | sed "s/$PID/PID/"
        $SOCKEYE why 7377 -q; echo $?
        $SOCKEYE why -N pod 7377 -q; echo $?
        kill $PID; ip netns del pod; rm $ready
        """,
      ], environment: ["SOCKEYE": Program.sockeye])
    #expect(
      outcome.output.contains(
        "Not in the way:\n- In the network namespace 'pod' PID/python3 (user root) listens on "
          + "127.0.0.1:7377.\n    sockeye why -N pod 7377\n"), "\(outcome)")
    #expect(outcome.lines.suffix(2) == ["0", "1"], "\(outcome)")
  }

  /// The unit is that of the cgroup in which the socket was made.
  @Test(.enabled(if: CgroupCommandTests.isAvailable, "needs root and cgroup2"))
  func systemdListensForAService() throws {
    let mount = CgroupCommandTests.mount ?? ""
    let unit = "sockeye-why-\(getpid()).socket"
    let program = """
      unit = "\(mount)/system.slice/\(unit)"
      os.makedirs(unit, exist_ok=True)
      def enter(path):
          with open(path + "/cgroup.procs", "w") as file: file.write("0")
      enter(unit); listener('0.0.0.0', 7000); enter("\(mount)")
      """
    let outcome = try WhyScene.beside(
      program, "$SOCKEYE why 7000; echo $?; rmdir \(mount)/system.slice/\(unit)")
    _ = try Program.shell("rmdir \(mount)/system.slice/\(unit) \(mount)/system.slice 2>/dev/null")
    #expect(
      outcome.output.contains(
        "- PID/python3 (user root, \(unit)) listens on 0.0.0.0:7000.\n"
          + "- This socket was made by systemd for \(unit), which keeps it when the service stops.\n"
          + "    systemctl stop \(unit)\n"), "\(outcome)")
    #expect(outcome.lines.last == "1")
  }

  // MARK: What the table does not say

  /// A listener on its way from one process to another: nobody has a descriptor of it.
  @Test func aListenerInFlight() throws {
    let answer = try WhyScene.ask(
      "7000",
      beside: """
        s = listener('127.0.0.1', 7000); a, b = socket.socketpair(); kept += [a, b]
        socket.send_fds(a, [b"x"], [s.fileno()]); close(s)
        """)
    #expect(answer.status == "1", "\(answer.text)")
    #expect(answer.findings.first == "listener")
    // Where a process is closed even to root it is not certain that nobody has it.
    if answer.findings.contains("unheld") {
      #expect(
        answer.text.contains("(user root) listens on 127.0.0.1:7000.")
          && answer.text.contains("it is on its way from one process to another (SCM_RIGHTS)"))
    } else {
      #expect(answer.findings.last == "hidden-owners", "\(answer.text)")
    }
  }

  @Test(.enabled(if: RefusedNetlink.isAvailable, "\(RefusedNetlink.requirement)"))
  func aSocketThatNoRowShows() throws {
    let outcome = try Namespace.shell(
      RefusedNetlink.definition + RefusedNetlink.boundPort + """
        $REFUSED $SOCKEYE why 7000; echo $?
        $REFUSED $SOCKEYE why 7001 | head -1
        kill $PID
        """)
    #expect(
      outcome.output.contains(
        "- bind(2) says that it is in use, and no row of the kernel's table has it: sockets that are bound "
          + "and no more are not shown here.\n"), "\(outcome)")
    #expect(outcome.lines.suffix(2) == ["1", "TCP port 7001 is free."], "\(outcome)")
  }
}
