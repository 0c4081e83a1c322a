import Foundation
import SocketModel
import TestSupport
import Testing

@testable import Display

/// What came of what was to be ended, in words and as JSON.
@Suite struct EndingReportTests {
  private static func report(ofProcesses: Bool, _ outcomes: [EndingReport.Outcome]) -> EndingReport
  {
    var report = EndingReport(
      Samples.plain, ofProcesses: ofProcesses, signal: ofProcesses ? "TERM" : nil)
    report.targets = outcomes.enumerated().map { place, outcome in
      EndingReport.Target(
        rows: ofProcesses ? [0, 1] : [place % Samples.plain.count], pid: 800 + Int32(place),
        name: Array("a\u{1b}b".utf8), outcome: outcome,
        reason: outcome == .ended ? nil : "as it is")
    }
    return report
  }

  @Test func aLineForEachThatWasTried() {
    let report = Self.report(ofProcesses: false, [.ended, .refused, .left, .stillThere])
    let lines = String(decoding: report.text(), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("RESULT") && lines[0].contains("REASON"))
    #expect(lines[1].hasPrefix("ended "))
    #expect(lines[2].hasPrefix("still there ") && lines[2].hasSuffix("as it is"))
    let processes = Self.report(ofProcesses: true, [.ended])
    #expect(
      String(decoding: processes.text(), as: UTF8.self)
        == "RESULT  PROCESS\nended   800/a\\x1bb\n")
    #expect(Self.report(ofProcesses: true, [.refused]).text().isEmpty)
  }

  @Test func whenAllIsDone() {
    for outcome in EndingReport.Outcome.allCases {
      let isDone = [.wouldEnd, .ended, .signalled, .alreadyGone].contains(outcome)
      #expect(Self.report(ofProcesses: false, [outcome]).isComplete == isDone, "\(outcome)")
      #expect(
        Self.report(ofProcesses: false, [.ended, outcome]).isComplete
          == (isDone || outcome == .left), "\(outcome)")
    }
    #expect(!Self.report(ofProcesses: true, []).isComplete)
  }

  @Test(arguments: [true, false])
  func theSchemaNamesWhatIsWritten(ofProcesses: Bool) throws {
    let file = try JSONSerialization.jsonObject(with: Data(try fixture("ending.schema.json")))
    let schema = try #require(file as? [String: Any])
    let known = try #require(schema["properties"] as? [String: Any])
    let report = Self.report(ofProcesses: ofProcesses, EndingReport.Outcome.allCases)
    let parsed = try JSONSerialization.jsonObject(with: Data(report.json)) as? [String: Any]
    let document = try #require(parsed)
    #expect(Set(document.keys) == Set(known.keys))
    #expect(Set(schema["required"] as? [String] ?? []) == Set(known.keys))
    let definitions = try #require(schema["$defs"] as? [String: Any])
    let definition = try #require(definitions["target"] as? [String: Any])
    let members = try #require(definition["properties"] as? [String: Any])
    let outcomes = try #require((members["outcome"] as? [String: Any])?["enum"] as? [String])
    #expect(outcomes == EndingReport.Outcome.allCases.map(\.rawValue))
    for target in try #require(document["targets"] as? [[String: Any]]) {
      #expect(Set(target.keys) == Set(members.keys))
      let sockets = try #require(target["sockets"] as? [[String: Any]])
      #expect(sockets.count == (ofProcesses ? 2 : 1))
      #expect(sockets.allSatisfy { $0["cookie"] != nil && $0["netns"] != nil })
      #expect(target["process"] as? String == "a\u{1b}b")
    }
  }

  /// They follow `not closed: NAME: `.
  @Test func reasonsAreWords() {
    let reasons: [EndingRefusal] = [
      .listener, .sshConnection, .heldByAncestor(5), .heldByInit, .boundOnly, .otherKind,
      .multipath,
      .withoutCookie, .isInit, .isSockeye, .isAncestor, .isKernelThread, .isForeign, .holdsLogin,
      .hiddenOwner, .noOwner, .queued,
    ]
    #expect(Set(reasons.map(\.words)).count == reasons.count)
    #expect(reasons.allSatisfy { !$0.words.hasSuffix(".") && $0.words.first?.isLowercase ?? false })
  }
}
