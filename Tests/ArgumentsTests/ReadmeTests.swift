import Arguments
import SocketModel
import TestSupport
import Testing

/// The README is written by hand, and says all there is.
@Suite struct ReadmeTests {
  private static let readme = String(
    decoding: (try? fixture("../README.md")) ?? [], as: UTF8.self)

  @Test(arguments: Option.all.filter { !$0.isHidden }.map { "--" + $0.name })
  func namesEveryOption(option: String) {
    #expect(Self.readme.contains(option))
  }

  @Test(arguments: Field.all.map(\.name))
  func namesEveryField(field: String) {
    #expect(Self.readme.contains("`\(field)`"))
  }

  @Test(arguments: Verb.allCases.filter { $0 != .list && $0 != .help })
  func namesEveryVerb(verb: Verb) {
    #expect(Self.readme.contains("sockeye \(verb)"))
  }
}
