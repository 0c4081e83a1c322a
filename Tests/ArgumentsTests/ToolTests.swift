import Testing

@testable import Arguments

@Suite("Called as another tool")
struct ToolTests {
  @Test(
    arguments: [
      ("sockeye", nil), ("/usr/bin/ss", .ss), ("netstat", .netstat), ("./ss", .ss),
      ("/opt/lsof", .lsof), ("sss", nil), ("ss.old", nil), ("", nil), ("/", nil),
    ] as [(String, Tool?)])
  func path(path: String, expected: Tool?) {
    #expect(Tool(path: path) == expected)
  }

  @Test(
    "by --format in a list",
    arguments: [
      ("--format ss -tan", "ss -tan"), ("-tan --format=netstat", "netstat -tan"),
      ("list --format lsof -i:80", "lsof -i:80"), ("--format json", nil),
      ("watch --format ss", nil),
      ("-- --format ss", nil), ("--format", nil),
      ("-t --format ss -- sport = :22", "ss -t -- sport = :22"),
      ("--redact --format ss -t", "redacted ss -t"),
      ("--format lsof -i --redact", "redacted lsof -i"),
      ("--format ss -- --redact", "ss -- --redact"), ("--redact -t", nil),
    ] as [(String, String?)])
  func format(line: String, expected: String?) {
    let called = ToolLine(["sockeye"] + line.split(separator: " ").map(String.init)).map {
      (($0.isRedacted ? ["redacted"] : []) + [$0.tool.rawValue] + $0.words).joined(separator: " ")
    }
    #expect(called == expected)
  }

  @Test("a failure is no answer")
  func failure() {
    #expect(Tool.allCases.map(\.failure) == [255, 255, 2])
  }
}
