import TestSupport
import Testing

/// lsof's exit codes, without another lsof.
@Suite(
  "Called as lsof", .enabled(if: Namespace.isAvailable, "\(Namespace.requirement)"))
struct LsofCommandTests {
  /// A process named `holder-name` listens at port 9000, and `code OPTIONS…` prints how lsof ended that looks
  /// there.
  private static let scene = #"""
    D=$(mktemp -d); cd $D; ln -s "$SOCKEYE" lsof
    cat >holder.py <<'END'
    import signal, socket
    open("/proc/self/comm", "w").write("holder-name")
    s = socket.socket(); s.bind(("127.0.0.1", 9000)); s.listen()
    signal.alarm(60); print(1, flush=True); signal.pause()
    END
    mkfifo up; python3 holder.py >up & P=$!
    read _ <up
    trap 'kill $P; rm -rf $D' EXIT
    code() { PATH= ./lsof -nP -a -i:9000 "$@" >out; echo "$? $(grep -c 9000 out)"; }

    """#

  @Test("of several processes each counts that is there, whatever it holds")
  func processes() throws {
    let run = try Namespace.shell(
      Self.scene + """
        code -p $P,$$; code -p $$,$P; code -p $P,999999; code -p $$
        code -c holder -c sh; code -c sh -c holder; code -c holder -c nothinglikeit
        code -c holder-n -c holder; code -c holder -c holder
        code -c holder -c sh -p $P; code -c holder -p $P,$$; code -c holder -c sh -p $P,$$
        code -u $(id -u) -p $P; code -u $(id -u),$(id -u)
        """)
    #expect(
      run.lines == [
        "0 1", "0 1", "1 1", "1 0",
        "0 1", "0 1", "1 1",
        "1 1", "1 1",
        "1 1", "0 1", "0 1",
        "0 1", "0 1",
      ], "\(run.output)\(run.errors)")
  }

  @Test("a user without a process is a matter of the real lsof, whose answer depends on chance")
  func users() throws {
    let run = try Namespace.shell(Self.scene + "code -u $(id -u),77777; code -u 77777")
    #expect(run.lines == ["2 0", "1 0"], "\(run.output)\(run.errors)")
    #expect(run.errors.contains("-u 77777"))
  }
}
