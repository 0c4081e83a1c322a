import Testing

@testable import SocketModel
@testable import Watch

struct FinalCountsTests {
  struct End: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// What the kernel counted.
    let received: UInt64
    var dataSegments: UInt64 = 1
    /// The last that it was seen in.
    var state: TCPState?
    /// That of the row it lives on as.
    var remnant: TCPState?
    /// What the other end sent, where its notice came as well.
    var peerSent: UInt64?
    let payload: UInt64
    var isExact = true
  }

  static let ends = [
    End(
      testDescription: "closed by the peer first", received: 501, state: .closeWait,
      payload: 500),
    End(testDescription: "closed by both at once", received: 501, state: .closing, payload: 500),
    End(
      testDescription: "closed by us, while the peer has not yet", received: 500,
      state: .established, remnant: .finWait2, payload: 500),
    End(
      testDescription: "closed by us first: the FIN may be counted", received: 501,
      state: .established, remnant: .timeWait, payload: 501, isExact: false),
    End(
      testDescription: "gone at once, with or without a FIN", received: 501, state: .established,
      payload: 501, isExact: false),
    End(testDescription: "never seen", received: 501, payload: 501, isExact: false),
    End(
      testDescription: "closed by us first, and what the peer sent is known", received: 501,
      remnant: .timeWait, peerSent: 500, payload: 500),
    End(
      testDescription: "the same, the FIN came to the row", received: 500, remnant: .timeWait,
      peerSent: 500, payload: 500),
    End(
      testDescription: "never seen, and what the peer sent is known", received: 501,
      peerSent: 500, payload: 500),
    End(
      testDescription: "nothing but the FIN came", received: 1, dataSegments: 0,
      remnant: .timeWait, payload: 0),
    End(
      testDescription: "nothing came at all", received: 0, dataSegments: 0, remnant: .timeWait,
      payload: 0),
    End(
      testDescription: "a peer that sent far less is another one", received: 501,
      state: .lastAck, peerSent: 3, payload: 500),
    End(
      testDescription: "a peer that sent more was reset", received: 501, peerSent: 502,
      payload: 501, isExact: false),
  ]

  @Test(arguments: ends)
  func leaveOutTheFIN(_ end: End) {
    let info = TCPInfo(members: [
      .bytes_received: end.received, .bytes_sent: 50, .bytes_retrans: 10,
      .data_segs_in: end.dataSegments,
    ])
    let last = FinalCounts(
      info, seenIn: end.state, remnant: end.remnant, peerSent: end.peerSent)
    #expect(last?.counts == ByteCounts(received: end.payload, sent: 40))
    #expect(last?.isExact == end.isExact)
  }

  /// Kernels before 4.19 do not count what was sent.
  @Test func areUnknownWhereTheKernelDoesNotCount() {
    let info = TCPInfo(members: [.bytes_received: 500])
    #expect(FinalCounts(info, seenIn: nil, remnant: nil, peerSent: nil) == nil)
  }
}
