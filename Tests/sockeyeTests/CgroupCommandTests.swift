import Foundation
import Glibc
import TestSupport
import Testing

/// What the built command says of units and containers, of sockets in cgroups that the test makes and
/// takes away again.
@Suite(.serialized) struct CgroupCommandTests {
  static let id = String(repeating: "4f797c539e6c745d", count: 4)
  static let short = "4f797c539e6c"

  static let mount = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
    unsafe access($0 + "/cgroup.procs", W_OK) == 0
  }
  static let isAvailable = geteuid() == 0 && mount != nil && Namespace.isAvailable

  /// Runs a script beside a Python program of root, in a network namespace. In the program
  /// `enter(path)` moves it to a cgroup and `listen(port)` makes a listener on 127.0.0.1; its pid is
  /// `$PID`. In the script `$SOCKEYE` runs as root and `$NOBODY` as an ordinary user; it may end the
  /// program by itself.
  private func beside(_ program: String, _ script: String) throws -> Program.Outcome {
    try Namespace.shell(
      """
      dir=$(mktemp -d); chmod 755 $dir; cp "$SOCKEYE" $dir/sockeye; chmod 755 $dir/sockeye
      cat > $dir/program <<'END'
      import os, signal, socket, sys
      os.closerange(3, 1 << 20)
      mount, made, sockets = "\(Self.mount ?? "")", open(sys.argv[1] + "/made", "w"), []
      def enter(path):
          at = mount
          for name in path.strip("/").split("/") if path != "/" else []:
              at += "/" + name
              try:
                  os.mkdir(at)
                  print(at, file=made, flush=True)
              except FileExistsError: pass
          with open(at + "/cgroup.procs", "w") as file: file.write("0")
          return at
      def listen(port):
          s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
          s.bind(("127.0.0.1", port)); s.listen(5); sockets.append(s)
          return s
      \(program)
      enter("/")
      print("ready", flush=True)
      signal.pause()
      END
      python3 -u $dir/program $dir > $dir/ready &
      PID=$!
      looks=0
      until [ -s $dir/ready ]; do
        kill -0 $PID || break
        looks=$((looks + 1)); [ $looks -lt 3000 ] || break
        sleep 0.01
      done
      SOCKEYE="$dir/sockeye"
      NOBODY="setpriv --reuid 65534 --regid 65534 --clear-groups $dir/sockeye"
      (\(script)) 2>&1 | tr -d '\\r' | sed "s|$dir|DIR|g; s|$PID|PID|g"
      kill $PID 2>/dev/null; wait $PID 2>/dev/null
      # The deepest first; what others use is not empty.
      tac $dir/made | while read -r path; do rmdir "$path" 2>/dev/null; done
      rm -r $dir
      """)
  }

  /// The documented forms, read by somebody without rights.
  @Test(.enabled(if: isAvailable, "needs root, cgroup2 and a network namespace"))
  func unitsAndContainersNeedNoRights() throws {
    let id = Self.id
    let short = Self.short
    let user = "/user.slice/user-64321.slice/user@64321.service"
    let forms: [(path: String, unit: String, container: String)] = [
      ("/", "", ""),
      ("/system.slice/sockeye-test.service", "sockeye-test.service", ""),
      ("/system.slice/sockeye-test.socket", "sockeye-test.socket", ""),
      ("/docker/\(id)", "", short),
      ("/system.slice/docker-\(id).scope", "docker-\(id).scope", short),
      ("/machine.slice/libpod-\(id).scope/container", "libpod-\(id).scope", short),
      ("/machine.slice/libpod-conmon-\(id).scope", "libpod-conmon-\(id).scope", ""),
      ("/system.slice/nerdctl-\(id).scope", "nerdctl-\(id).scope", short),
      ("/kubepods.slice/cri-containerd-\(id).scope", "cri-containerd-\(id).scope", short),
      ("/kubepods.slice/crio-\(id).scope", "crio-\(id).scope", short),
      ("/kubepods/pod7e44ee88-1e65-4a16-8cdf-9a90c819180e/\(id)", "", short),
      (
        "/lxc.payload.sockeye-test/system.slice/a.service", "sockeye-test/a.service", "sockeye-test"
      ),
      ("/lxc/sockeye-test", "", "sockeye-test"),
      (
        "/machine.slice/systemd-nspawn@sockeye-test.service/payload",
        "systemd-nspawn@sockeye-test.service", "sockeye-test"
      ),
      (
        #"/machine.slice/machine-sockeye\x2dtest.scope"#, #"machine-sockeye\x2dtest.scope"#,
        "sockeye-test"
      ),
      (user + "/app.slice/app.scope", "user@64321.service/app.scope", ""),
      // Forged below a user's own part of the tree.
      (user + "/system.slice/nginx.service", "user@64321.service/nginx.service", ""),
      (
        user + "/docker-\(id).scope", "user@64321.service/docker-\(id).scope",
        "user@64321.service/\(short)"
      ),
    ]
    let program = forms.enumerated().map { "enter(r\"\($1.path)\"); listen(\(7000 + $0))" }
    let outcome = try beside(
      program.joined(separator: "\n"),
      "$NOBODY --csv --no-header --columns lport,unit,container --sort lport -l")
    // A backslash is escaped in CSV as in the table.
    let expected = forms.enumerated().map {
      "\(7000 + $0),\($1.unit.replacing("\\", with: "\\\\")),\($1.container)"
    }
    #expect(outcome.lines.map { String($0) } == expected)
  }

  @Test(.enabled(if: isAvailable, "needs root, cgroup2 and a network namespace"))
  func theOwnersColumnNamesThem() throws {
    let outcome = try beside(
      """
      enter("/system.slice/sockeye-test.service"); listen(7000)
      enter("/system.slice/docker-\(Self.id).scope"); listen(7001)
      enter("/"); listen(7002)
      """,
      """
      for port in 7000 7001 7002; do $NOBODY -nlH :$port | sed 's/.*LISTENING *//'; done
      for port in 7000 7001 7002; do $SOCKEYE -nlH :$port | sed 's/.*LISTENING *//'; done
      $SOCKEYE -n --long :7001
      """)
    #expect(
      outcome.output == """
        ? (0, sockeye-test.service)
        ? (0) [\(Self.short)]
        ? (0)
        PID/python3
        PID/python3 [\(Self.short)]
        PID/python3
        LISTENING tcp 127.0.0.1:7001 queue 0/5
            PID/python3 [\(Self.short)]

        """)
  }

  @Test(.enabled(if: isAvailable, "needs root, cgroup2 and a network namespace"))
  func filtersAndGroups() throws {
    let outcome = try beside(
      """
      enter("/system.slice/sockeye-test.service"); listen(7000)
      c = socket.create_connection(("127.0.0.1", 7000)); a, _ = sockets[0].accept()
      c.close(); a.close()
      enter("/docker/\(Self.id)"); listen(7001)
      enter("/user.slice/user-64321.slice/user@64321.service/docker-\(Self.id).scope"); listen(7002)
      enter("/"); listen(7003)
      """,
      """
      show() { $NOBODY --csv --no-header --columns lport "$@" -a | sort | tr '\\n' ' '; echo; }
      show unit=sockeye-test.service
      show unit='sockeye-*' or container='4f*'
      show container=\(Self.short)
      show container='user@64321.service/*'
      show not unit=sockeye-test.service listening
      show not unit=sockeye-test.service time_wait | wc -w
      $NOBODY -q unit=sockeye-none.service; echo $?
      $NOBODY --source proc -q unit=sockeye-test.service; echo $?
      for by in unit container; do
        $NOBODY stats --by $by -l -n | awk '{ print $1, $2 }' | LC_ALL=C sort
        $NOBODY stats --by $by -l --json | grep -o '"is_known":[a-z]*,"sockets":[0-9]*'
      done
      """)
    #expect(
      outcome.output == """
        7000\u{20}
        7000 7001\u{20}
        7001\u{20}
        7002\u{20}
        7001 7002 7003\u{20}
        1
        1
        sockeye: /proc does not tell cgroup, unit, container: --source diag does
        sockeye: can't tell: /proc does not tell what 'unit=sockeye-test.service' asks for
        4
        - 2
        Unit Sockets
        sockeye-test.service 1
        user@64321.service/docker-\(Self.id).scope 1
        "is_known":true,"sockets":2
        - 2
        4f797c539e6c 1
        Container Sockets
        user@64321.service/4f797c539e6c 1
        "is_known":true,"sockets":2

        """)
  }

  /// The id of a cgroup stays with the socket when the directory is gone: nobody knows its name, nor
  /// that it had none.
  @Test(.enabled(if: isAvailable, "needs root, cgroup2 and a network namespace"))
  func ofACgroupThatIsGoneNothingIsKnown() throws {
    let outcome = try beside(
      """
      gone = enter("/system.slice/sockeye-gone.service"); listen(7000)
      enter("/"); os.rmdir(gone)
      """,
      """
      $SOCKEYE -q unit=sockeye-gone.service; echo $?
      $SOCKEYE -q not unit=sockeye-gone.service; echo $?
      $SOCKEYE -q container=web; echo $?
      $SOCKEYE -q cgroup='/x*'; echo $?
      $SOCKEYE --json -l --columns unit | grep -o '"unit":[a-z]*'
      $SOCKEYE stats --by unit --json -l | grep -o '"is_known":[a-z]*'
      """)
    let sentence =
      "sockeye: can't tell: 1 socket was made in a cgroup that is gone or in no tree that can be "
      + "seen here\n4\n"
    #expect(
      outcome.output == String(repeating: sentence, count: 4)
        + "\"unit\":null\n\"is_known\":false\n")
  }

  /// Names are read where root alone may, and never for what a user made.
  @Test(.enabled(if: isAvailable, "needs root, cgroup2 and a network namespace"))
  func containersHaveNames() throws {
    let id = Self.id
    let outcome = try beside(
      """
      enter("/docker/\(id)"); listen(7000)
      enter("/user.slice/user-64321.slice/user@64321.service/docker-\(id).scope"); listen(7001)
      enter("/kubepods/pod7e44ee88-1e65-4a16-8cdf-9a90c819180e/\(id)"); listen(7002)
      """,
      """
      cat > $dir/inside <<'END'
      mount -t tmpfs none /var/lib; mount -t tmpfs none /var/log
      mkdir -p /var/lib/docker/containers/\(id) /var/log/containers
      chmod 710 /var/lib/docker
      echo '{"Config":{"Name":"x","Env":["\\"Name\\":\\"/y\\""]},"Name":"/web"}' \\
        > /var/lib/docker/containers/\(id)/config.v2.json
      : > /var/log/containers/db-0_shop_postgres-\(id).log
      for command in "$@"; do
        $command --csv --no-header --columns lport,container --sort lport -l
      done
      rm /var/lib/docker/containers/\(id)/config.v2.json
      mkfifo /var/lib/docker/containers/\(id)/config.v2.json
      $1 --csv --no-header --columns container lport=7000 -l
      END
      unshare -m sh $dir/inside "$SOCKEYE" "$NOBODY"
      """)
    #expect(
      outcome.output == """
        7000,web
        7001,user@64321.service/\(Self.short)
        7002,shop/db-0/postgres
        7000,\(Self.short)
        7001,user@64321.service/\(Self.short)
        7002,shop/db-0/postgres
        \(Self.short)

        """)
  }

  /// What the command line of a docker-proxy says: where its port leads.
  @Test(.enabled(if: isAvailable, "needs root, cgroup2 and a network namespace"))
  func aDockerProxyIsShownWithWhatItForwardsTo() throws {
    let outcome = try beside(
      """
      if "-proto" not in sys.argv:
          os.execv(sys.executable, [sys.executable, "-u", __file__, sys.argv[1], "-proto", "tcp",
              "-host-ip", "0.0.0.0", "-host-port", "7000", "-container-ip", "172.17.0.2",
              "-container-port", "80"])
      open("/proc/self/comm", "w").write("docker-proxy")
      listen(7000)
      """,
      """
      $SOCKEYE -nlH | sed 's/.*LISTENING *//'
      $SOCKEYE -n --long -l
      $SOCKEYE --json -e -l | grep -o '"forwards_to":"[^"]*"'
      $SOCKEYE --json -l | grep -c forwards_to
      $SOCKEYE -q 'forwards_to=172.17.0.*'; echo $?
      $SOCKEYE -q not 'forwards_to=172.17.0.*' -l; echo $?
      $NOBODY -q 'forwards_to=172.17.0.2:80' 2>/dev/null; echo $?
      """)
    #expect(
      outcome.output == """
        PID/docker-proxy -> 172.17.0.2:80
        LISTENING tcp 127.0.0.1:7000 queue 0/5
            PID/docker-proxy -> 172.17.0.2:80
        "forwards_to":"172.17.0.2:80"
        0
        0
        1
        4

        """)
  }

  @Test(.enabled(if: isAvailable, "needs root, cgroup2 and a network namespace"))
  func aProgramThatWasReplacedIsTold() throws {
    let outcome = try beside(
      """
      listen(7000)
      """,
      """
      cp $dir/sockeye "$dir/old (deleted)"; cp $dir/sockeye $dir/new
      "$dir/old (deleted)" serve 127.0.0.1:7001 >/dev/null 2>&1 & PIDS=$!
      $dir/new serve 127.0.0.1:7002 >/dev/null 2>&1 & PIDS="$PIDS $!"
      for port in 7001 7002; do
        until $SOCKEYE -q listening :$port; do kill -0 $PIDS || break; sleep 0.01; done
      done
      rm $dir/new
      $SOCKEYE --csv --no-header --columns name,exe_deleted --sort name -l
      $SOCKEYE --pids exe_deleted=true | wc -l
      $SOCKEYE --pids exe_deleted=false | wc -l
      $SOCKEYE --json -l --columns exe_deleted exe_deleted=true | grep -o '"exe_deleted":[a-z]*'
      $SOCKEYE --json -l | grep -c exe_deleted
      $NOBODY -q exe_deleted=true 2>/dev/null; echo $?
      kill $PIDS
      """)
    #expect(
      outcome.output == """
        new,true
        old (deleted),false
        python3,false
        1
        2
        "exe_deleted":true
        0
        4

        """)
  }

  // A container's namespace has no name in /run/netns.
  @Test(.enabled(if: isAvailable, "needs root, cgroup2 and a network namespace"))
  func aNamespaceIsCalledLikeTheContainerInIt() throws {
    let outcome = try beside(
      """
      import subprocess
      enter("/docker/\(Self.id)")
      inside = 'import signal, socket; s = socket.socket(); s.bind(("0.0.0.0", 6231)); s.listen(); print(1, flush=True); signal.pause()'
      child = subprocess.Popen(["unshare", "-n", sys.executable, "-c", inside], stdout=subprocess.PIPE)
      child.stdout.readline()
      """,
      """
      $SOCKEYE --everywhere --columns local,netns_name -H 6231 | tr -s ' '
      $SOCKEYE -N \(Self.short) --columns local -H
      $SOCKEYE 6231 2>&1 >/dev/null | grep -o "in the network namespace.*"
      pkill -P $PID
      """)
    #expect(
      outcome.lines == [
        "0.0.0.0:6231 \(Self.short)", "0.0.0.0:6231",
        "in the network namespace '\(Self.short)': sockeye -N \(Self.short) 6231",
      ], "\(outcome.errors)")
  }
}
