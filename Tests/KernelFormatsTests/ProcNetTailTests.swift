import SocketModel
import Testing

@testable import KernelFormats

@Suite struct ProcNetTailTests {
  private func tail(_ text: String, _ kind: SocketKind = .tcp) -> ProcNetTail {
    var tail = ProcNetTail()
    let bytes = Array(text.utf8)
    tail.parse(bytes.span, from: 0, kind)
    return tail
  }

  private func socket(
    _ kind: SocketKind = .tcp, _ state: TCPState = .established
  ) -> Socket {
    Socket(
      kind, local: .unspecified(.ipv4), remote: .unspecified(.ipv4), state: state, inode: 7)
  }

  /// The row of a snapshot that has nothing but what the tail says.
  private func row(_ tail: ProcNetTail, of socket: Socket, for needs: Projection) -> Row {
    var table = SocketTable()
    table.append(socket, attributes: tail.attributes(of: socket, for: needs).span)
    return SnapshotBuilder(table).frozen()[0]
  }

  @Test func tcpColumns() {
    let tail = tail(" 4 0000000000000000 21 4 27 10 57\n")
    let row = row(tail, of: socket(), for: .tcpInfo)
    #expect(row.number(.snd_cwnd) == 10)
    #expect(row.number(.snd_ssthresh) == 57)
    #expect(row.number(.retransmits) == 0)
    #expect(row.tcpInfo?[.snd_cwnd] == 10)
    // Clock ticks are too coarse for what netlink tells in microseconds.
    #expect(row.number(.rto) == nil)
    #expect(row.number(.ato) == nil)
  }

  @Test func unsetThresholdIsAbsent() {
    #expect(tail(" 1 dfd77900 300 0 0 2 -1").slowStartThreshold == nil)
    #expect(tail(" 1 dfd77900 300 0 0 2 -1").congestionWindow == 2)
  }

  @Test func aListenersLastColumnIsAnotherThing() {
    let row = row(tail(" 1 0 100 0 0 10 5"), of: socket(.tcp, .listening), for: .tcpInfo)
    #expect(row.number(.snd_cwnd) == 10)
    #expect(row.number(.snd_ssthresh) == nil)
  }

  // TIME_WAIT and SYN_RECEIVED rows end behind the pointer.
  @Test func shortRowsHaveNone() {
    #expect(tail(" 3 00000000af8c6118      \n") == ProcNetTail())
    #expect(tail("").attributes(of: socket(), for: .tcpInfo).isEmpty)
    #expect(row(tail(""), of: socket(), for: .tcpInfo).tcpInfo == nil)
  }

  @Test(arguments: [
    (" 2 ffff810455d9d9c0 4294967295\n", UInt64(4_294_967_295)), (" 2 0 0", 0),
    (" 2 ffff810455d9d9c0   \n", nil), (" 2 0 x", nil),
  ])
  func drops(text: String, expected: UInt64?) {
    let row = row(tail(text, .udp), of: socket(.udp), for: [.memory, .tcpInfo])
    #expect(row.number(MemoryMember.drops) == expected)
    #expect(TCPInfoMember.allCases.allSatisfy { row.number($0) == nil })
  }

  @Test func onlyWhatIsAskedFor() {
    let tcp = tail(" 4 0 21 4 27 10 57")
    #expect(tcp.attributes(of: socket(), for: .memory).isEmpty)
    #expect(tail(" 2 0 5", .udp).attributes(of: socket(.udp), for: .tcpInfo).isEmpty)
  }
}
