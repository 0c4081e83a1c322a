internal import Display

extension WatchState {
  /// Takes a key; the frame may be another one then.
  public mutating func press(_ key: Key) -> Action {
    if key == .control("l") { return .redraw }
    message = nil
    let before = question
    let action = filter.isTyping ? pressTyping(key) : pressCommand(key)
    rearrange()
    if action == .none && question != before { return .ask }
    return action
  }

  private mutating func pressTyping(_ key: Key) -> Action {
    switch key {
    case .enter: filter.accept()
    case .escape: filter.cancel()
    case .backspace where filter.text.isEmpty: filter.cancel()
    case .backspace: filter.removeLast(reader)
    case .control("u"): filter.set("", reader)
    case .control("w"): filter.removeWord(reader)
    case .character(let scalar): filter.append(scalar, reader)
    case .up, .down, .pageUp, .pageDown: return move(key)
    default: return .none
    }
    return .none
  }

  private mutating func pressCommand(_ key: Key) -> Action {
    switch key {
    case .character("q"): return .quit
    case .character("?"): toggleHelp()
    case .character("/"):
      mode = .table
      filter.begin()
    case .character("s"): setSort(sort.next, isReversed: false)
    case .character("S"): setSort(sort, isReversed: !isReversed)
    case .character(" "): return togglePause()
    case .character("n"): toggleNumbers()
    case .character("p"): showsProcesses.toggle()
    case .character("+"), .character("="): return setInterval(from: interval, faster: false)
    case .character("-"): return setInterval(from: interval, faster: true)
    case .character("r"): return .refresh
    case .tab, .backTab: toggleProcesses()
    case .escape: goBack()
    case .enter: enter()
    default: return move(key)
    }
    return .none
  }

  private mutating func toggleHelp() {
    if mode == .help {
      mode = formerMode
    } else {
      formerMode = mode
      mode = .help
    }
    scroll = 0
  }

  private mutating func toggleProcesses() {
    mode = mode == .processes ? .table : .processes
    scroll = 0
  }

  private mutating func goBack() {
    if mode == .table && !filter.text.isEmpty {
      filter.set("", reader)
    }
    mode = mode == .help ? formerMode : .table
    scroll = 0
  }

  private mutating func enter() {
    scroll = 0
    switch mode {
    case .table:
      cursor.selectSomething()
      detailID = cursor.selected
      if detailID != nil { mode = .detail }
    case .detail: mode = .table
    case .help: mode = formerMode
    case .processes:
      processCursor.selectSomething()
      guard let id = processCursor.selected, let text = ProcessGroup.filterText(id) else { return }
      filter.set(text, reader)
      mode = .table
    }
  }

  private mutating func setSort(_ key: SortKey, isReversed: Bool) {
    sort = key
    self.isReversed = isReversed
    message = "sorted by \(key.name)" + (isReversed ? ", reversed" : "")
  }

  private mutating func togglePause() -> Action {
    isPaused.toggle()
    return isPaused ? .none : .refresh
  }

  private mutating func toggleNumbers() {
    numbers =
      numbers == .numeric
      ? (settings.numbers == .numeric ? .wellKnown : settings.numbers)
      : .numeric
    widths = TableWidths()
  }

  private mutating func setInterval(from old: Duration, faster: Bool) -> Action {
    let steps: [Duration] = [
      .milliseconds(100), .milliseconds(200), .milliseconds(500), .seconds(1), .seconds(2),
      .seconds(5), .seconds(10), .seconds(30), .seconds(60), .seconds(300), .seconds(3600),
    ]
    let next = faster ? steps.last { $0 < old } : steps.first { $0 > old }
    interval = next ?? old
    message = "every \(Quantity.interval(interval))"
    return .changeInterval
  }

  private mutating func move(_ key: Key) -> Action {
    guard let motion = Motion(key) else { return .none }
    switch mode {
    case .table: motion.move(&cursor)
    case .processes: motion.move(&processCursor)
    case .detail, .help: motion.scroll(&scroll)
    }
    return .none
  }
}

/// Where a key leads in a list.
private enum Motion {
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
