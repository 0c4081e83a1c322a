import Arguments
import TestSupport
import Testing

/// The README is written by hand and names every verb; the manual has the rest.
@Suite struct ReadmeTests {
  private static let readme = String(
    decoding: (try? fixture("../README.md")) ?? [], as: UTF8.self)

  @Test(arguments: Verb.allCases.filter { $0 != .list && $0 != .help })
  func namesEveryVerb(verb: Verb) {
    #expect(Self.readme.contains("sockeye \(verb)"))
  }
}
