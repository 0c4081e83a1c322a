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

  @Test("a failure is no answer")
  func failure() {
    #expect(Tool.allCases.map(\.failure) == [255, 255, 2])
  }
}
