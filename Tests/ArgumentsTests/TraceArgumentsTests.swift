import Testing

@testable import Arguments

struct TraceArgumentsTests {
  private func options(_ line: String) throws -> TraceOptions? {
    if case .trace(let options) = try Command(line.split(separator: " ").map(String.init)) {
      options
    } else {
      nil
    }
  }

  @Test func optionsTermsAndACommand() throws {
    let options = try #require(
      try self.options("trace --opens --count 3 --for 5s --buffer 64K nginx :443 -- curl -v host")
    )
    #expect(options.tellsOpenings && options.count == 3 && options.time == .seconds(5))
    #expect(options.buffer == 65_536 && options.request.terms == ["nginx", ":443"])
    #expect(options.command == ["curl", "-v", "host"])
    #expect(try self.options("trace --as ann -- id")?.user == "ann")
  }

  /// Without the verb it is that of ss.
  @Test func summaryTakesATimeAfterTheVerb() throws {
    #expect(try options("trace --summary 10s nginx")?.interval == .seconds(10))
    #expect(try options("trace --summary=10s")?.interval == .seconds(10))
    #expect(try options("trace --every 0.5")?.interval == .milliseconds(500))
    guard case .stats = try Command(["--summary"]) else {
      Issue.record("--summary is no --stats")
      return
    }
  }

  @Test(arguments: [
    "trace --count 0", "trace --every 0", "trace --as", "trace --sort pid", "list --opens",
  ])
  func isRefused(line: String) {
    #expect(throws: ArgumentError.self) { try Command(line.split(separator: " ").map(String.init)) }
  }
}
