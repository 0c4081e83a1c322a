import Foundation
import TestSupport
import Testing

/// What could not be read, looked up or recorded is "can't tell" (exit 4) and is seen in the data.
@Suite struct IncompleteAnswersTests {
  private static let proc = "--proc-root \(fixturePath("proc"))"

  /// JSON alone had a place for it: a reader of the others took a part for the whole.
  @Test(arguments: [
    ("--ndjson", "\"incomplete\":true"), ("--csv", ",true\r\n"), ("--json", "\"undecided\":null"),
  ])
  func aPartialReadIsSeenInTheData(form: String, sign: String) throws {
    let found = try Program.shell("$SOCKEYE \(form) \(Self.proc)")
    #expect(found.status == 0 && found.output.contains(sign))
    // UDP has no sockets that are bound and no more.
    let whole = try Program.shell("$SOCKEYE \(form) -u \(Self.proc)")
    #expect(whole.status == 0 && !whole.output.contains(sign))
    #expect(form == "--json" || whole.output.contains("false"))
  }

  @Test func csvHasItLastWhereColumnsAreNotChosen() throws {
    let header = try Program.shell("$SOCKEYE --csv \(Self.proc)").output.prefix { $0 != "\r\n" }
    #expect(header.hasPrefix("host,time,protocol,") && header.hasSuffix(",incomplete"))
    let chosen = try Program.shell("$SOCKEYE --csv --columns local_port,state \(Self.proc)").output
    #expect(chosen.hasPrefix("local_port,state\r\n"))
  }

  /// Of what it does not hold it said "no", with exit 1 and `--expect none` 0.
  @Test(
    .enabled(if: Namespace.isAvailable, "needs a network namespace"),
    arguments: [
      ("-l", "established", "TCP in LISTENING, and nothing else"),
      ("-l", "udp", "TCP in LISTENING, and nothing else"),
      ("-ta", "-u", "TCP in all states, and nothing else"),
      ("-6t", "-4 established", "TCP over IPv6 in all states, and nothing else"),
      ("-ua", "tcp", "UDP in all states, and nothing else"),
      (":1", ":2", "TCP in all states and UDP in all states, as far as a filter let them through"),
      ("established", "reaches=127.0.0.1:1", "TCP in ESTABLISHED, and nothing else"),
    ])
  func aRecordingSaysWhatItHolds(recorded: String, asked: String, holds: String) throws {
    let found = try Namespace.shell(
      """
      f=$(mktemp); $SOCKEYE -n \(recorded) --record "$f" > /dev/null
      $SOCKEYE --replay "$f" \(asked) > /dev/null; echo $?
      $SOCKEYE --replay "$f" --expect none \(asked) -q; echo $?
      $SOCKEYE --replay "$f" --json \(asked) 2> /dev/null | grep -o '"undecided":.*}'
      rm "$f"
      """)
    #expect(found.output == "4\n4\n\"undecided\":null}\n")
    #expect(found.errors.contains("sockeye: can't tell: the recording holds \(holds)\n"))
  }

  /// A filter on a recording of everything, or the same filter again, is answered.
  @Test(
    .enabled(if: Namespace.isAvailable, "needs a network namespace"),
    arguments: [
      ("-tua", "port=0"), ("-t4", "-t4 port=0"), ("port=0", "port=0"), ("-ltu", "-l port=0"),
      ("-ti", "tcp 'rtt<0us'"),
    ])
  func aRecordingAnswersWhatItHolds(recorded: String, asked: String) throws {
    let found = try Namespace.shell(
      """
      f=$(mktemp); $SOCKEYE -n \(recorded) --record "$f" > /dev/null
      $SOCKEYE --replay "$f" \(asked) 'local=203.0.113.9' > /dev/null; echo $?; rm "$f"
      """)
    #expect(found.output == "1\n" || recorded == "port=0", "\(found.errors)")
  }

  /// Details that were not recorded, and names, which no recording has; also negated.
  @Test(arguments: ["rtt>1s", "not rtt>1s", "user=zz*", "not user=zz*"])
  func whatWasNotRecordedIsUnknown(term: String) throws {
    let found = try Program.shell(
      "$SOCKEYE -q --replay \(fixturePath("diag/listening.bin")) listening '\(term)'; echo $?")
    #expect(found.output == "4\n", "\(found.errors)")
  }

  /// What /proc does not tell was "no", and so "yes" behind `not`.
  @Test(arguments: ["cookie>0", "not cookie>0", "not dev=lo", "not cgroup=/*", "not v6only=true"])
  func whatProcDoesNotTellIsUnknown(term: String) throws {
    let found = try Program.shell("$SOCKEYE -q tcp '\(term)' \(Self.proc); echo $?")
    #expect(found.output == "4\n", "\(found.errors)")
  }

  /// IPv6 wildcards of which /proc does not tell whether they take IPv4 were shown.
  @Test(.enabled(if: Namespace.isAvailable, "\(Namespace.requirement)"))
  func wildcardsThatMayTakeIPv4AreUndecided() throws {
    let found = try Namespace.shell(
      """
      $SOCKEYE serve '[::]:7001' > /dev/null 2>&1 & server=$!
      $SOCKEYE serve 127.0.0.1:7002 > /dev/null 2>&1 & other=$!
      $SOCKEYE wait '[::1]:7001' && $SOCKEYE wait 127.0.0.1:7002
      for s in proc diag; do
        for q in -4 ipv4 'not ipv4' 'src inet:*:7001'; do
          $SOCKEYE --source $s -lq $q lport=7001; echo $?
        done
        $SOCKEYE --source $s -l4 --ndjson | grep -c incomplete..true
      done
      $SOCKEYE --source proc -l4 lport=7001 > /dev/null
      $SOCKEYE --source proc -l4 --pids lport=7001
      kill $server $other
      """)
    #expect(found.output == "4\n4\n4\n4\n1\n0\n0\n1\n0\n0\n", "\(found.output) \(found.errors)")
    let sentence =
      "sockeye: can't tell: /proc does not tell whether a listener takes IPv4 as well (v6only); "
      + "netlink does\n"
    #expect(found.errors.hasSuffix(sentence + sentence))
  }
}

/// A name that can't be looked up is not a name that is not there.
@Suite struct FailedLookupTests {
  private static let isPossible =
    geteuid() == 0 && Namespace.isAvailable
    && (try? Program.shell("unshare -m setpriv --reuid=12345 true"))?.status == 0

  /// A user without a name, in namespaces where /etc/passwd can't be read and no cgroups are mounted.
  private func run(_ commands: String) throws -> Program.Outcome {
    try Namespace.shell(
      """
      cat > /tmp/sockeye-lookups-$$ <<'END'
      mount --make-rprivate / && f=$(mktemp) && mount --bind "$f" /etc/passwd
      mount --bind "$f" /etc/services
      mount -t tmpfs none /sys/fs/cgroup
      as="setpriv --reuid=12345 --regid=12345 --clear-groups"
      $as $SOCKEYE serve 127.0.0.1:7001 > /dev/null 2>&1 & server=$!
      $SOCKEYE wait 127.0.0.1:7001
      \(commands)
      kill $server
      umount /etc/passwd /etc/services; rm "$f"
      END
      unshare -m sh /tmp/sockeye-lookups-$$; rm /tmp/sockeye-lookups-$$
      """)
  }

  @Test(.enabled(if: isPossible, "needs root"))
  func isAnErrorThatNamesTheCause() throws {
    let found = try run(
      """
      for q in user=zz cgroup=/zz :https; do $as $SOCKEYE -q "$q"; echo $?; done
      $as $SOCKEYE probe :https; echo $?
      """)
    #expect(found.output == "3\n3\n3\n3\n", "\(found.output) \(found.errors)")
    for sentence in [
      "sockeye: can't look up user 'zz': Permission denied\n",
      "sockeye: can't look up cgroup '/zz': /sys/fs/cgroup",
      "sockeye: can't look up service 'https': Permission denied\n",
    ] { #expect(found.errors.contains(sentence)) }
  }

  /// `user=zz*` was "no" and `not user=zz*` yes.
  @Test(.enabled(if: isPossible, "needs root"))
  func isUndecidedInAPattern() throws {
    let found = try run(
      """
      for q in 'user=zz*' 'not user=zz*'; do
        $as $SOCKEYE -q "$q" tcp lport=7001; echo $?
      done
      """)
    #expect(found.output == "4\n4\n", "\(found.output) \(found.errors)")
    #expect(
      found.errors.contains(
        "sockeye: can't tell: the name of user 12345 can't be looked up (Permission denied)\n"))
  }
}
