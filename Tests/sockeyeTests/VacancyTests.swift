import TestSupport
import Testing

/// `wait --free` where the kernel's table does not show every socket: netlink is refused, and /proc
/// knows none that is bound and no more, like netlink before Linux 6.8. The table alone said free.
@Suite struct VacancyTests {
  @Test(.enabled(if: RefusedNetlink.isAvailable, "\(RefusedNetlink.requirement)"))
  func whatTheTableDoesNotShowIsNotFree() throws {
    let outcome = try Namespace.shell(
      RefusedNetlink.definition + RefusedNetlink.boundPort + """
        $REFUSED $SOCKEYE wait 7000 --free --timeout 0.2 2>&1; echo $?
        $REFUSED $SOCKEYE wait 7000 --free --timeout 0 2>&1; echo $?
        kill $PID; wait $PID
        $REFUSED $SOCKEYE wait 7000 --free --timeout 5 2>&1; echo $?
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
  @Test(.enabled(if: RefusedNetlink.isAvailable, "\(RefusedNetlink.requirement)"))
  func aPortThatMayNotBeBound() throws {
    let outcome = try Namespace.shell(
      RefusedNetlink.definition + """
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
