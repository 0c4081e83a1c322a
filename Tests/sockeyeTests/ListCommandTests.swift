import Arguments
import Foundation
import LinuxSystem
import SocketModel
import TestSupport
import Testing

@testable import sockeye

/// What a shell sees of the built command: output, messages, exit codes.
@Suite struct ListCommandTests {
  @Test(arguments: [
    ("$SOCKEYE -tua | head -1", 0, ""),
    ("$SOCKEYE > /dev/full", 3, "sockeye: can't write to standard output: No space left on device"),
    (
      "$SOCKEYE --proc-root /nonexistent", 3,
      "sockeye: can't read /nonexistent/net: No such file or directory"
    ),
    ("$SOCKEYE --lisening", 2, "sockeye: unknown option --lisening; did you mean --listening?"),
    ("$SOCKEYE --columns inod", 2, "sockeye: --columns: no column 'inod'; did you mean inode?"),
    ("$SOCKEYE --sort inod", 2, "sockeye: --sort: no field 'inod'; did you mean inode?"),
    ("$SOCKEYE --sort ''", 2, nil), ("$SOCKEYE '('", 2, nil), ("$SOCKEYE rtt", 2, nil),
    // An unset variable was the filter that matches every socket.
    (
      "$SOCKEYE --pids \"$NOBODY_SETS_THIS\"", 2,
      "sockeye: empty term '': it matches nothing (is a variable unset?)\n  ''\n  ^~"
    ),
    ("$SOCKEYE stats 22 ''", 2, nil), ("$SOCKEYE wait 22 ''", 2, nil),
    ("$SOCKEYE -q tcp :1 :2 :3 state=closing", 1, ""),
    ("$SOCKEYE --expect none tcp :1 :2 :3 state=closing", 0, nil),
    (
      "$SOCKEYE --expect any tcp :1 :2 :3 state=closing", 1,
      "sockeye: no socket matches all of ':1 :2 :3'; write :1,:2,:3 for either\n"
        + "sockeye: expected any, found 0"
    ),
    (
      "$SOCKEYE --no-process nosuchprocess --source proc --proc-root \(fixturePath("proc"))", 4,
      "sockeye: can't tell: owners were not looked up (--no-process)"
    ),
    ("$SOCKEYE --watch=0.1 --count 1 :1 :2", 0, ""),
    (
      "printf 'no recording of ours' > /tmp/sockeye-$$; $SOCKEYE --replay /tmp/sockeye-$$ 2>&1"
        + " | sed s/$$/N/ >&2; rm /tmp/sockeye-$$", 0,
      "sockeye: /tmp/sockeye-N is not a complete recording by --capture or ss -D: byte 0 of the recording: "
        + "length 1914728302 with 20 bytes left"
    ),
    // A sum or an assertion that a hidden owner could change is no answer.
    (
      "$SOCKEYE stats --no-process nosuchprocess --proc-root \(fixturePath("proc")) > /dev/null", 4,
      "sockeye: can't tell: owners were not looked up (--no-process)"
    ),
    (
      "$SOCKEYE stats --no-process 'nosuchprocess or listening' --proc-root \(fixturePath("proc"))"
        + " > /dev/null", 0,
      "sockeye: can't tell of more: owners were not looked up (--no-process)"
    ),
    // What /proc does not tell is not "no".
    ("$SOCKEYE -n bound --proc-root \(fixturePath("proc"))", 4, nil),
    ("$SOCKEYE --expect none bound --proc-root \(fixturePath("proc"))", 4, nil),
    ("$SOCKEYE 'cookie>0' --proc-root \(fixturePath("proc"))", 4, nil),
    ("$SOCKEYE v6only=true --proc-root \(fixturePath("proc"))", 4, nil),
    ("$SOCKEYE dev lo --proc-root \(fixturePath("proc"))", 4, nil),
    ("$SOCKEYE --csv --proc-root \(fixturePath("proc"))", 0, ""),
    // Options and filter that no socket can meet both.
    (
      "$SOCKEYE -t udp", 2,
      "sockeye: the options ask for TCP alone, and 'udp' for the other protocol"
    ),
    (
      "$SOCKEYE -l established", 2,
      "sockeye: -l leaves out every socket that 'established' asks for"
    ),
    (
      "$SOCKEYE -lt state=closed", 2,
      "sockeye: -l leaves out every socket that 'state=closed' asks for"
    ),
    ("$SOCKEYE -lq state=closed udp --proc-root \(fixturePath("proc"))", 0, ""),
    // It complained of an -l that nobody typed.
    (
      "$SOCKEYE exclude all", 2,
      "sockeye: 'exclude all' leaves no state that a socket could be in"
    ),
    (
      "$SOCKEYE -l exclude all", 2,
      "sockeye: 'exclude all' leaves no state that a socket could be in"
    ),
    (
      "$SOCKEYE sctp connected --proc-root \(fixturePath("proc"))", 1,
      "sockeye: no process 'sctp'; sctp sockets are not listed here; type: ss -S"
    ),
    // In ss a state replaces -l.
    (
      "$SOCKEYE -lq state time-wait --proc-root \(fixturePath("proc"))", 0, ""
    ),
    ("$SOCKEYE -q --pids --proc-root \(fixturePath("proc"))", 0, ""),
    // A closed descriptor is not the next socket's.
    ("$SOCKEYE -n >&-", 3, "sockeye: can't write to standard output: it is closed"),
    ("$SOCKEYE demo >&-", 3, nil), ("$SOCKEYE --version 2>&-", 0, ""),
    ("$SOCKEYE -l --proc-root \(fixturePath("empty"))", 3, nil),
    // It may have a socket that is bound and no more, which /proc does not show.
    (
      "$SOCKEYE nosuchprocess --proc-root \(fixturePath("proc")) >/dev/null", 4, nil
    ),
  ])
  func exitCodeAndMessage(script: String, status: Int32, message: String?) throws {
    let outcome = try Program.shell(script)
    #expect(outcome.status == status, "\(script): \(outcome.errors)")
    if let message { #expect(outcome.errors == (message.isEmpty ? "" : message + "\n")) }
  }

  /// The file was emptied before the words were read.
  @Test(arguments: ["lport=foo=", "-u tcp", "--columns nothing", "-l established"])
  func aSlipCostsNoRecording(words: String) throws {
    let outcome = try Program.shell(
      "f=$(mktemp); echo precious >$f; $SOCKEYE --record $f \(words); s=$?; cat $f; rm $f; exit $s")
    #expect(outcome.status == 2)
    #expect(outcome.output == "precious\n")
  }

  @Test(arguments: [("", "root"), ("-n", "0")])
  func usersAreNumbersWithDashN(options: String, user: String) throws {
    let outcome = try Program.shell(
      "$SOCKEYE \(options) --columns user --no-process lport=7000 "
        + "--proc-root \(fixturePath("proc"))")
    #expect(Set(outcome.output.split(separator: "\n").dropFirst()) == [Substring(user)])
  }

  /// An assertion of a misspelt word held, and pids and sums were those of another query.
  @Test(arguments: ["-q", "--expect none", "--pids", "stats", "-q --expect any", "--expect any"])
  func aMisspeltWordIsNoAnswerToAScript(options: String) throws {
    for filter in ["loopbak", "not loopbak", "22 or loopbak"] {
      let outcome = try Program.shell(
        "$SOCKEYE \(options) \(filter) --source proc --proc-root \(fixturePath("proc"))")
      #expect(outcome.status == 2, "\(filter)")
      #expect(outcome.output.isEmpty)
      #expect(
        outcome.errors
          == "sockeye: no process 'loopbak'; did you mean loopback? (a process of that name: "
          + "process=loopbak)\n")
      // A hidden owner may be called nosuchprocess, but none loopbak.
      let blind = try Program.shell(
        "$SOCKEYE \(options) --no-process \(filter) --proc-root \(fixturePath("proc"))")
      #expect(blind.status == 2)
      let plain = try Program.shell(
        "$SOCKEYE \(options) process=loopbak --proc-root \(fixturePath("proc")) >/dev/null")
      #expect(plain.status != 2)
    }
  }

  /// `sockeye redis` was empty with redis-server running. To a script it is a misspelling.
  @Test func aWordMayBeTheBeginningOfAName() throws {
    let root = "--proc-root " + fixturePath("proc")
    let listed = try Program.shell("$SOCKEYE -u resolv \(root)")
    #expect(listed.status == 0 && listed.lines.count > 1)
    #expect(listed.lines.dropFirst().allSatisfy { $0.hasSuffix("8/resolver") })
    #expect(listed.errors == "sockeye: no process 'resolv': taken as resolv* (resolver)\n")
    for options in ["-q", "--pids", "--expect any", "stats"] {
      let outcome = try Program.shell("$SOCKEYE \(options) -u resolv \(root)")
      #expect(outcome.status == 2 && outcome.output.isEmpty)
      #expect(outcome.errors.contains("did you mean the process resolver?"))
    }
  }

  /// Both of two ports is hardly ever meant, and was silently empty.
  @Test(arguments: [("", 1), ("--pids", 1), ("stats", 1), ("--expect none", 0), ("-q", 1)])
  func twoPortsAreEitherOfThem(options: String, status: Int32) throws {
    let outcome = try Program.shell(
      "$SOCKEYE \(options) tcp 9 state=closing 11 --proc-root \(fixturePath("proc")) >/dev/null")
    #expect(outcome.status == status)
    let hint = "sockeye: no socket matches all of '9 11'; write 9,11 for either\n"
    #expect(outcome.errors == (options == "-q" ? "" : hint))
  }

  /// The rows of `not loopbak` are all rows.
  @Test func aListSaysWhatIsMisspelt() throws {
    for (filter, status) in [("loopbak", 1), ("not loopbak", 0)] as [(String, Int32)] {
      let outcome = try Program.shell(
        "$SOCKEYE \(filter) -l --source proc --proc-root \(fixturePath("proc"))")
      #expect(outcome.status == status)
      #expect(outcome.errors == "sockeye: no process 'loopbak'; did you mean loopback?\n")
    }
  }

  /// A line that could not be read may be the socket that was asked for.
  @Test(arguments: [
    ("-q", 4, ""), ("--expect none", 4, ""), ("--json -q", 4, ""), ("--json -l", 4, "1"),
  ])
  func aLineThatCannotBeReadMayBeIt(options: String, status: Int32, undecided: String) throws {
    let outcome = try Program.shell(
      """
      root=$(mktemp -d); mkdir $root/net
      printf '  sl  local\\n   0: 0100007F:0056 0000' >$root/net/tcp
      $SOCKEYE \(options) -4 -t --no-process lport=86 --proc-root $root >$root/out; status=$?
      grep -o '"undecided":[0-9]*' $root/out | cut -d: -f2; rm -r $root; exit $status
      """)
    #expect(outcome.status == status)
    #expect(outcome.output == (undecided.isEmpty ? "" : undecided + "\n"))
    #expect(outcome.errors.contains("net/tcp line 2: "))
    #expect(outcome.errors.hasSuffix("sockeye: can't tell: a line could not be read\n"))
  }

  /// Names were looked up after the filter had looked for them.
  @Test func patternsAreHeldAgainstNames() throws {
    let listener = try TCPSocket(.ipv4)
    try listener.socket.bind(to: SocketAddress(.loopback(.ipv4), 0))
    try listener.listen()
    let port = "lport=\(try listener.socket.localAddress().endpoint.port)"
    let user = try Program.run(["/usr/bin/id", "-un"]).output.dropLast()
    let start = String(user.prefix(2))
    #expect(try Program.run("-q", port, "user=\(start)*").status == 0)
    #expect(try Program.run("-q", port, "user=*\(start)nobody*").status == 1)
    #expect(try Program.run("-q", "--expect", "none", port, "user!=\(start)*").status == 0)
    #expect(try Program.run("-q", port, "dev=l*").status == 1)
    // An ordinary user may bind to a device where none is bound to yet (Linux 5.7).
    try listener.socket.bind(toInterface: "lo")
    #expect(try Program.run("-q", port, "dev=l*").status == 0)
  }

  /// Swift reads the command line from /proc. Without that it was taken for an empty one, and every
  /// query for the plain list.
  @Test func aCommandLineThatCannotBeReadIsNoPlainList() {
    #expect(runSockeye([]) == .unreadable)
  }

  @Test func versionAndHelpGoToStandardOutput() throws {
    #expect(try Program.run("--version").output.hasPrefix("sockeye "))
    let help = try Program.run("--help")
    #expect(help.status == 0 && help.output.contains("--listening") && help.errors.isEmpty)
    // It was 130 lines too.
    let screen = try Program.run("-h")
    #expect(screen.status == 0 && screen.lines.count < 24 && screen.errors.isEmpty)
    #expect(screen.output.contains("--listening") && screen.output.contains("sockeye --help"))
  }

  @Test func aPipeGetsPlainRowsWithoutTrailingBlanks() throws {
    let outcome = try Program.run("-tua")
    #expect(outcome.status == 0)
    #expect(!outcome.output.contains("\u{1b}"))
    #expect(outcome.lines.allSatisfy { $0.last != " " })
    #expect(outcome.lines.first?.hasPrefix("Proto  Local Address") == true)
  }

  /// Scripts look for `:443`, and found `:https`.
  @Test func aPipeGetsPortsAsNumbers() throws {
    let root = "--proc-root " + fixturePath("proc")
    let piped = try Program.shell("$SOCKEYE -tu \(root)").output
    #expect(try piped == Program.shell("$SOCKEYE -tun \(root)").output)
    let named = try Program.shell("$SOCKEYE -tu --services \(root)").output
    #expect(named != piped)
  }

  /// What was filtered or sorted by could not be seen.
  @Test(arguments: [
    ("inode>1", true), ("--sort -inode", true), ("--columns local inode>1", false),
    ("user=root --sort inode", true), ("22", false),
  ])
  func theFieldOfTheQuestionIsShown(words: String, isShown: Bool) throws {
    let outcome = try Program.shell(
      "$SOCKEYE -t \(words.replacing(">", with: "\\>")) --proc-root \(fixturePath("proc"))")
    #expect(outcome.lines.first?.contains("Inode") == isShown, "\(outcome)")
    if words.contains("user") { #expect(outcome.lines.first?.contains("User") == true) }
  }

  @Test func theFixtureTreeIsReadFromItsRoot() throws {
    let outcome = try Program.run("-tun", "--proc-root", fixturePath("proc"))
    #expect(outcome.status == 0)
    try expectGolden("list-fixture-proc.txt", Array(outcome.output.utf8))
  }

  // The columns that were asked for were all columns, and a header was always there.
  @Test(arguments: [
    ("--columns local,pid", "local_address,local_port,pid\r\n"), ("-H --columns local,pid", ""),
    (
      "--columns +rtt,-process",
      "host,time,protocol,local_address,local_port,remote_address,remote_port,recv_q,send_q,state,rtt"
        + ",incomplete\r\n"
    ),
  ])
  func csvHasTheColumnsThatWereAskedFor(options: String, header: String) throws {
    let outcome = try Program.shell(
      "$SOCKEYE --csv \(options) -t 192.0.2.1 --proc-root \(fixturePath("proc"))")
    #expect(outcome.output == header)
  }

  /// Threads render long tables side by side.
  @Test(arguments: [
    ("-n --no-process", 1, "127.0.0.1:"), ("--ndjson", 0, "local_port\":"),
    ("--json", 1, "local_port\":"),
  ])
  func rowsOfALongTableStandInOrder(options: String, header: Int, mark: String) throws {
    let directory = FileManager.default.temporaryDirectory.path + "/sockeye-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try FileManager.default.createDirectory(
      atPath: directory + "/net", withIntermediateDirectories: true)
    let ports = 1...20_000
    let rows = ports.reversed().map { port in
      let end = "0100007F:\(String(port + 0x10000, radix: 16).dropFirst()) 00000000:0000"
      return "0: \(end) 0A 00000000:00000000 00:00000000 00000000 0 0 \(port) 1\n"
    }
    try Data(("sl\n" + rows.joined()).utf8).write(to: URL(fileURLWithPath: directory + "/net/tcp"))
    let outcome = try Program.shell("$SOCKEYE --proc-root \(directory) \(options)")
    #expect(outcome.status == 0)
    let shown = outcome.lines.dropFirst(header).prefix(ports.count).compactMap { line in
      line.firstRange(of: mark).flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) }
    }
    #expect(shown.count == ports.count && zip(shown, ports).allSatisfy { $0 == $1 })
  }

  @Test(.enabled(if: Namespace.isAvailable, "\(Namespace.requirement)"))
  func anEmptyNamespaceIsAnEmptyTable() throws {
    let outcome = try Namespace.shell("$SOCKEYE -tu; $SOCKEYE -l; $SOCKEYE 8080; echo $?")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasSuffix("1\n"))
  }
}
