import Display
import Testing

@testable import Arguments

@Suite("--format")
struct FormatOptionTests {
  @Test("is the option of that name", arguments: Format.allCases)
  func forms(format: Format) throws {
    for line in [["--format", format.rawValue], ["--format=\(format.rawValue)", "8080"]] {
      guard case .list(let options) = try Command(line) else {
        Issue.record("no list: \(line)")
        continue
      }
      #expect(options.presentation.format == format)
    }
  }

  @Test("what is refused")
  func refused() {
    let lines = [
      "--format xml", "watch --format json", "watch --format ss", "--format json --csv",
      "check --format csv",
    ]
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      #expect(throws: ArgumentError.self, "\(line)") { try Command(words) }
    }
    #expect(throws: Never.self) { try Command(["check", "--format", "json"]) }
  }
}
