/// Which item of a list is selected and which is the first on the screen. Both stay with their
/// items, wherever those move.
struct Cursor: Sendable {
  /// The selected item's id; nil until somebody selects.
  private(set) var selected: UInt64?
  /// The positions of both in the list.
  private(set) var index = 0
  private(set) var top = 0
  private(set) var ids: [UInt64] = []
  private var topID: UInt64?
  /// How many items the screen showed.
  private var shownCount = 0

  var shownIDs: ArraySlice<UInt64> { ids[min(top, ids.count)...].prefix(shownCount) }

  /// The list has changed. An item that is gone leaves its place to the next. A list that is shown
  /// from its beginning stays so.
  mutating func follow(_ ids: [UInt64]) {
    let isAtTop = top == 0
    self.ids = ids
    if let selected {
      index = ids.firstIndex(of: selected) ?? min(index, max(0, ids.count - 1))
      self.selected = ids.isEmpty ? nil : ids[index]
    }
    if let topID, !isAtTop { top = ids.firstIndex(of: topID) ?? top }
    setTop(top)
  }

  /// Selects the item so many further; the first move selects the first that is shown.
  mutating func move(by count: Int) {
    if ids.isEmpty { return }
    index = selected == nil ? (count < 0 ? top : top + count - 1) : index + count
    index = min(max(index, 0), ids.count - 1)
    selected = ids[index]
  }

  mutating func moveToFirst() {
    index = 0
    selected = ids.first
  }

  mutating func moveToLast() {
    index = max(0, ids.count - 1)
    selected = ids.last
  }

  /// Selects the first item that is shown where none is selected.
  mutating func selectSomething() {
    if selected == nil && !ids.isEmpty { move(by: 1) }
  }

  mutating func setTop(_ top: Int) {
    self.top = min(max(top, 0), max(0, ids.count - 1))
    topID = ids.isEmpty ? nil : ids[self.top]
  }

  /// Scrolls as far as it takes to show the selected item among lines of these heights. The list
  /// fills the screen where it is long enough.
  mutating func scroll(lines: Int, height: (Int) -> Int) {
    guard lines > 0, !ids.isEmpty else {
      shownCount = 0
      return
    }
    var first = top
    if selected != nil {
      first = index < first ? index : max(first, firstShown(last: index, lines, height))
    }
    first = min(first, firstShown(last: ids.count - 1, lines, height))
    setTop(first)
    var used = 0
    var end = top
    while end < ids.count && used < lines {
      used += height(end)
      end += 1
    }
    shownCount = end - top
  }

  /// The first item on a screen whose last one is this.
  private func firstShown(last: Int, _ lines: Int, _ height: (Int) -> Int) -> Int {
    var first = last
    var left = lines - height(last)
    while first > 0 {
      left -= height(first - 1)
      if left < 0 { break }
      first -= 1
    }
    return first
  }
}

/// Where a key leads in a list.
enum Motion {
  case lines(Int), pages(Int), first, last

  init?(_ key: Key) {
    switch key {
    case .up, .character("k"): self = .lines(-1)
    case .down, .character("j"): self = .lines(1)
    case .pageUp, .control("b"): self = .pages(-1)
    case .pageDown, .control("f"): self = .pages(1)
    case .home, .character("g"): self = .first
    case .end, .character("G"): self = .last
    default: return nil
    }
  }

  func move(_ cursor: inout Cursor) {
    switch self {
    case .lines(let count): cursor.move(by: count)
    case .pages(let count): cursor.move(by: count * max(1, cursor.shownIDs.count - 1))
    case .first: cursor.moveToFirst()
    case .last: cursor.moveToLast()
    }
  }

  func scroll(_ line: inout Int) {
    switch self {
    case .lines(let count): line += count
    case .pages(let count): line += count * 10
    case .first: line = 0
    case .last: line = Int(Int16.max)
    }
    line = max(0, line)
  }
}
