import TestSupport
import Testing

/// `wait --free` where the kernel's table does not show every socket: netlink is refused, and /proc
/// knows none that is bound and no more, like netlink before Linux 6.8. The table alone said free.
@Suite struct VacancyTests {
  private static let canRefuse =
    Namespace.isAvailable
    && (try? Namespace.shell(refusal + "$REFUSED true; echo $?"))?.output == "0\n"

  /// `$REFUSED COMMAND` runs a command that can't have a netlink socket (seccomp(2)): `EPERM`.
  private static let refusal = """
    filter=$(mktemp)
    trap 'rm -f "$filter"' EXIT
    cat > "$filter" <<'END'
    import ctypes, os, platform, struct, sys
    number = {"x86_64": 41, "aarch64": 198}[platform.machine()]
    def step(code, true, false, value): return struct.pack("HBBI", code, true, false, value)
    program = b"".join([
        step(0x20, 0, 0, 0), step(0x15, 0, 3, number),  # is it socket(2)?
        step(0x20, 0, 0, 16), step(0x15, 0, 1, 16),     # of AF_NETLINK?
        step(0x06, 0, 0, 0x00050001),                   # EPERM
        step(0x06, 0, 0, 0x7fff0000)])
    code = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    call = ctypes.CDLL(None, use_errno=True).prctl
    if call(38, 1, 0, 0, 0) or call(22, 2, header, 0, 0): sys.exit(99)
    os.execvp(sys.argv[1], sys.argv[1:])
    END
    REFUSED="python3 $filter"

    """

  /// Binds port 7000 and does nothing more with it, until the end of the script.
  private static let bound = """
    ready=$(mktemp)
    python3 -u -c '
    import socket, time
    s = socket.socket(); s.bind(("127.0.0.1", 7000)); print("ready"); time.sleep(60)
    ' > "$ready" & PID=$!
    until grep -q ready "$ready"; do sleep 0.02; kill -0 $PID || break; done

    """

  @Test(.enabled(if: VacancyTests.canRefuse, "needs a network namespace and seccomp"))
  func whatTheTableDoesNotShowIsNotFree() throws {
    let outcome = try Namespace.shell(
      Self.refusal + Self.bound + """
        $REFUSED $SOCKEYE wait 7000 --free --timeout 0.2 2>&1; echo $?
        $REFUSED $SOCKEYE wait 7000 --free --timeout 0 2>&1; echo $?
        kill $PID; wait $PID
        $REFUSED $SOCKEYE wait 7000 --free --timeout 5 2>&1; echo $?
        rm "$ready"
        """)
    let hidden = "a socket that the kernel's table does not show holds it"
    #expect(
      outcome.lines == [
        "sockeye: port 7000 is not free: \(hidden)", "124",
        "sockeye: can't tell when port 7000 is free: \(hidden)", "4",
        "sockeye: port 7000 is free", "0",
      ], "\(outcome.errors)")
  }

  /// Where bind(2) is not permitted the table has the word, if it shows every socket.
  @Test(.enabled(if: VacancyTests.canRefuse, "needs a network namespace and seccomp"))
  func aPortThatMayNotBeBound() throws {
    let outcome = try Namespace.shell(
      Self.refusal + """
        LESS="setpriv --inh-caps=-net_bind_service --bounding-set=-net_bind_service"
        $LESS $SOCKEYE wait 80 --free --timeout 0.2 2>&1; echo $?
        $REFUSED $LESS $SOCKEYE wait 80 --free --timeout 0.2 2>&1; echo $?
        """)
    #expect(
      outcome.lines == [
        "sockeye: port 80 is free by the kernel's table; trying it is not permitted", "0",
        "sockeye: can't tell: the kernel's table does not show every socket, and binding port 80 "
          + "is not permitted; try it with sudo", "4",
      ], "\(outcome.errors)")
  }
}
