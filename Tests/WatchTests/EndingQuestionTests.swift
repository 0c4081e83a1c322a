import Testing

@testable import SocketModel
@testable import Watch

/// What the view asks before it ends something.
@Suite struct EndingQuestionTests {
  private func selecting(_ port: UInt16, pressing key: Key) -> WatchState {
    var state = WatchState.synthetic()
    state.show(.standard, second: 0)
    for _ in state.positions {
      _ = state.press(.character("j"))
      if state.table.snapshot[state.positions[state.cursor.index]].socket.local.port == port {
        break
      }
    }
    _ = state.press(key)
    return state
  }

  private func lastLine(_ state: WatchState) -> String {
    state.screen(100, 24).split(separator: "\n").last.map(String.init) ?? ""
  }

  @Test func asksAboutTheRowAndTakesYForYes() {
    var state = selecting(53412, pressing: .character("x"))
    #expect(
      lastLine(state).hasPrefix(" close 127.0.0.1:53412 to 127.0.0.1:5432 of 1201/psql?  y/n"))
    // A refresh does not change what was asked.
    state.show(.later, second: 1)
    #expect(lastLine(state).contains("127.0.0.1:53412"))
    #expect(state.press(.character("y")) == .end)
    let agreed = state.takeAgreed()
    #expect(agreed?.deed == .close && agreed?.listing[0].socket.local.port == 53412)
    #expect(agreed?.listing[0].socket.cookie != 0)
    #expect(state.takeAgreed() == nil)
    state.noteEnding("closed: it")
    #expect(lastLine(state).contains("closed: it"))
  }

  @Test func f9IsAboutTheOwner() {
    var state = selecting(53412, pressing: .function(9))
    #expect(lastLine(state).hasPrefix(" end 1201/psql, which has 127.0.0.1:53412 to"))
    #expect(state.press(.character("Y")) == .end)
    #expect(state.takeAgreed()?.deed == .kill)
  }

  /// What was typed for something else is no yes, and does nothing else.
  @Test(arguments: [Key.character("n"), .escape, .enter, .character("q"), .character("x"), .down])
  func anythingElseIsNo(key: Key) {
    var state = selecting(53412, pressing: .character("x"))
    let place = state.cursor.index
    #expect(state.press(key) == .none)
    #expect(state.takeAgreed() == nil && state.cursor.index == place)
    #expect(lastLine(state).contains("nothing was closed"))
    #expect(!lastLine(state).contains("y/n"))
  }

  @Test func whatIsNotEvenAsked() {
    var state = WatchState.synthetic()
    state.show(.standard, second: 0)
    _ = state.press(.character("x"))
    #expect(lastLine(state).contains("not closed: no connection is selected"))
    #expect(lastLine(selecting(22, pressing: .character("x"))).contains("not closed: it listens"))
    var other = WatchState.synthetic { $0.mayEnd = false }
    other.show(.standard, second: 0)
    _ = other.press(.character("j"))
    _ = other.press(.function(9))
    #expect(lastLine(other).contains("not killed: another /proc is shown"))
    _ = other.press(.tab)
    #expect(other.question == nil)
  }

  @Test func whatHasClosedIsNotAskedAbout() {
    var state = selecting(40200, pressing: .up)
    _ = state.press(.down)
    state.show(.later, second: 1)
    _ = state.press(.character("x"))
    #expect(lastLine(state).contains("not closed: it has closed"))
  }

  @Test func theKeysAreInTheHelp() {
    var state = selecting(53412, pressing: .character("?"))
    let lines = state.helpLines(width: 80).map(\.text)
    #expect(lines.contains { $0.contains("x  ") && $0.contains("close the selected") })
    #expect(lines.contains { $0.contains("F9") })
    _ = state.press(.character("x"))
    #expect(state.question == nil)
  }
}
