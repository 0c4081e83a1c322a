import KernelFormats
import TestSupport
import Testing

struct SockStatTests {
  @Test(arguments: [
    ("sockets: used 9\nTCP: inuse 5 orphan 1 tw 30 alloc 400 mem 2\nUDP: inuse 7 mem 1\n", 430),
    ("TCP: inuse 5 orphan 1 tw 30 alloc 400 mem 2", 430),
    ("TCP: alloc 4 new 1 tw 3\nTCP6: alloc 9", 7), ("TCP: inuse 5", 0), ("TCP6: alloc 9\n", 0),
    ("TCP: tw", 0), ("TCP: tw -1 alloc x\n", 0), ("TCP:", 0), ("", 0), ("\n\n", 0),
    ("TCP: tw 9223372036854775807 alloc 9223372036854775807", 0),
    ("TCP: tw 99999999999999999999 alloc 2", 2),
  ])
  func counts(text: String, sockets: Int) {
    let bytes = Array(text.utf8)
    #expect(SockStat.tcpSockets(bytes.span) == sockets)
  }

  @Test func whateverComesItEnds() {
    let text = Array("sockets: used 9\nTCP: inuse 5 orphan 1 tw 30 alloc 400 mem 2\n".utf8)
    fuzz(text) { _ = SockStat.tcpSockets($0.span) }
  }
}
