import Foundation
import SocketModel
import TestSupport
import Testing

/// The rules, on pairs of samples that `Scripts/record-verdicts` took of causes made for real, and of
/// healthy connections.
@Suite struct VerdictTests {
  struct Pair: Decodable, CustomTestStringConvertible, Sendable {
    struct End: Decodable, Sendable {
      let state: String
      let recv_q, send_q: UInt32
      let timer: String
      let timer_retransmits: UInt8
      let queued: Bool
      let tcp_info: [String: UInt64]
      let sndbuf, rcvbuf: UInt64?
    }

    let name, expected: String
    let elapsed_us: UInt64
    let is_server, is_local: Bool
    let earlier, earlier_peer, peer: End?
    let later: End

    var testDescription: String { name }
  }

  static let pairs: [Pair] =
    (try? JSONDecoder().decode([Pair].self, from: Data(fixture("verdicts.json")))) ?? []

  private static func socket(_ end: Pair.End) -> Socket {
    let states = TCPState.named.filter { $0.name().map { "\($0)" } == end.state }
    let timers = SocketTimer.Kind.named.filter { $0.name.map { "\($0)" } == end.timer }
    return Socket(
      .tcp, local: Endpoint(IPAddress(v4: 0x0a09_0001), 1), remote: Endpoint(IPAddress(v4: 1), 2),
      state: states.first ?? .closed, receiveQueue: end.recv_q, sendQueue: end.send_q,
      inode: end.queued ? 0 : 1,
      timer: SocketTimer(
        kind: timers.first ?? .off, expires: 0, retransmits: end.timer_retransmits))
  }

  private static func sample(_ end: Pair.End) -> ConnectionSample {
    ConnectionSample(
      socket(end), info: { end.tcp_info["\($0.name)"] },
      memory: { $0 == .sndbuf ? end.sndbuf : end.rcvbuf })
  }

  private static func peer(_ end: Pair.End) -> PeerSample {
    PeerSample(socket(end), receiveBuffer: end.rcvbuf)
  }

  static func samples(_ pair: Pair) -> ConnectionSamples {
    var samples = ConnectionSamples(
      sample(pair.later), earlier: pair.earlier.map(sample), elapsed: pair.elapsed_us)
    samples.peer = pair.peer.map(peer)
    samples.earlierPeer = pair.earlier_peer.map(peer)
    samples.isServer = pair.is_server
    samples.isLocal = pair.is_local || pair.peer != nil
    return samples
  }

  @Test func thereIsAPairOfEachTrouble() {
    let seen = Set(Self.pairs.map(\.expected))
    for verdict in Verdict.allCases where verdict != .noEvidence {
      #expect(seen.contains(verdict.name))
    }
    #expect(Set(Verdict.rules.map(\.verdict)) == Set(Verdict.allCases))
  }

  @Test(arguments: pairs)
  func twoSamplesTellTheCause(pair: Pair) {
    #expect(Verdict(Self.samples(pair))?.name == pair.expected)
  }

  /// Weaker, and not wrong.
  @Test(arguments: pairs)
  func oneSampleTellsTheCauseOrNone(pair: Pair) {
    var samples = Self.samples(pair)
    samples.earlier = nil
    samples.elapsed = 0
    let verdict = Verdict(samples)
    #expect(verdict?.name == pair.expected || verdict?.isTrouble == false)
  }

  /// Nothing is known of the other end, nor who is the server.
  @Test(arguments: pairs)
  func oneEndTellsTheCauseOrNone(pair: Pair) {
    var samples = Self.samples(pair)
    samples.peer = nil
    samples.earlierPeer = nil
    samples.isServer = nil
    let verdict = Verdict(samples)
    #expect(verdict?.name == pair.expected || verdict?.isTrouble == false)
  }

  @Test(arguments: [TCPState.listening, .timeWait, .closed, .synReceived, .bound])
  func whatIsNoConnectionHasNone(state: TCPState) throws {
    let pair = try #require(Self.pairs.first)
    var samples = Self.samples(pair)
    samples.later.state = state
    #expect(Verdict(samples) == nil)
  }

  @Test func aNameIsReadBack() {
    for verdict in Verdict.allCases { #expect(Verdict(verdict.name) == verdict) }
    #expect(Verdict("los") == nil)
  }
}
