import SocketModel
import Testing

struct ConnectionEndingTests {
  struct Case: Sendable {
    let from: TCPState
    var error: Int32 = 0
    var first: ConnectionEnding.FirstFIN?
    var isGivenUp = false
    var hasPort = true
    let says: String
  }

  @Test(arguments: [
    Case(from: .finWait2, first: .here, says: "closed here"),
    Case(from: .lastAck, first: .there, says: "closed peer"),
    // Nobody saw the first FIN: the state still tells whose it was.
    Case(from: .finWait2, says: "closed here"),
    Case(from: .lastAck, says: "closed peer"),
    Case(from: .closing, says: "closed -"),
    Case(from: .established, error: 104, says: "reset peer"),
    Case(from: .closeWait, error: 32, first: .there, says: "reset peer"),
    Case(from: .finWait2, error: 104, first: .here, says: "reset here"),
    // Something unread, or SO_LINGER 0.
    Case(from: .established, isGivenUp: true, says: "reset here"),
    Case(from: .established, error: 103, says: "destroyed aborted"),
    Case(from: .established, error: 110, says: "timed_out aborted"),
    Case(from: .synSent, error: 111, says: "failed refused peer"),
    Case(from: .synSent, error: 110, says: "failed timed_out aborted"),
    Case(from: .synSent, error: 113, says: "failed unreachable aborted"),
    Case(from: .synSent, error: 101, says: "failed unreachable aborted"),
    Case(from: .synSent, error: 13, says: "failed unreachable aborted"),
    Case(from: .synSent, error: 103, says: "failed destroyed aborted"),
    Case(from: .synSent, isGivenUp: true, says: "failed cancelled here"),
    Case(from: .synSent, isGivenUp: true, hasPort: false, says: "failed no_port here"),
    Case(from: .synReceived, error: 104, says: "failed reset peer"),
    Case(from: .established, error: 90, says: "error aborted"),
  ])
  func statesAndErrorsTellHowItEnded(_ one: Case) {
    let ending = ConnectionEnding(
      from: one.from, error: one.error, firstFIN: one.first, wasGivenUp: one.isGivenUp,
      hasPort: one.hasPort)
    let words = [
      ending.hasFailed ? "failed" : nil, ending.reason?.rawValue,
      ending.closedBy?.rawValue ?? "-",
    ]
    #expect(words.compactMap { $0 }.joined(separator: " ") == one.says)
  }

  @Test func errorsHaveNames() {
    func name(_ error: Int32) -> ShortText? {
      ConnectionEnding(closedBy: nil, reason: nil, error: error, hasFailed: false).errorName
    }
    #expect(name(111) == "ECONNREFUSED" && name(0) == nil && name(-1) == nil && name(9999) == nil)
  }
}
