import SocketModel
import Testing

/// What a docker-proxy's arguments say.
@Suite struct ForwardingTests {
  @Test(
    arguments: [
      (
        "/usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 -container-ip 172.17.0.2 "
          + "-container-port 80 -use-listen-fd", "172.17.0.2:80"
      ),
      ("docker-proxy -container-port 53 -container-ip fd00::2", "[fd00::2]:53"),
      ("docker-proxy", nil), ("docker-proxy -container-ip 172.17.0.2", nil),
      ("docker-proxy -container-ip x -container-port 80", nil),
      ("docker-proxy -container-ip 172.17.0.2 -container-port 65536", nil),
      ("docker-proxy -container-ip 172.17.0.2 -container-port", nil),
    ] as [(String, String?)])
  func says(command: String, forward: String?) {
    let arguments = Array((command + " ").utf8).map { $0 == 0x20 ? 0 : $0 }
    #expect(ProcessName.forwarding(arguments).map { "\($0)" } == forward)
  }
}
