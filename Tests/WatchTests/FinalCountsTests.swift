import SocketModel
import Testing

@testable import Watch

struct FinalCountsTests {
  private func info(received: UInt64, acked: UInt64, dataIn: UInt64) -> TCPInfo {
    var info = TCPInfo()
    info[.bytes_received] = received
    info[.bytes_sent] = 40
    info[.bytes_retrans] = 0
    info[.bytes_acked] = acked
    info[.data_segs_in] = dataIn
    return info
  }

  struct End: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let received: UInt64
    var acked: UInt64 = 42
    var dataIn: UInt64 = 1
    var circumstances = FinalCounts.Circumstances()
    let payload: UInt64
    var isExact = true
  }

  static let ends = [
    End(testDescription: "a client, closed by the peer first", received: 501, payload: 500),
    End(
      testDescription: "a server, closed by the peer first", received: 501, acked: 41,
      circumstances: .init(isAccepted: true), payload: 500),
    End(
      testDescription: "seen in CLOSE_WAIT, then reset", received: 501, acked: 0,
      circumstances: .init(state: .closeWait), payload: 500),
    End(testDescription: "a client, reset", received: 500, acked: 41, payload: 500),
    End(
      testDescription: "a server, reset", received: 500, acked: 40,
      circumstances: .init(isAccepted: true), payload: 500),
    End(
      testDescription: "closed by us, while the peer has not yet", received: 500,
      circumstances: .init(state: .established, remnant: .finWait2), payload: 500),
    End(
      testDescription: "closed by us first: the FIN may be counted", received: 500,
      circumstances: .init(state: .established, remnant: .timeWait), payload: 500, isExact: false),
    End(
      testDescription: "the same, and what the peer sent is known", received: 501,
      circumstances: .init(remnant: .timeWait, peerSent: 500), payload: 500),
    End(
      testDescription: "the same, the FIN came to the row", received: 500,
      circumstances: .init(remnant: .timeWait, peerSent: 500), payload: 500),
    End(
      testDescription: "nothing but the FIN came", received: 1, dataIn: 0,
      circumstances: .init(remnant: .timeWait), payload: 0),
    End(
      testDescription: "nothing came at all", received: 0, dataIn: 0,
      circumstances: .init(remnant: .timeWait), payload: 0),
    End(
      testDescription: "a peer that sent far less is another one", received: 501,
      circumstances: .init(peerSent: 3), payload: 500),
  ]

  @Test(arguments: ends)
  func leaveOutTheFIN(_ end: End) {
    let last = FinalCounts(
      info(received: end.received, acked: end.acked, dataIn: end.dataIn), end.circumstances)
    #expect(last?.counts == ByteCounts(received: end.payload, sent: 40))
    #expect(last?.isExact == end.isExact)
  }

  @Test func areUnknownWithoutTCPInfo() {
    #expect(FinalCounts(nil, FinalCounts.Circumstances()) == nil)
    #expect(FinalCounts(TCPInfo(), FinalCounts.Circumstances()) == nil)
  }
}
