internal import Display
public import SocketFilter
public import SocketModel

/// The live view as a value: snapshots and keys go in, frames come out.
public struct WatchState: Sendable {
  enum Mode: Hashable, Sendable {
    case table, detail, processes, help
  }

  let settings: WatchSettings
  let reader: FilterReader
  private(set) var table = LiveTable()
  private(set) var arrangement = Arrangement()
  var mode = Mode.table
  /// Where Esc leads back to from the help.
  var formerMode = Mode.table
  var filter: FilterEntry
  var sort: SortKey
  var isReversed: Bool
  var numbers: NumberStyle
  var showsProcesses: Bool
  public internal(set) var isPaused = false
  public internal(set) var interval: Duration
  /// Whether the kernel tells of destroyed sockets (`noteDestroyed`).
  public var expectsNotices = false
  var cursor = Cursor()
  var processCursor = Cursor()
  /// The row that the detail is about.
  var detailID: UInt64?
  /// The first line of the detail or the help that is shown.
  var scroll = 0
  var widths = TableWidths()
  /// What is asked before something is ended; nil while nothing is.
  var question: EndingQuestion?
  var agreed: EndingQuestion?
  /// A word on the last line until the next key.
  var message: String?
  /// How long the last refresh took, where that was longer than the interval.
  private(set) var slowness: Duration?
  /// Why the last refresh failed, and how old is what is shown; nil after one that succeeded.
  private(set) var failure: (reason: String, age: Duration?)?
  private var destroyed = DestroyedSockets()
  private var answered: Query?
  private var arrangedFor: WatchWork.Order?

  // More rows than this take longer than a key may.
  private static let rowsAtOnce = 20_000

  public init(
    _ settings: WatchSettings, filter: Filter, text: String, reader: @escaping FilterReader
  ) {
    self.settings = settings
    self.reader = reader
    self.filter = FilterEntry(filter, text: text)
    sort = settings.sort
    isReversed = settings.isReversed
    numbers = settings.numbers
    showsProcesses = settings.showsProcesses
    interval = settings.interval
    table.redaction = settings.isRedacted ? Redaction() : nil
  }

  /// The rows that are shown, as positions in the table.
  var positions: [UInt32] { arrangement.positions }

  /// The columns of what rows are filtered or sorted by, beside those that are always there.
  var askedColumns: [Column] {
    let places: [Field] = settings.query.namespaces == .own ? [] : [.netnsName]
    let fields = places + filter.filter.comparedFields + sort.fields
    if fields.isEmpty { return [] }
    let standard = ColumnSet.standard()
    return standard.showing(fields).columns.filter { !standard.contains($0) }
  }

  /// The texts of some rows, positions in the table.
  func texts(_ rows: some Sequence<UInt32>) -> RowText {
    var listing = Listing(table.shown, rows: Array(rows))
    listing.askedProcesses = arrangement.askedProcesses
    return RowText(table, listing, numbers, askedColumns)
  }

  /// What the next snapshot must answer. While a filter is being typed nothing is left out for its
  /// sake, so that no row is lost on the way.
  public var query: Query {
    var query = settings.query
    query.protocols = settings.protocols ?? filter.filter.protocols ?? .tcp
    query.needs.formUnion([.traffic, sort.needs, filter.filter.needs])
    for column in askedColumns { query.needs.formUnion(column.needs) }
    if settings.asksOwners && (showsProcesses || mode == .processes) {
      query.needs.formUnion(Column.process.needs)
    }
    if mode == .detail {
      query.needs.formUnion([.tcpInfo, .userNames, .cgroups, .congestion])
      if settings.asksOwners {
        query.needs.formUnion([.owners, .processNames, .commands])
      }
    }
    let judgesRows = query.needs.contains(.verdicts)
    if mode == .detail { query.needs.formUnion(Field.verdict.needs) }
    if query.needs.contains(.verdicts) { query.listeners = .everything }
    if !filter.isTyping && !judgesRows {
      filter.filter.narrow(&query)
      // A row that changes its state is not gone.
      query.states = settings.query.states
    }
    if let asking = filter.filter.askingForServers {
      var other = query
      asking.narrow(&other)
      query.listeners = other.listeners
    }
    return query
  }

  /// The work that takes in the next snapshot, which answers `query`. `now` is when its reading
  /// began, on the caller's clock, which never jumps.
  public mutating func refreshing(answering query: Query, at now: Duration) -> RefreshWork {
    let isBaseline = answered.map { !$0.asksForSameRows(as: query) } ?? true
    answered = query
    let work = RefreshWork(
      arranging: arranging, now: now, isBaseline: isBaseline, interval: interval,
      destroyed: destroyed, expectsNotices: expectsNotices, followed: followedIDs,
      asksAges: query.needs.contains(.ages))
    destroyed = DestroyedSockets()
    return work
  }

  /// The work that a key left to do, where that is too much to be done at once; nil for none.
  public var pendingWork: WatchWork? { isStale ? arranging : nil }

  /// Takes in what some work came to. Returns the snapshot that is replaced, so that its memory may
  /// be used again.
  @discardableResult
  public mutating func take(_ result: consuming WatchResult) -> Snapshot {
    let spent = table.snapshot
    table = result.table
    arrangement = result.arrangement
    arrangedFor = result.order
    if let took = result.took {
      slowness = took > interval ? took : nil
      failure = nil
    }
    cursor.follow(arrangement.ids)
    processCursor.follow(arrangement.groups.map(\.id))
    if isStale { rearrange() }
    return spent
  }

  /// The next snapshot, taken in at once.
  public mutating func update(
    _ snapshot: Snapshot, answering query: Query, at now: Duration, took: Duration = .zero
  ) {
    take(refreshing(answering: query, at: now).result(of: snapshot, took: took))
  }

  /// A refresh failed, and another will be tried. What is shown stays as it was: none of it has closed.
  /// `now` is on the caller's clock.
  public mutating func noteFailure(_ reason: String, at now: Duration) {
    failure = (reason, table.time.map { now - $0 })
  }

  /// What the rows do not say, each a sentence: words that were taken as beginnings, what serves an address.
  public var notes: [String] {
    settings.isRedacted
      ? [] : arrangement.beginnings.map(\.sentence) + [serverNote].compactMap { $0 }
  }

  /// What serves the address that no row has.
  var serverNote: String? {
    settings.isRedacted ? nil : filter.filter.sentence(ofServers: arrangement.servers)
  }

  /// The filter in force, as it was typed.
  public var filterInForce: Filter { filter.filter }

  /// The kernel's notice that a socket was destroyed, with its last counts.
  public mutating func noteDestroyed(_ socket: Socket, _ info: TCPInfo?) {
    let query = query
    if query.protocols.contains(socket.kind) && query.pushdown.admits(socket) {
      destroyed.note(socket, info)
    }
  }

  /// Picks the rows again, at once where they are few.
  private mutating func rearrange() {
    if isStale && table.rows.count <= Self.rowsAtOnce { take(arranging.result()) }
  }

  private var isStale: Bool { arrangedFor != nil && arrangedFor != order }

  private var order: WatchWork.Order {
    WatchWork.Order(
      filter: filter.filter, query: query.withoutNeeds, sort: sort, isReversed: isReversed,
      groupsByProcess: mode == .processes)
  }

  private var arranging: WatchWork {
    WatchWork(
      table: table, order: order, isNewFilter: arrangedFor?.filter != filter.filter)
  }

  /// The rows whose rates are kept: those on the screen and the selected one.
  private var followedIDs: Set<UInt64> {
    var ids = Set(cursor.shownIDs)
    if let selected = cursor.selected { ids.insert(selected) }
    return ids
  }
}

extension Query {
  /// Whether both ask for the same rows, however much of each.
  fileprivate func asksForSameRows(as other: Query) -> Bool {
    withoutNeeds == other.withoutNeeds
  }

  fileprivate var withoutNeeds: Query {
    var query = self
    query.needs = []
    // They are known beside the rows.
    query.listeners = .nothing
    return query
  }
}

extension WatchState {
  /// Takes a key; the frame may be another one then.
  public mutating func press(_ key: Key) -> Action {
    if key == .control("l") { return .redraw }
    message = nil
    if question != nil { return answer(key) }
    let before = query
    let action = filter.isTyping ? pressTyping(key) : pressCommand(key)
    rearrange()
    if action == .none && query != before { return .ask }
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
    case .character("x"): ask(.close)
    case .function(9): ask(.kill)
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

extension WatchState {
  /// What a screen of this size should show now.
  public mutating func frame(_ size: ScreenSize) -> Frame {
    if widths.size != size { widths = TableWidths(size: size) }
    var lines = header(size)
    let hasFooter = size.rows > 3
    let body = max(0, size.rows - lines.count - (hasFooter ? 1 : 0))
    switch mode {
    case .table: lines += tableLines(ScreenSize(columns: size.columns, rows: body))
    case .processes: lines += processLines(ScreenSize(columns: size.columns, rows: body))
    case .detail: lines += scrolled(detailLines(width: size.columns), rows: body)
    case .help: lines += scrolled(helpLines(width: size.columns), rows: body)
    }
    if hasFooter {
      while lines.count < size.rows - 1 { lines.append(StyledLine()) }
      lines.append(footer(width: size.columns))
    }
    return Frame(size, lines)
  }

  private mutating func scrolled(_ lines: [StyledLine], rows: Int) -> ArraySlice<StyledLine> {
    scroll = min(scroll, max(0, lines.count - rows))
    return lines[scroll...].prefix(rows)
  }
}
