import SocketModel
import Testing

@testable import SocketFilter

/// Verdicts as a term.
@Suite struct FilterVerdictTests {
  private let connection = Socket(
    .tcp, local: Endpoint(IPAddress(v4: 1), 1), remote: Endpoint(IPAddress(v4: 2), 2),
    state: .established, inode: 1)

  /// What is no connection has no verdict, and is not asked for by `!=` either.
  @Test func anotherVerdictIsOneAllTheSame() throws {
    var builder = SnapshotBuilder(sockets: [
      connection,
      Socket(
        .tcp, local: Endpoint(IPAddress(v4: 1), 1), remote: .unspecified(.ipv4), state: .listening),
    ])
    // Nothing is known of it: no verdict of a connection can be given.
    builder.judge(since: nil, elapsed: .zero)
    let snapshot = builder.frozen()
    for text in ["verdict!=ok", "verdict=ok"] {
      #expect(try filter(text).matches(snapshot[1]) == .no)
    }
  }

  @Test func whatNobodyJudgedMayHaveAny() throws {
    let snapshot = SnapshotBuilder(sockets: [connection]).frozen()
    #expect(try filter("verdict=ok").matches(snapshot[0]) == .cantTell)
    #expect(try filter("verdict!=ok").matches(snapshot[0]) == .cantTell)
  }

  @Test func theNormalFormIsReadAgain() throws {
    for text in ["verdict!=ok", "verdict=loss,no-reply", "not verdict=app-idle", "verdict=*"] {
      let once = try filter(text)
      #expect(try filter("\(once)") == once)
    }
  }

  @Test(arguments: ["slow", "OK", "", "los*"])
  func anythingElseIsRefused(word: String) {
    #expect(throws: FilterError.self) { try filter("verdict=\(word)") }
  }
}
