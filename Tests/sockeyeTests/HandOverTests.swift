import Glibc
import LinuxSystem
import TestSupport
import Testing

/// Called as another tool, for what is not answered here: the next program of that name.
@Suite("Handing over to the tool itself")
struct HandOverTests {
  /// Directories `links` (sockeye as ss, netstat and lsof), `one` and `two`, and a function `stub FILE` that
  /// makes a tool of the script on its standard input. PATH has all three, and what a shell needs is there
  /// under its whole name.
  private func shell(_ script: String) throws -> Program.Outcome {
    try Program.shell(
      """
      D=$(mktemp -d); chmod 755 $D; mkdir $D/links $D/one $D/two
      trap 'rm -rf $D' EXIT
      for tool in ss netstat lsof; do ln -s "$SOCKEYE" $D/links/$tool; done
      stub() { { echo '#!/bin/sh'; cat; } >"$D/$1"; chmod 755 "$D/$1"; }
      run() { PATH=$D/links:$D/one:$D/two "$@"; echo "exit $?"; }
      \(script)
      """)
  }

  @Test("arguments, environment and exit code are the tool's")
  func becomesIt() throws {
    let run = try shell(
      #"""
      stub one/ss <<'E'
      printf '[%s]' "$@"; echo " $MINE"; echo wrong >&2; exit 7
      E
      MINE=kept run ss -K 'a  b' '' "$(printf 'x\377')"
      """#)
    #expect(run.output.hasPrefix("[-K][a  b][][x") && run.output.hasSuffix("] kept\nexit 7\n"))
    #expect(run.errors == "wrong\n")
  }

  @Test("a signal ends it as it would without us, and a closed pipe too")
  func signals() throws {
    let run = try shell(
      #"""
      stub one/ss <<'E'
      kill -TERM $$
      E
      stub one/lsof <<'E'
      /bin/grep SigIgn /proc/self/status
      E
      run ss -K; $D/one/lsof; run lsof +D /x
      trap '' PIPE; $D/one/lsof; run lsof +D /x
      """#)
    let lines = run.lines
    #expect(lines.count == 7 && lines.first == "exit 143", "\(run.output)")
    // Whether or not the tests' own process ignores it.
    #expect(lines[1] == lines[2] && lines[4] == lines[5])
  }

  @Test("the next one is another file: links, and what can't be run, are passed over")
  func next() throws {
    let run = try shell(
      #"""
      ln -s ../links/ss $D/one/ss
      ln "$SOCKEYE" $D/two/ss 2>/dev/null || ln -s "$SOCKEYE" $D/two/ss
      mkdir $D/three $D/four $D/five; stub three/ss </dev/null; chmod 644 $D/three/ss; mkdir $D/four/ss
      echo 'echo "the fifth"' | stub five/ss
      PATH=$D/links:$D/one:$D/two:$D/three:$D/four:$D/five:$D/nowhere ss -K; echo "exit $?"
      """#)
    #expect(run.output == "the fifth\nexit 0\n")
  }

  @Test(
    "where there is none it is a failure in the tool's way",
    arguments: [("ss -K", 255), ("netstat -r", 255), ("lsof +D /x", 2)])
  func missing(line: String, code: Int) throws {
    let tool = line.prefix { $0 != " " }
    for setting in ["PATH=$D/links", "PATH=", "PATH=$D/links:$D/one"] {
      let run = try shell(
        #"""
        ln -s "$SOCKEYE" $D/one/\#(tool)
        \#(setting) $D/links/\#(line); echo "exit $?"
        """#)
      #expect(run.output == "exit \(code)\n")
      #expect(run.errors.hasPrefix("\(tool): "))
      #expect(run.errors.contains("no other \(tool) is installed; install "), "\(run.errors)")
    }
  }

  @Test("a copy of ours and a script that calls us are no end", arguments: ["copy", "script"])
  func loops(kind: String) throws {
    let run = try shell(
      #"""
      if [ \#(kind) = copy ]; then cp "$SOCKEYE" $D/one/ss; else
        echo 'exec "$D/links/ss" "$@"' | stub one/ss; fi
      export D
      run ss -K
      """#)
    #expect(run.output == "exit 255\n")
    #expect(run.errors.contains("the other ss in PATH is sockeye as well"), "\(run.errors)")
  }

  @Test(
    "behind a copy of ours and a script that calls us is the tool", arguments: ["copy", "script"])
  func behind(kind: String) throws {
    let run = try shell(
      #"""
      if [ \#(kind) = copy ]; then cp "$SOCKEYE" $D/one/ss; else
        echo 'exec "$D/links/ss" "$@"' | stub one/ss; fi
      echo 'echo "the third: $*"' | stub two/ss
      export D
      run ss -K x
      """#)
    #expect(run.output == "the third: -K x\nexit 0\n", "\(run.errors)")
  }

  @Test(
    "an empty folder in PATH is the working directory", arguments: [":/nowhere", "/nowhere::/no"])
  func emptyFolder(path: String) throws {
    let run = try shell(
      #"""
      echo 'echo here' | stub one/ss
      cd $D/one; PATH=\#(path) $D/links/ss -K; echo "exit $?"
      """#)
    #expect(run.output == "here\nexit 0\n", "\(run.errors)")
  }

  @Test(
    "ss reads files in the place of the kernel's",
    arguments: ["PROC_NET_RAW6=x", "PROC_NET_PACKET=x", "PROC_IP_LOCAL_PORT_RANGE=x"])
  func variables(setting: String) throws {
    let run = try shell("echo 'echo real' | stub one/ss; export \(setting); run ss -tan")
    #expect(run.output == "real\nexit 0\n")
  }

  @Test("with POSIXLY_CORRECT an option after a word is none")
  func posix() throws {
    let run = try shell(
      "echo 'echo real' | stub one/ss; export POSIXLY_CORRECT=; run ss -t sport = :1 -a")
    #expect(run.output == "real\nexit 0\n")
  }

  @Test(
    "a service of another protocol is the tool's",
    .enabled(if: (try? Services.ports(named: "ssh")) == [22], "there is no /etc/services"))
  func services() throws {
    let run = try shell(
      #"""
      for tool in ss lsof; do echo 'echo "real: $*"' | stub one/$tool; done
      run ss -uan sport = :ssh; run lsof -i udp:ssh; run ss -M sport = :ssh
      PATH=$D/links:$D/one ss -Htan sport = :ssh | /bin/grep -c real
      """#)
    #expect(
      run.output == """
        real: -uan sport = :ssh
        exit 0
        real: -i udp:ssh
        exit 0
        real: -M sport = :ssh
        exit 0
        0

        """, "\(run.output)")
  }

  @Test("what is answered needs no other tool")
  func answered() throws {
    let run = try shell("PATH=$D/links ss -tln | { read -r header; echo \"$header\"; }")
    #expect(run.output.contains(" Recv-Q Send-Q Local Address:Port"), "\(run.output)")
  }

  @Test(
    "rights that the file gives are not handed on", .enabled(if: geteuid() == 0, "needs root"))
  func rights() throws {
    let run = try shell(
      #"""
      cp "$SOCKEYE" $D/links/raised; chown root $D/links/raised; chmod 4755 $D/links/raised
      ln -sf raised $D/links/ss
      echo '/usr/bin/id -u; /bin/grep -E "Cap(Prm|Eff|Amb)" /proc/self/status' | stub one/ss
      PATH=$D/links:$D/one /usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups ss -K
      """#)
    #expect(run.lines.first == "65534", "\(run.output)\(run.errors)")
    #expect(
      run.lines.count == 4 && run.lines.dropFirst().allSatisfy { $0.hasSuffix("0000000000000000") })
  }
}
