import TestSupport
import Testing
import Watch

struct FrameTests {
  static let sizes = [(20, 5), (80, 24), (120, 30), (200, 50)]

  /// The second refresh: rows that opened, changed and closed, and rates.
  private var changed: WatchState {
    var state = WatchState.synthetic()
    state.show(.standard, second: 0)
    // What the screen shows is followed from then on.
    _ = state.frame(ScreenSize(columns: 80, rows: 24))
    state.show(.later, second: 1)
    return state
  }

  @Test(arguments: sizes)
  func drawsTheTable(_ size: (Int, Int)) throws {
    var state = changed
    _ = state.press(.down)
    try expectGolden("watch-table-\(size.0)x\(size.1)", Array(state.screen(size.0, size.1).utf8))
  }

  @Test(arguments: sizes)
  func drawsAllAboutOneConnection(_ size: (Int, Int)) throws {
    var state = changed
    for _ in 0..<8 { _ = state.press(.down) }
    _ = state.press(.enter)
    try expectGolden("watch-detail-\(size.0)x\(size.1)", Array(state.screen(size.0, size.1).utf8))
  }

  @Test(arguments: sizes)
  func drawsProcesses(_ size: (Int, Int)) throws {
    var state = changed
    _ = state.press(.tab)
    try expectGolden(
      "watch-processes-\(size.0)x\(size.1)", Array(state.screen(size.0, size.1).utf8))
  }

  @Test(arguments: sizes)
  func drawsTheKeys(_ size: (Int, Int)) throws {
    var state = changed
    _ = state.press(.character("?"))
    try expectGolden("watch-help-\(size.0)x\(size.1)", Array(state.screen(size.0, size.1).utf8))
  }
}
