import Testing

@testable import Watch

struct CursorTests {
  private func cursor(_ ids: some Sequence<UInt64>, lines: Int = 5) -> Cursor {
    var cursor = Cursor()
    cursor.follow(Array(ids))
    cursor.scroll(lines: lines) { _ in 1 }
    return cursor
  }

  @Test func selectsNothingUntilItIsMoved() {
    var cursor = cursor(0..<10)
    #expect(cursor.selected == nil)
    cursor.move(by: 1)
    #expect(cursor.selected == 0)
    cursor.move(by: 1)
    #expect(cursor.selected == 1)
    cursor.move(by: -5)
    #expect(cursor.selected == 0)
    cursor.moveToLast()
    #expect(cursor.selected == 9)
    cursor.move(by: 5)
    #expect(cursor.selected == 9)
  }

  @Test func followsItsRow() {
    var cursor = cursor(0..<10)
    for _ in 0..<4 { cursor.move(by: 1) }
    #expect(cursor.selected == 3)
    cursor.follow([20, 21, 0, 1, 2, 3, 4])
    #expect(cursor.selected == 3)
    #expect(cursor.index == 5)
  }

  @Test func goesToTheNextRowWhenItsOwnIsGone() {
    var cursor = cursor(0..<5)
    for _ in 0..<3 { cursor.move(by: 1) }
    cursor.follow([0, 1, 3, 4])
    #expect(cursor.selected == 3)
    cursor.follow([0])
    #expect(cursor.selected == 0)
    cursor.follow([])
    #expect(cursor.selected == nil)
    cursor.move(by: 1)
    #expect(cursor.selected == nil)
  }

  @Test func keepsTheFirstShownRowWhenRowsComeBeforeIt() {
    var cursor = cursor(0..<20)
    cursor.moveToLast()
    cursor.scroll(lines: 5) { _ in 1 }
    #expect(cursor.top == 15)
    cursor.follow((100..<103) + Array(0..<20))
    cursor.scroll(lines: 5) { _ in 1 }
    #expect(cursor.ids[cursor.top] == 15)
  }

  @Test func staysAtTheTopWhenRowsComeBeforeIt() {
    var cursor = cursor(0..<20)
    cursor.follow((100..<103) + Array(0..<20))
    cursor.scroll(lines: 5) { _ in 1 }
    #expect(cursor.top == 0)
  }

  @Test func scrollsAsFarAsTallRowsNeed() {
    var cursor = cursor(0..<10, lines: 4)
    for _ in 0..<4 { cursor.move(by: 1) }
    cursor.scroll(lines: 4) { _ in 2 }
    #expect(cursor.index == 3)
    #expect(cursor.top == 2)
    cursor.move(by: -3)
    cursor.scroll(lines: 4) { _ in 2 }
    #expect(cursor.top == 0)
    #expect(Array(cursor.shownIDs) == [0, 1])
  }

  @Test func fillsTheScreenAtTheEnd() {
    var cursor = cursor(0..<20)
    cursor.moveToLast()
    cursor.scroll(lines: 5) { _ in 1 }
    cursor.follow(Array(0..<7))
    cursor.scroll(lines: 5) { _ in 1 }
    #expect(cursor.top == 2)
  }

  @Test func survivesNoRoom() {
    var cursor = cursor(0..<3, lines: 0)
    cursor.moveToLast()
    cursor.scroll(lines: 0) { _ in 1 }
    #expect(cursor.shownIDs.isEmpty)
  }
}
