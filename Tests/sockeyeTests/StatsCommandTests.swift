import LinuxSystem
import SocketModel
import TestSupport
import Testing

/// `stats --by` with several keys, sums, an order, and as CSV.
@Suite struct StatsCommandTests {
  private static func listener() throws -> TCPSocket {
    let socket = try TCPSocket(.ipv4)
    try socket.socket.bind(to: SocketAddress(.loopback(.ipv4), 0))
    try socket.listen()
    return socket
  }

  @Test func groupsBySeveral() throws {
    let socket = try Self.listener()
    let port = try socket.socket.localAddress().endpoint.port
    let table = try Program.run(
      "stats", "-n", "--by", "local-port,state", "--sum", "recv_q", "lport=\(port)")
    #expect(
      table.lines.map { $0.split(separator: " ").joined(separator: " ") } == [
        "Local port State Sockets Recv-Q", "\(port)/tcp LISTENING 1 0",
      ])
    let json = try Program.run("stats", "--json", "--by", "state,user", "lport=\(port)")
    #expect(json.output.contains("\"by\":[\"state\",\"user\"]"))
    let csv = try Program.run(
      "stats", "--csv", "-H", "--by", "state,local_port", "--sum", "send_q", "lport=\(port)")
    let cells = csv.output.split(separator: ",")
    #expect(cells.dropFirst(2).prefix(4) == ["tcp", "LISTENING", "\(port)", "1"])
    #expect(csv.output.hasSuffix(",0,false\r\n"))
    withExtendedLifetime(socket.rawValue) {}
  }

  @Test(arguments: [
    ("--by state --sort rtt", "no column 'rtt' here; there are state, sockets, recv_q"),
    ("--by state,x", "--by takes process"), ("--sum recv_q", "it is of groups"),
    ("--sort state", "it is of groups"),
  ])
  func aWrongCommandLineIsRefused(words: String, message: String) throws {
    let outcome = try Program.shell("$SOCKEYE stats \(words)")
    #expect(outcome.status == 2 && outcome.errors.contains(message), "\(outcome.errors)")
  }
}
