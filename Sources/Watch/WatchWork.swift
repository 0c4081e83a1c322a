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
    let (filter, beginnings) = order.filter.takingBeginnings(in: table.snapshot)
    let selection = filter.select(from: table.snapshot, for: order.query)
    let shown = table.shown(matching: selection.rows, isNewFilter: isNewFilter)
    var positions = shown
    let asked = filter.processesAskedFor(in: table.snapshot)
    table.sort(&positions, by: order.sort, reversed: order.isReversed, asked: asked)
    var arrangement = Arrangement(positions, of: shown, table)
    arrangement.undecided = selection.undecided.count + table.snapshot.unread
    arrangement.gaps = Gap.gaps(of: table.snapshot)
    arrangement.beginnings = beginnings
    if shown.isEmpty { arrangement.servers = servers(filter) }
    arrangement.askedProcesses = asked
    if order.groupsByProcess {
      arrangement.groups = ProcessGroup.groups(table, positions, asked: asked)
      ProcessGroup.sort(&arrangement.groups, by: order.sort, reversed: order.isReversed)
    }
    return WatchResult(table: table, arrangement: arrangement, order: order, took: took)
  }

  /// The listeners that serve an address which no row has.
  private func servers(_ filter: Filter) -> [Socket] {
    guard let asking = filter.askingForServers, !table.snapshot.listeners.isEmpty else { return [] }
    let listeners = SnapshotBuilder(sockets: table.snapshot.listeners).frozen()
    return asking.select(from: listeners, for: order.query).rows.map { listeners[$0].socket }
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
  let asksAges: Bool

  /// Does it; `took` is how long the snapshot has kept us waiting, `formerOwners` who had connections that
  /// ended lately, by cookie.
  public consuming func result(
    of snapshot: consuming Snapshot, took: Duration, formerOwners: [UInt64: FormerOwner] = [:]
  ) -> WatchResult {
    arranging.table.follow(followed)
    arranging.table.update(
      consume snapshot, at: now, isBaseline: isBaseline, interval: interval,
      destroyed: destroyed, formerOwners: formerOwners, expectsNotices: expectsNotices,
      asksAges: asksAges)
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
  /// Rows that something unknown leaves open, mostly a hidden owner: they may match as well.
  var undecided = 0
  /// Why other rows may be missing, nobody knows how many.
  var gaps: [Gap] = []
  /// Words that were taken as beginnings of processes' names.
  var beginnings: [Filter.Beginning] = []
  /// Where nothing is shown: the listeners that serve an address which no row has.
  var servers: [Socket] = []
  var totals: ByteRates?
  /// How many there are by state.
  var summary = ""
  /// Rows whose owners are hidden.
  var hiddenOwners = 0
  /// Rows of another protocol than TCP, and of the one with the longest name.
  var hasUDP = false
  var hasUDPLite = false
  var groups: [ProcessGroup] = []
  /// The processes that the filter asks for: of several owners the first of these is shown.
  var askedProcesses: Set<Int32> = []

  init() {}

  init(_ positions: [UInt32], of shown: [UInt32], _ table: LiveTable) {
    self.positions = positions
    ids = positions.map { table.ids[Int($0)] }
    // In the order that they have in memory.
    for row in shown {
      if let rates = table.rows[Int(row)].rates { totals = (totals ?? .zero).adding(rates) }
      let kind = table.snapshot[row].socket.kind
      if kind != .tcp { hasUDP = true }
      if kind == .udpLite { hasUDPLite = true }
    }
    let current = shown.prefix { Int($0) < table.currentCount }
    let listing = Listing(table.snapshot, rows: Array(current))
    // Where there is little room the states give way to what is hidden: it is said by itself.
    hiddenOwners = listing.hiddenOwners
    summary = stateSummary(listing)
  }
}

/// Why rows may be missing, as the first lines say it.
enum Gap: Hashable, Sendable {
  case bound
  case table(ReadGap)

  static func gaps(of snapshot: Snapshot) -> [Gap] {
    var gaps: [Gap] = snapshot.boundGap == nil ? [] : [.bound]
    if let gap = snapshot.gap { gaps.append(.table(gap)) }
    return gaps
  }

  var words: String {
    switch self {
    case .bound: "BOUND not known"
    case .table(.changing): "the table kept changing: rows may be missing"
    case .table(.missingTable(let path)): "\(path) is missing"
    case .table(.unlisted(let kinds, _)): "\(kinds.words) not known"
    case .table(.recording(let holds)): "the recording holds \(holds)"
    case .table(.namespaces): "not every network namespace can be seen"
    }
  }
}
