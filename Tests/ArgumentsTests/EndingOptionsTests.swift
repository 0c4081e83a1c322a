import Display
import SocketModel
import Testing

@testable import Arguments

@Suite struct EndingOptionsTests {
  private func close(_ line: String) throws -> EndingOptions {
    guard case .close(let options) = try parse(line) else { throw NotThatVerb(line: line) }
    return options
  }

  private func kill(_ line: String) throws -> EndingOptions {
    guard case .kill(let options) = try parse(line) else { throw NotThatVerb(line: line) }
    return options
  }

  @Test func whatIsTyped() throws {
    let plain = try close("close 8080")
    #expect(plain.request.terms == ["8080"] && plain.limit == 10)
    #expect(!plain.isAgreed && !plain.isDryRun && !plain.takesListeners)
    let full = try close("close -y --dry-run --max 500 --listeners -u -N web --json rport=53")
    #expect(full.isAgreed && full.isDryRun && full.takesListeners && full.limit == 500)
    #expect(full.request.reading.namespaces == .named(["web"]) && full.presentation.format == .json)
    #expect(try Invocation(["close", "-N", "web", "80"]).namespace == "web")
    #expect(try Invocation(["kill", "--everywhere", "80"]).namespace == nil)
    #expect(try kill("kill --yes --timeout 0.5 nginx").timeout == .milliseconds(500))
  }

  @Test(
    arguments: [
      ("", .term), ("--signal KILL ", .kill), ("--signal SIGhup ", .hup), ("--signal 2 ", .int),
      ("--signal=usr1 ", .usr1),
    ] as [(String, EndingSignal)])
  func signals(option: String, signal: EndingSignal) throws {
    #expect(try kill("kill \(option)8080").signal == signal)
  }

  @Test(arguments: [
    (
      "close",
      "close needs a FILTER, e.g. sockeye close 8080; for a process called close: "
        + "sockeye process=close"
    ),
    (
      "kill -t --yes",
      "kill needs a FILTER, e.g. sockeye kill 8080; for a process called kill: "
        + "sockeye process=kill"
    ),
    ("kill -9 8080", "-9: type: --signal KILL"),
    ("kill -SIGTERM 8080", "-SIGTERM: type: --signal TERM"),
    ("kill -s HUP 8080", "-s HUP: type: --signal HUP"),
    (
      "kill --signal FOO 80",
      "--signal takes term, kill, int, quit, abrt, hup, usr1, usr2, stop or "
        + "cont, not 'FOO'"
    ),
    ("kill --listeners 80", "--listeners belongs to sockeye close, not to sockeye kill"),
    ("close --signal kill 80", "--signal belongs to sockeye kill, not to sockeye close"),
    ("--yes 80", "--yes belongs to sockeye close and sockeye kill, not to sockeye"),
    ("close --max 0 80", "--max takes a number from 1 to 1000000, not '0'"),
    ("close --replay f 80", "--replay belongs to sockeye and sockeye stats, not to sockeye close"),
    ("-K 80", "-K: type: sockeye close FILTER; to end the owners: sockeye kill FILTER"),
    ("close --everywhere -N a 80", "--everywhere and --netns cannot be combined"),
  ])
  func whatIsRefused(line: String, sentence: String) {
    #expect(refusal(line) == sentence)
  }

  /// As in kill(1) on every machine that Swift runs on.
  @Test func numbers() {
    #expect(EndingSignal.allCases.map(\.number) == [15, 9, 2, 3, 6, 1, 10, 12, 19, 18])
    for signal in EndingSignal.allCases {
      #expect(EndingSignal(named: "\(signal.number)") == signal)
      #expect(EndingSignal(named: "SIG" + signal.name) == signal)
    }
  }
}
