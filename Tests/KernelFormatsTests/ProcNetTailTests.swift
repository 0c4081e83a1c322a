import SocketModel
import Testing

@testable import KernelFormats

@Suite struct ProcNetTailTests {
  private func tail(_ text: String, _ transport: TransportProtocol = .tcp) -> ProcNetTail {
    var tail = ProcNetTail()
    let bytes = Array(text.utf8)
    tail.parse(bytes.span, from: 0, transport)
    return tail
  }

  private func socket(
    _ transport: TransportProtocol = .tcp, _ state: TCPState = .established
  ) -> Socket {
    Socket(
      transport, local: .unspecified(.ipv4), remote: .unspecified(.ipv4), state: state, inode: 7)
  }

  @Test func tcpColumns() {
    let tail = tail(" 4 0000000000000000 21 4 27 10 57\n")
    let info = tail.details(of: socket(), for: .tcpInfo).tcpInfo
    #expect(info?[.snd_cwnd] == 10)
    #expect(info?[.snd_ssthresh] == 57)
    #expect(info?[.retransmits] == 0)
    // Clock ticks are too coarse for what netlink tells in microseconds.
    #expect(info?[.rto] == nil)
    #expect(info?[.ato] == nil)
  }

  @Test func unsetThresholdIsAbsent() {
    #expect(tail(" 1 dfd77900 300 0 0 2 -1").slowStartThreshold == nil)
    #expect(tail(" 1 dfd77900 300 0 0 2 -1").congestionWindow == 2)
  }

  @Test func aListenersLastColumnIsAnotherThing() {
    let details = tail(" 1 0 100 0 0 10 5").details(of: socket(.tcp, .listening), for: .tcpInfo)
    #expect(details.tcpInfo?[.snd_cwnd] == 10)
    #expect(details.tcpInfo?[.snd_ssthresh] == nil)
  }

  // TIME_WAIT and SYN_RECEIVED rows end behind the pointer.
  @Test func shortRowsHaveNone() {
    #expect(tail(" 3 00000000af8c6118      \n") == ProcNetTail())
    #expect(tail("").details(of: socket(), for: .tcpInfo).tcpInfo == nil)
  }

  @Test(arguments: [
    (" 2 ffff810455d9d9c0 4294967295\n", UInt64(4_294_967_295)), (" 2 0 0", 0),
    (" 2 ffff810455d9d9c0   \n", nil), (" 2 0 x", nil),
  ])
  func drops(text: String, expected: UInt64?) {
    let details = tail(text, .udp).details(of: socket(.udp), for: .memory)
    #expect(details.memory?[.drops] == expected)
    #expect(details.tcpInfo == nil)
  }

  @Test func onlyWhatIsAskedFor() {
    let details = tail(" 4 0 21 4 27 10 57").details(of: socket(), for: .memory)
    #expect(details.tcpInfo == nil && details.memory == nil)
  }
}
