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
  /// A word on the last line until the next key.
  var message: String?
  /// How long the last refresh took, where that was longer than the interval.
  private(set) var slowness: Duration?
  private var departures = Departures()
  private var answered: Question?
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
  }

  /// The rows that are shown, as positions in the table.
  var positions: [UInt32] { arrangement.positions }

  /// What the next snapshot must answer. While a filter is being typed nothing is left out for its
  /// sake, so that no row is lost on the way.
  public var question: Question {
    var question = settings.question
    question.protocols = settings.protocols ?? filter.filter.protocols ?? .tcp
    question.needs.formUnion([.traffic, sort.needs, filter.filter.needs])
    if settings.asksOwners && (showsProcesses || mode == .processes) {
      question.needs.formUnion([.owners, .processNames, .userNames])
    }
    if mode == .detail {
      question.needs.formUnion([.tcpInfo, .userNames, .cgroups, .congestion])
      if settings.asksOwners {
        question.needs.formUnion([.owners, .processNames, .commands])
      }
    }
    if !filter.isTyping {
      filter.filter.narrow(&question)
      // A row that changes its state is not gone.
      question.states = settings.question.states
    }
    return question
  }

  /// The work that takes in the next snapshot, which answers `question`. `now` is when its reading
  /// began, on the caller's clock, which never jumps.
  public mutating func refreshing(answering question: Question, at now: Duration) -> RefreshWork {
    let isBaseline = answered.map { !$0.asksForSameRows(as: question) } ?? true
    answered = question
    let work = RefreshWork(
      arranging: arranging, now: now, isBaseline: isBaseline, interval: interval,
      departures: departures, expectsNotices: expectsNotices, followed: followedIDs)
    departures = Departures()
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
    if let took = result.took { slowness = took > interval ? took : nil }
    cursor.follow(arrangement.ids)
    processCursor.follow(arrangement.groups.map(\.id))
    if isStale { rearrange() }
    return spent
  }

  /// The next snapshot, taken in at once.
  public mutating func update(
    _ snapshot: Snapshot, answering question: Question, at now: Duration, took: Duration = .zero
  ) {
    take(refreshing(answering: question, at: now).result(of: snapshot, took: took))
  }

  /// The kernel's notice that a socket was destroyed, with its last counts.
  public mutating func noteDestroyed(_ socket: Socket, _ info: TCPInfo?) {
    let question = question
    if question.protocols.contains(socket.kind) && question.narrowing.admits(socket) {
      departures.note(socket, info)
    }
  }

  /// Picks the rows anew, at once where they are few.
  mutating func rearrange() {
    if isStale && table.rows.count <= Self.rowsAtOnce { take(arranging.result()) }
  }

  private var isStale: Bool { arrangedFor != nil && arrangedFor != order }

  private var order: WatchWork.Order {
    WatchWork.Order(
      filter: filter.filter, question: question.withoutNeeds, sort: sort, isReversed: isReversed,
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

extension Question {
  /// Whether both ask for the same rows, however much of each.
  fileprivate func asksForSameRows(as other: Question) -> Bool {
    withoutNeeds == other.withoutNeeds
  }

  fileprivate var withoutNeeds: Question {
    var question = self
    question.needs = []
    return question
  }
}
