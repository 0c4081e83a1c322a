internal import Display
internal import SocketFilter
public import SocketModel

/// Filtering and sorting: what takes long on a large host. It is a value and may be done on another
/// thread, while the view goes on with what it has.
public struct WatchWork: Sendable {
  /// What decides which rows are shown and in which order.
  struct Order: Hashable, Sendable {
    var filter: Filter
    var query: Query
    var sort: SortKey
    var isReversed: Bool
    var groupsByProcess: Bool
  }

  var table: LiveTable
  let order: Order
  /// Whether the rows shown so far matched another filter.
  let isNewFilter: Bool

  /// Does it.
  public consuming func result() -> WatchResult { result(tookRefresh: nil) }

  fileprivate consuming func result(tookRefresh took: Duration?) -> WatchResult {
    let selection = order.filter.select(from: table.snapshot, for: order.query)
    let shown = table.shown(matching: selection.rows, isNewFilter: isNewFilter)
    var positions = shown
    let asked = order.filter.processesAskedFor(in: table.snapshot)
    table.sort(&positions, by: order.sort, reversed: order.isReversed, asked: asked)
    let undecided = selection.undecided.count + table.snapshot.unread
    var arrangement = Arrangement(positions, of: shown, table, undecided: undecided)
    arrangement.askedProcesses = asked
    if order.groupsByProcess {
      arrangement.groups = ProcessGroup.groups(table, positions, asked: asked)
      ProcessGroup.sort(&arrangement.groups, by: order.sort, reversed: order.isReversed)
    }
    return WatchResult(table: table, arrangement: arrangement, order: order, took: took)
  }
}

/// The same for a snapshot that is yet to come.
public struct RefreshWork: Sendable {
  var arranging: WatchWork
  let now: Duration
  let isBaseline: Bool
  let interval: Duration
  let destroyed: DestroyedSockets
  let expectsNotices: Bool
  let followed: Set<UInt64>

  /// Does it; `took` is how long the snapshot has kept us waiting.
  public consuming func result(
    of snapshot: consuming Snapshot, took: Duration
  ) -> WatchResult {
    arranging.table.follow(followed)
    arranging.table.update(
      consume snapshot, at: now, isBaseline: isBaseline, interval: interval,
      destroyed: destroyed, expectsNotices: expectsNotices)
    return arranging.result(tookRefresh: took)
  }
}

/// The outcome of work, to be taken in by the view.
public struct WatchResult: Sendable {
  let table: LiveTable
  let arrangement: Arrangement
  let order: WatchWork.Order
  /// How long the refresh took; nil where there was none.
  let took: Duration?
}

/// The rows that are shown, in order, and what is said of all of them.
struct Arrangement: Sendable {
  /// Positions in the table.
  var positions: [UInt32] = []
  /// The ids of those rows.
  var ids: [UInt64] = []
  /// Rows that a hidden owner leaves open: they may match as well.
  var undecided = 0
  var totals: ByteRates?
  /// How many there are by state.
  var summary = ""
  /// Rows whose owners are hidden.
  var hiddenOwners = 0
  var hasUDP = false
  var groups: [ProcessGroup] = []
  /// The processes that the filter asks for: of several owners the first of these is shown.
  var askedProcesses: Set<Int32> = []

  init() {}

  init(_ positions: [UInt32], of shown: [UInt32], _ table: LiveTable, undecided: Int) {
    self.positions = positions
    self.undecided = undecided
    ids = positions.map { table.ids[Int($0)] }
    // In the order that they have in memory.
    for row in shown {
      if let rates = table.rows[Int(row)].rates { totals = (totals ?? .zero).adding(rates) }
      if table.snapshot[row].socket.kind.isDatagram { hasUDP = true }
    }
    let current = shown.prefix { Int($0) < table.currentCount }
    let listing = Listing(table.snapshot, rows: Array(current))
    // Where there is little room the states give way to what is hidden: it is said by itself.
    hiddenOwners = listing.hiddenOwners
    summary = stateSummary(listing)
  }
}
