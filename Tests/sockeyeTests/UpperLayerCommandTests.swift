import Glibc
import TestSupport
import Testing

/// The upper layer protocol of TCP (`INET_DIAG_ULP_INFO`), of sockets of MPTCP.
@Suite struct UpperLayerCommandTests {
  static let isAvailable: Bool = {
    // IPPROTO_MPTCP
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 262)
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0 && Namespace.isAvailable
  }()

  @Test(.enabled(if: isAvailable, "needs MPTCP and a network namespace"))
  func saysMPTCP() throws {
    let outcome = try Namespace.shell(
      """
      export LOOK='$SOCKEYE --csv --no-header --columns lport,ulp --sort lport -l
      $SOCKEYE --csv --no-header --columns lport -l ulp=mptcp
      $SOCKEYE --json -i -l ulp=mptcp | grep -o "ulp.:.[a-z]*"
      $SOCKEYE --source proc -q ulp=mptcp 2>/dev/null; echo $?'
      python3 -c '
      import os, socket, subprocess
      sockets = []
      for port, protocol in (7000, 262), (7001, 0):
          s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
          s.bind(("127.0.0.1", port)); s.listen(5); sockets.append(s)
      subprocess.run(["sh", "-c", os.environ["LOOK"]])'
      """)
    #expect(
      outcome.output.replacing("\r\n", with: "\n") == """
        7000,mptcp
        7001,
        7000
        ulp":"mptcp
        4

        """)
  }
}
