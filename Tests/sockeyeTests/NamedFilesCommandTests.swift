import Glibc
import TestSupport
import Testing

/// Files that the user names, and what is in a directory that somebody else made. `timeout` ends what
/// would hang or grow for ever.
@Suite struct NamedFilesCommandTests {
  /// Runs a script in a directory of its own; `run` is sockeye, bounded in time and memory.
  private func shell(_ script: String) throws -> Program.Outcome {
    try Program.run(
      [
        "/usr/bin/env", "bash", "-c",
        "run() { timeout 30 \"$SOCKEYE\" \"$@\"; }; d=$(mktemp -d); cd \"$d\" || exit 99; "
          + script + "\ns=$?; cd /; rm -r \"$d\"; exit $s",
      ], environment: ["SOCKEYE": Program.sockeye])
  }

  @Test(arguments: [
    ("run --replay /dev/zero", "/dev/zero: it is a device"),
    ("run --replay .", ".: it is a directory"),
    ("truncate -s 3G large; run --replay large", "large: it is larger than 1024 MiB"),
    ("mkdir net; ln -s /dev/zero net/tcp; run --proc-root .", "./net/tcp: it is a device"),
    ("mkdir net; mkfifo net/tcp; run --proc-root .", "./net/tcp: it is a pipe"),
    ("run --replay \"caf\"$'\\351'", "caf\\xe9: No such file or directory"),
    ("mkfifo f; run --record f", "f: it is a pipe"),
    ("run --record /dev/null", "/dev/null: it is a device"),
    ("echo old >t; ln -s t f; run --record f; s=$?; cat t; (exit $s)", "f: it is a symbolic link"),
  ])
  func whatIsNoFileIsRefused(script: String, reason: String) throws {
    let outcome = try shell(script)
    let verb = script.contains("--record") ? "write" : "read"
    #expect(outcome.status == 3)
    #expect(outcome.errors == "sockeye: can't \(verb) \(reason)\n")
    #expect(outcome.output == (script.contains("cat t") ? "old\n" : ""))
  }

  /// A FIFO that nobody writes to is at its end.
  @Test func aNamedPipeIsNotWaitedFor() throws {
    let outcome = try shell("mkfifo f; run --replay f")
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("there is no request in it"))
  }

  @Test func aRecordingMayComeFromAPipe() throws {
    let path = fixturePath("diag/scene.bin")
    let file = try shell("run -n --replay \(path)")
    let piped = try shell("run -n --replay <(cat \(path))")
    #expect(piped.status == 0 && piped.errors == "")
    #expect(piped.output == file.output && piped.lines.count > 5)
  }

  /// Names of processes in such a directory are no files either.
  @Test(arguments: ["ln -s /dev/zero", "mkfifo"])
  func aProcessWithoutAReadableNameHasNone(make: String) throws {
    let link = make == "mkfifo" ? "mkfifo 7/stat 7/cmdline" : "\(make) 7/stat; \(make) 7/cmdline"
    let outcome = try shell(
      """
      mkdir -p net 7/fd; ln -s 'socket:[77]' 7/fd/3; \(link)
      echo '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid' >net/tcp
      echo '0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 0 0 77' >>net/tcp
      run -nH --columns local,process,command --proc-root .
      """)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("127.0.0.1:8080"))
  }

  @Test func aRecordingIsForItsUserAlone() throws {
    let outcome = try shell(
      "umask 0; run -q --record f all; stat -c %a f; ls; run -q --replay f all")
    #expect(outcome.output == "600\nf\n")
    #expect(outcome.status == 0 || outcome.errors == "")
  }

  /// The file was emptied before the kernel had answered.
  @Test func theOldRecordingStaysWhereTheKernelRefuses() throws {
    let outcome = try shell(
      "echo old >f; (ulimit -n 4; run --no-process --record f); s=$?; cat f; ls; (exit $s)")
    #expect(outcome.status == 3)
    #expect(outcome.output == "old\nf\n")
  }

  @Test func aPathThatIsNotTextIsOpenedAsItIs() throws {
    let outcome = try shell(
      "f=$'caf\\351'; run -q --record \"$f\" all; ls | od -An -tx1; run -q --replay \"$f\" all; "
        + "run -q --replay=\"$f\" all")
    #expect(outcome.output == " 63 61 66 e9 0a\n")
    #expect(outcome.errors == "")
  }

  /// Names that are not UTF-8 were shown with U+FFFD.
  @Test(.enabled(if: Self.mayMount, "needs root and a mount namespace"))
  func namesThatAreNotTextAreEscaped() throws {
    let outcome = try shell(
      #"""
      printf 'caf\351:x:0:0::/:/bin/sh\n' >passwd
      printf 'na\377me 8080/tcp\n' >services
      mkdir -p net
      echo '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid' >net/tcp
      echo '0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 0 0 77' >>net/tcp
      export d
      unshare -m bash -c 'mount --bind "$d/passwd" /etc/passwd
      mount --bind "$d/services" /etc/services
      "$SOCKEYE" -H --services --columns local,user --no-process --proc-root "$d"
      "$SOCKEYE" -H --columns user --no-process --proc-root "$d" user=$'"'caf\\351'"'
      "$SOCKEYE" --json --no-process --proc-root "$d" "user=c*" | grep -o "\"user\":\"[^\"]*\""'
      """#)
    #expect(outcome.output == "127.0.0.1:na\\xffme  caf\\xe9\ncaf\\xe9\n\"user\":\"caf\\\\xe9\"\n")
    #expect(outcome.errors == "")
  }

  private static let mayMount =
    geteuid() == 0 && (try? Program.shell("unshare -m true"))?.status == 0
}
