import TestSupport
import Testing

@testable import Watch

struct PlainFrameTests {
  @Test func showsAllRowsWithMarksAndRates() throws {
    var state = WatchState.synthetic()
    state.show(.standard, second: 0)
    state.show(.later, second: 1)
    try expectGolden("watch-plain", state.plainFrame())
  }

  @Test func hasNoTrailingBlanksAndNoEscapes() {
    var state = WatchState.synthetic { $0.showsProcesses = false }
    state.show(.standard, second: 0)
    let text = String(decoding: state.plainFrame(), as: UTF8.self)
    #expect(!text.contains("\u{1b}"))
    #expect(text.split(separator: "\n").allSatisfy { $0.last != " " })
  }
}
