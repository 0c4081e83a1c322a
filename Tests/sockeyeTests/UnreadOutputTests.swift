import Glibc
import LinuxSystem
import SocketModel
import TestSupport
import Testing

/// Signals while nobody reads the output. They were kept for a loop that did not turn, since a
/// write(2) to a full pipe had no end: nothing but SIGKILL helped.
@Suite struct UnreadOutputTests {
  @Test(arguments: [(SIGTERM, SIGTERM), (SIGINT, 0)] as [(Int32, Int32)])
  func endTheFramesOfTheView(signal: Int32, status: Int32) throws {
    let pair = try LoopbackPair()
    let clients = try (0..<60).map { _ in try pair.connect() }
    let program = try UnreadProgram("watch", "--interval", "0.1", "-n", "port=\(pair.port)")
    #expect(eventually { program.pipeIsFull })
    #expect(program.status(after: signal) == status)
    clients.forEach { $0.close() }
  }

  @Test func endTheEventsOfTheView() throws {
    let pair = try LoopbackPair()
    let program = try UnreadProgram(
      "watch", "--ndjson", "--interval", "0.1", "port=\(pair.port)")
    #expect(
      try eventually {
        for _ in 0..<50 { try pair.connect().close() }
        return program.pipeIsFull
      })
    #expect(program.status(after: SIGTERM) == SIGTERM)
    // The last line was cut wherever the pipe was full: no program could read it.
    #expect(program.unread.hasSuffix("}\n"))
  }

  @Test func endAServerWithALog() throws {
    let program = try UnreadProgram("serve", "127.0.0.1:0", "--log")
    let text = try #require(program.readLine().firstMatch(of: /127\.0\.0\.1:(\d+)/)?.1)
    let address = SocketAddress(IPEndpoint(.loopback(.ipv4), try #require(UInt16(text))))
    // Two lines each: more than there is room for.
    for _ in 0..<300 {
      _ = try TCPSocket(.ipv4).socket.connect(to: address)
    }
    #expect(eventually { program.pipeIsFull })
    #expect(program.status(after: SIGTERM) == 0)
  }
}
