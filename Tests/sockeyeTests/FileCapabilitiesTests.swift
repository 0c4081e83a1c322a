import Glibc
import TestSupport
import Testing

/// A copy of sockeye to whose file an administrator gave capabilities (setcap(8)), run by nobody: it sees whose
/// sockets there are, and reads nothing else that nobody may not.
@Suite(.enabled(if: canGiveCapabilities, "needs root, setcap and setpriv"))
struct FileCapabilitiesTests {
  private static let capabilities =
    "cap_dac_read_search,cap_sys_ptrace,cap_net_admin,cap_bpf,cap_perfmon,cap_sys_admin"

  /// Runs a script as nobody where `$S` has the capabilities and `$PLAIN` has none, beside another sockeye,
  /// `$O`; `$D/secret` is a file and `$D/closed` a directory that root alone may read.
  private func run(
    _ script: String, _ flags: String = "+p", capabilities: String = Self.capabilities,
    besides other: String = "\"$SOCKEYE\" --version"
  ) throws -> Program.Outcome {
    try Program.shell(
      """
      D=$(mktemp -d); trap 'kill $O 2> /dev/null; rm -rf "$D"' EXIT; export D; chmod 755 "$D"
      \(other) > "$D/where" & export O=$!
      until [ -s "$D/where" ]; do sleep 0.05; done
      cp "$SOCKEYE" "$D/plain"; cp "$SOCKEYE" "$D/sockeye"; chmod 755 "$D/plain" "$D/sockeye"
      setcap \(capabilities)\(flags) "$D/sockeye" || exit 99
      echo 'root:enciphered:1:0:99999:7:::' > "$D/secret"; chmod 600 "$D/secret"
      mkdir -p "$D/closed/net"; cp "$D/secret" "$D/closed/net/tcp"; chmod 700 "$D/closed"
      mkdir -m 777 "$D/open"; export S="$D/sockeye" PLAIN="$D/plain"
      setpriv --reuid=65534 --regid=65534 --clear-groups sh -c '\(script)'
      """)
  }

  @Test(arguments: ["+p", "+ep"])
  func theOwnersOfOthersSocketsAreSeen(flags: String) throws {
    let script = """
      port=$(grep -oE "[0-9]+$" $D/where)
      for s in $PLAIN $S; do for how in proc auto; do
        $s -l --owners $how --ndjson :$port | grep -oE "owner_status...[a-z]+"
      done; done
      """
    let lines = try run(script, flags, besides: "\"$SOCKEYE\" serve 0").lines
    #expect(lines.map { $0.suffix(5) } == ["idden", "idden", "known", "known"])
  }

  /// Of another network namespace it takes cap_sys_admin to see anything, and cap_sys_ptrace to find it by the
  /// process that it is of; without them that is said.
  @Test(arguments: [
    ("cap_sys_admin,cap_sys_ptrace", nil), ("cap_sys_ptrace", "Operation not permitted"),
    ("cap_sys_admin", "Permission denied"), ("cap_net_admin,cap_bpf", "Permission denied"),
  ])
  func anotherNamespaceIsSeenWithItsCapabilities(capabilities: String, failure: String?) throws {
    let found = try run(
      "$S -N $O -lH --no-process; echo $?; $S --everywhere -lH --no-process; echo $?",
      capabilities: capabilities,
      besides: "unshare -n sh -c 'ip link set lo up; exec \"$SOCKEYE\" serve 127.0.0.1:7001'")
    let rows = found.lines.filter { $0.contains("127.0.0.1:7001") }
    guard let failure else {
      // Those of this test's other cases are on the host as well.
      return #expect(rows.count >= 2 && rows.first == found.lines[0] && found.lines[1] == "0")
    }
    #expect(rows.isEmpty && found.lines.first == "3")
    let errors = found.errors.split(separator: "\n")
    #expect(errors.first?.hasPrefix("sockeye: can't enter the network namespace '") == true)
    #expect(errors.first?.hasSuffix("': \(failure); try it with sudo") == true)
  }

  /// Every option that names a file, also of /etc/shadow.
  @Test(
    arguments: ["+p", "+ep"],
    [
      "--replay $F", "stats --replay $F", "--proc-root $F", "--proc-root $D/closed",
      "watch --count 1 --proc-root $D/closed", "metrics --proc-root $D/closed", "-r -t",
      "-N $F", "-N $D/closed/net/tcp", "-N ../..$F", "cgroup=/../../../../$F", "dst $F -x",
      "--record $F", "--record $D/closed/new", "metrics --textfile $F",
      "metrics --textfile $D/closed/new", "wait --free 45999 --timeout 5 -- cat $F",
      "wait --free 45999 --timeout 5 -- ls $D/closed",
    ])
  func nothingElseIsRead(flags: String, options: String) throws {
    let script = """
      for F in $D/secret /etc/shadow; do
        for s in $PLAIN $S; do $s \(options) 2>&1 < /dev/null; echo "exit $? =="; done
      done
      """
    let found = try run(script, flags)
    #expect(!found.output.contains("enciphered") && !found.output.contains("root:"), "\(options)")
    // Of each file what the plain one says, then what the other says.
    let answers = found.output.split(separator: " ==\n")
    try #require(answers.count == 4)
    // What is there is told no more than to anybody.
    if options.hasPrefix("-N") || options.contains("--textfile") || options.contains("--record") {
      #expect(answers[0] == answers[1] && answers[2] == answers[3])
      #expect(answers.allSatisfy { !$0.hasSuffix("exit 0") })
    }
  }

  @Test func whatWouldReadForItsUserIsRefused() throws {
    for option in ["--replay", "--proc-root", "--resolve"] {
      let found = try run("$S \(option) \(option == "--resolve" ? "" : "/tmp") -t")
      #expect(found.status == 2)
      #expect(
        found.errors.hasPrefix("sockeye: \(option) is refused: this sockeye's file gives it rights")
      )
    }
  }
}

private let canGiveCapabilities =
  geteuid() == 0
  && (try? Program.shell(
    """
    command -v setpriv > /dev/null || exit 1; f=$(mktemp) && setcap cap_net_raw+p "$f"; s=$?
    rm "$f"; exit $s
    """))?.status == 0
