import KernelFormats
import TestSupport
import Testing

struct SockStatTests {
  @Test(arguments: [
    ("sockets: used 9\nTCP: inuse 5 orphan 1 tw 30 alloc 400 mem 2\nUDP: inuse 7 mem 1\n", 35),
    ("TCP: inuse 5 orphan 1 tw 30 alloc 400 mem 2", 35), ("UDP6: inuse 1\nTCP6: inuse 7\n", 7),
    ("TCP: tw 4 new 1 inuse 3\nTCP6: inuse 9", 7), ("TCP: alloc 5", 0), ("UDP: inuse 9\n", 0),
    ("TCP: tw", 0), ("TCP: tw -1 inuse x\n", 0), ("TCP:", 0), ("", 0), ("\n\n", 0),
    ("TCP: tw 9223372036854775807 inuse 9223372036854775807", 0),
    ("TCP: tw 99999999999999999999 inuse 2", 2),
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
